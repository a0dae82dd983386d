// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/gso_limits.hpp>

#include <doctest/doctest.h>

#if !defined(_WIN32)
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using detail::gso_limits;

constexpr gso_limits::time_point start{1000s};

[[nodiscard]] auto peer(std::uint8_t number, std::uint16_t port = 5060) -> detail::socket_address {
    return detail::to_socket_address({ip_address::v4({192, 0, 2, number}), port}, address_family::ipv4, 0);
}

TEST_CASE("who refused a batch is known by its address, over either kind of socket") {
    gso_limits limits;
    CHECK(limits.empty());
    limits.note_too_long(peer(1), 1400, start);

    CHECK(!limits.empty());
    CHECK(limits.limit_for(peer(1), 2048) == 1399);
    CHECK(limits.limit_for(peer(1, 5070), 2048) == 1399);
    CHECK(limits.limit_for(detail::to_socket_address({ip_address::v4({192, 0, 2, 1}), 5060}, address_family::ipv6, 0),
                           2048) == 1399);
    CHECK(limits.limit_for(peer(1), 0) == 0);
    CHECK(limits.limit_for(peer(2), 2048) == 2048);
}

TEST_CASE("what is remembered of a destination is forgotten after ten minutes from the last refusal") {
    gso_limits limits;
    limits.note_too_long(peer(1), 1400, start);
    limits.note_too_long(peer(2), 1400, start + 1min);
    limits.note_too_long(peer(1), 1200, start + 2min);

    limits.forget(start + 11min);
    CHECK(limits.limit_for(peer(1), 2048) == 1199);
    CHECK(limits.limit_for(peer(2), 2048) == 2048);
    limits.forget(start + 12min - 1ms);
    CHECK(!limits.empty());
    limits.forget(start + 12min);
    CHECK(limits.empty());
}

TEST_CASE("of more destinations than there is memory for, those remembered longest are forgotten, and no other pays") {
    gso_limits limits;
    constexpr std::uint8_t more = gso_limits::most_destinations + 1;
    for (std::uint8_t i = 1; i <= more; ++i) limits.note_too_long(peer(i), 1400, start + std::chrono::seconds{i});

    CHECK(limits.limit_for(peer(1), 2048) == 2048);
    for (std::uint8_t i = 2; i <= more; ++i) CHECK(limits.limit_for(peer(i), 2048) == 1399);
    CHECK(limits.limit_for(peer(more + 1), 2048) == 2048);
}

TEST_CASE("four destinations that get no batch at all stop those to everyone, for a minute") {
    gso_limits limits;
    for (std::uint8_t i = 1; i <= 3; ++i) limits.note_unable(peer(i), start);
    limits.note_unable(peer(3), start); // one of them again
    for (std::uint8_t i = 5; i <= 9; ++i) limits.note_too_long(peer(i), 1400, start);
    CHECK(limits.limit_for(peer(4), 2048) == 2048);

    limits.note_unable(peer(4), start);

    CHECK(limits.limit_for(peer(200), 2048) == 0);
    limits.forget(start + 1min - 1ms);
    CHECK(limits.limit_for(peer(200), 2048) == 0);
    limits.forget(start + 1min);
    CHECK(limits.limit_for(peer(200), 2048) == 2048);
    CHECK(limits.limit_for(peer(4), 2048) == 0);

    limits.note_unable(peer(200), start + 1min); // still unable: one is enough now
    CHECK(limits.limit_for(peer(201), 2048) == 0);
    limits.forget(start + 20min);
    CHECK(limits.empty());
}

} // namespace
#endif

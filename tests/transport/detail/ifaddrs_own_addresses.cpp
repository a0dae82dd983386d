// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/ifaddrs_own_addresses.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

TEST_CASE("a host's own addresses are found, the loopback one among them, and sorted") {
    const auto own = detail::own_addresses();
    CHECK(std::ranges::is_sorted(own));
    CHECK(std::ranges::count(own, ip_address::v4({127, 0, 0, 1})) > 0);
    CHECK(std::ranges::count(own, ip_address{}) == 0);
}

TEST_CASE("a socket address of no family we know has no address in it") {
    ::sockaddr other{};
    other.sa_family = AF_UNIX;
    CHECK(detail::address_in(&other) == ip_address{});
    CHECK(detail::address_in(nullptr) == ip_address{});
}

} // namespace

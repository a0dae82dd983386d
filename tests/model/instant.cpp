// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/instant.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>

namespace instant_test {

using namespace sipwhere;
using namespace std::chrono_literals;

TEST_CASE("an instant moves by durations, and the difference of two is one") {
    constexpr instant noon{43'200'000};

    CHECK(noon + 1500ms == instant{43'201'500});
    CHECK((noon + 1s) - noon == 1000ms);
    CHECK(noon - (noon + 1s) == -1000ms);
    CHECK(noon < noon + 1ms);
    CHECK(noon + 1000h < never);
}

TEST_CASE("seconds are rounded down to those that have passed, or up to the next") {
    CHECK(floor_seconds({0}) == 0);
    CHECK(floor_seconds({999}) == 0);
    CHECK(floor_seconds({1000}) == 1);
    CHECK(ceil_seconds({0}) == 0);
    CHECK(ceil_seconds({1}) == 1);
    CHECK(ceil_seconds({1000}) == 1);
    CHECK(ceil_seconds({1001}) == 2);
}

TEST_CASE("seconds are the same whichever way they are divided") {
    // From 2^35 ms on it is done in steps.
    for (const std::uint64_t edge :
         {1ULL << 35U, 1ULL << 36U, 1ULL << 32U, 77ULL << 35U, 124ULL << 35U, 3456789012345ULL})
        for (std::uint64_t at = edge - 2000; at < edge + 2000; ++at) REQUIRE(floor_seconds({at}) == at / 1000);
}

TEST_CASE("seconds stop one short of never after 136 years") {
    constexpr std::uint64_t last = never32 - 1;

    CHECK(floor_seconds({last * 1000}) == last);
    CHECK(floor_seconds({last * 1000 + 999}) == last);
    CHECK(floor_seconds({(last + 1) * 1000}) == last);
    CHECK(floor_seconds(never) == last);
}

TEST_CASE("a second becomes the instant it begins, and never stays never") {
    CHECK(to_instant(0) == instant{});
    CHECK(to_instant(1000) == instant{1'000'000});
    CHECK(to_instant(never32 - 1) < never);
    CHECK(to_instant(never32) == never);
}

} // namespace instant_test

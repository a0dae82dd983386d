// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/clock/system_clock.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

TEST_CASE("a system clock counts from 1970, so that instants of the last run stay good") {
    const system_clock clock;
    const auto before = clock.unix_time();
    const auto now = clock.now();
    const auto after = clock.unix_time();

    CHECK(before > 1'600'000'000s);
    CHECK(std::chrono::seconds{floor_seconds(now)} >= before);
    CHECK(std::chrono::seconds{floor_seconds(now)} <= after);
    CHECK(system_clock::survives_restart);
}

TEST_CASE("a system clock stands still while the wall clock is behind") {
    const instant tomorrow = system_clock{}.now() + 24h;
    const system_clock clock{tomorrow};
    CHECK(clock.now() == tomorrow);
    CHECK(clock.now() == tomorrow);
    CHECK(clock.unix_time() < std::chrono::seconds{floor_seconds(tomorrow)});
}

TEST_CASE("a system clock goes on and never back") {
    const system_clock clock;
    const auto first = clock.now();
    auto later = clock.now();
    while (later == first) later = clock.now();
    CHECK(later > first);
}

} // namespace

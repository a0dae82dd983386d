// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/clock/manual_clock.hpp>

#include <doctest/doctest.h>

#include <chrono>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

TEST_CASE("a manual clock stands still until it is told to go on") {
    manual_clock clock;
    CHECK(clock.now() == instant{1'000'000});
    CHECK(clock.now() == instant{1'000'000});

    clock.advance(1500ms);
    CHECK(clock.now() == instant{1'001'500});

    clock.set(instant{2'000'000});
    CHECK(clock.now() == instant{2'000'000});
    CHECK(manual_clock{instant{5}}.now() == instant{5});
}

TEST_CASE("a manual clock's wall clock goes along") {
    manual_clock clock;
    CHECK(clock.unix_time() == 1'000'001'000s);
    clock.advance(1999ms);
    CHECK(clock.unix_time() == 1'000'001'001s);
}

TEST_CASE("a manual clock's wall clock can be set, forth and back, while time stays as it is") {
    manual_clock clock;
    clock.set_unix_time(1'700'000'000s);
    CHECK(clock.unix_time() == 1'700'000'000s);
    CHECK(clock.now() == instant{1'000'000});

    clock.advance(10s);
    CHECK(clock.unix_time() == 1'700'000'010s);
    clock.set_unix_time(5s);
    CHECK(clock.unix_time() == 5s);
    CHECK(clock.unix_time() == 5s);
}

TEST_CASE("a manual clock outlives a restart that a test plays") { CHECK(manual_clock::survives_restart); }

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/clock/steady_clock.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

TEST_CASE("a steady clock begins at its making, goes on and never back") {
    const steady_clock clock;
    const auto first = clock.now();
    CHECK(first < instant{60'000});

    auto later = clock.now();
    while (later == first) later = clock.now();
    CHECK(later > first);
    CHECK(steady_clock{}.now() < instant{60'000});
}

TEST_CASE("a steady clock knows the wall clock too") {
    const steady_clock clock;
    CHECK(clock.unix_time() > 1'600'000'000s);
    CHECK_FALSE(steady_clock::survives_restart);
}

} // namespace

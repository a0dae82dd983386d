// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/clock.hpp>

#include <sipwhere/policy/archetypes.hpp>

#include <doctest/doctest.h>

#include <chrono>

namespace clock_test {

using namespace sipwhere;

struct dated_clock : archetype_clock {
    [[nodiscard]] auto unix_time() const noexcept -> std::chrono::seconds { return std::chrono::seconds{7}; }
};
struct changing_clock {
    static constexpr bool survives_restart = false;
    [[nodiscard]] auto now() noexcept -> instant { return {}; }
};

TEST_CASE("a clock need not know the date") {
    CHECK(clock_policy<archetype_clock>);
    CHECK_FALSE(has_unix_time<archetype_clock>);
    CHECK(clock_policy<dated_clock>);
    CHECK(has_unix_time<dated_clock>);
}

TEST_CASE("reading a clock does not change it") { CHECK_FALSE(clock_policy<changing_clock>); }

} // namespace clock_test

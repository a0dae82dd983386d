// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/clock_laws.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/clock/steady_clock.hpp>
#include <sipwhere/clock/system_clock.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

namespace clock_laws_test {

using namespace sipwhere;

/// Returns: the laws that a clock is said not to keep.
template <typename Clock, typename Wait>
[[nodiscard]] auto broken_by(const Clock& clock, Wait wait) -> std::set<std::string> {
    std::set<std::string> laws;
    const auto note = [&](const testing::breach& found) { laws.emplace(found.law); };
    const auto breaches = testing::check_clock_laws(clock, wait, note);
    CHECK(breaches == laws.size());
    return laws;
}

TEST_CASE("the library's clocks keep the laws of a clock") {
    const auto busy = [](std::chrono::milliseconds time) {
        const auto end = std::chrono::steady_clock::now() + time + std::chrono::milliseconds{1};
        while (std::chrono::steady_clock::now() < end) {
        }
    };
    manual_clock manual;
    CHECK(broken_by(manual, [&](std::chrono::milliseconds time) { manual.advance(time); }).empty());
    CHECK(broken_by(steady_clock{}, busy).empty());
    CHECK(broken_by(system_clock{}, busy).empty());
}

/// Milliseconds as a test sets them, with a mistake.
struct wrong_clock {
    static constexpr bool survives_restart = false;
    mutable std::uint64_t time = 1'000'000;
    std::uint64_t factor = 1;
    std::uint64_t back = 0;

    [[nodiscard]] auto now() const noexcept -> instant {
        if (back != 0 && ++time % back == 0) time -= 5;
        return {time * factor};
    }
};

TEST_CASE("a clock that goes back, stands still or counts wrong is found out") {
    const auto advance = [](const wrong_clock& clock) {
        return [&clock](std::chrono::milliseconds step) { clock.time += static_cast<std::uint64_t>(step.count()); };
    };
    const wrong_clock still, back{.back = 100}, micro{.factor = 1000}, late{.time = 135ULL * 366 * 86'400'000};

    CHECK(broken_by(still, advance(still)).empty());
    CHECK(broken_by(still, [](std::chrono::milliseconds) {}).count("now() goes on with time") == 1);
    CHECK(broken_by(back, advance(back)).count("now() never goes back") == 1);
    CHECK(broken_by(micro, advance(micro)).count("now() counts milliseconds") == 1);
    CHECK(broken_by(late, advance(late)).count("now() has 136 years from the clock's beginning, and lasts") == 1);
}

} // namespace clock_laws_test

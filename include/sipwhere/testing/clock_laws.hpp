// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/policy/clock.hpp>
#include <sipwhere/testing/law.hpp>

#include <chrono>

namespace sipwhere::testing {

/// Checks that a clock keeps the laws of `clock_policy`.
///
/// `wait` lets that much time pass, or a little more: it sleeps, or advances a clock that stands still.
/// Returns: how many breaches there were; each was reported.
template <typename Clock>
auto check_clock_laws(const Clock& clock, function_ref<void(std::chrono::milliseconds)> wait, breach_report report)
    -> unsigned {
    static_assert(explain_clock<Clock>());
    using namespace std::chrono_literals;
    constexpr unsigned readings = 10'000;
    constexpr auto step = 20ms;
    constexpr auto much_too_long = 500 * step; // of a clock that counts microseconds as milliseconds
    constexpr seconds32 year = 31'536'000;
    judge verdicts{report};

    verdicts.tries("many readings, one after another");
    auto last = clock.now();
    bool went_back = false;
    for (unsigned i = 0; i < readings; ++i) {
        const auto next = clock.now();
        went_back = went_back || next < last;
        last = next;
    }
    verdicts.expects(!went_back, "now() never goes back");
    verdicts.expects(floor_seconds(last) < never32 - year, "now() has 136 years from the clock's beginning, and lasts");

    verdicts.tries("two readings with some time between them");
    const auto before = clock.now();
    wait(step);
    const auto after = clock.now();
    verdicts.expects(after >= before + step, "now() goes on with time");
    verdicts.expects(after < before + much_too_long, "now() counts milliseconds");
    return verdicts.breaches();
}

} // namespace sipwhere::testing

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/policy/clock.hpp>

#include <chrono>

namespace sipwhere {

/// A clock that stands still until it is told to go on: for tests and simulations.
///
/// It survives the restart of a registrar that a test plays, since the test keeps it.
class manual_clock {
public:
    static constexpr bool survives_restart = true;

    /// Starts 1,000 s after its beginning, so that a test can speak of the past.
    constexpr manual_clock() noexcept = default;
    constexpr explicit manual_clock(instant start) noexcept : now_(start) {}

    [[nodiscard]] constexpr auto now() const noexcept -> instant { return now_; }

    /// Returns: 10^9 s (2001-09-09 01:46:40 UTC) at the clock's beginning and on from there, unless set.
    [[nodiscard]] constexpr auto unix_time() const noexcept -> std::chrono::seconds {
        return unix_beginning_ + std::chrono::seconds{now_.milliseconds / 1000};
    }

    constexpr void advance(std::chrono::milliseconds step) noexcept {
        SIPWHERE_ASSERT(step.count() >= 0);
        now_ = now_ + step;
    }

    /// Goes on to `later`, never back.
    constexpr void set(instant later) noexcept {
        SIPWHERE_ASSERT(later >= now_);
        now_ = later;
    }

    /// Makes the wall clock read `reading` now; `now()` does not change.
    constexpr void set_unix_time(std::chrono::seconds reading) noexcept { unix_beginning_ += reading - unix_time(); }

private:
    instant now_{1'000'000};
    std::chrono::seconds unix_beginning_{1'000'000'000};
};

static_assert(clock_policy<manual_clock>);

} // namespace sipwhere

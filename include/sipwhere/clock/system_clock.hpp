// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/clock.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sipwhere {

/// The host's wall clock, for stores that outlive the program: instants count from 1970.
///
/// When somebody sets the wall clock back, `now()` stands still until it has caught up; when it is set forward,
/// bindings end early. Threads may share one. Needs a host that knows the time when the program starts.
class system_clock {
public:
    static constexpr bool survives_restart = true;

    system_clock() noexcept = default;

    /// Never tells a time before `earliest`, such as the last one that a store has seen.
    explicit system_clock(instant earliest) noexcept : latest_(earliest.milliseconds) {}

    [[nodiscard]] auto now() const noexcept -> instant {
        const auto read = static_cast<std::uint64_t>(since_1970<std::chrono::milliseconds>().count());
        auto latest = latest_.load(std::memory_order_relaxed);
        while (latest < read && !latest_.compare_exchange_weak(latest, read, std::memory_order_relaxed)) {
        }
        return {latest < read ? read : latest};
    }

    /// Returns: what the wall clock says, also when that is before `now()`.
    [[nodiscard]] auto unix_time() const noexcept -> std::chrono::seconds { return since_1970<std::chrono::seconds>(); }

private:
    template <typename Duration>
    [[nodiscard]] static auto since_1970() noexcept -> Duration {
        return std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch());
    }

    mutable std::atomic<std::uint64_t> latest_ = 0;
};

static_assert(clock_policy<system_clock>);

} // namespace sipwhere

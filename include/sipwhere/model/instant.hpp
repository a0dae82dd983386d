// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace sipwhere {

/// A point in time: milliseconds since the Clock's own beginning, never before it.
struct instant {
    std::uint64_t milliseconds = 0;

    friend constexpr auto operator<=>(const instant&, const instant&) noexcept = default;

    friend constexpr auto operator+(instant from, std::chrono::milliseconds step) noexcept -> instant {
        return {from.milliseconds + static_cast<std::uint64_t>(step.count())};
    }
    friend constexpr auto operator-(instant to, instant from) noexcept -> std::chrono::milliseconds {
        return std::chrono::milliseconds{static_cast<std::int64_t>(to.milliseconds - from.milliseconds)};
    }
};

/// Later than every instant a clock will ever give.
inline constexpr instant never{std::numeric_limits<std::uint64_t>::max()};

/// A point in time as stores keep it: whole seconds since the Clock's beginning, good for 136 years.
using seconds32 = std::uint32_t;

inline constexpr seconds32 never32 = std::numeric_limits<seconds32>::max();

/// Returns: the whole seconds that have passed at `at`.
/// Cost:    a 32-bit division during a clock's first 397 days; a 64-bit one is a library call on small boards.
[[nodiscard]] constexpr auto floor_seconds(instant at) noexcept -> seconds32 {
    const std::uint64_t eighths = at.milliseconds >> 3;
    if (eighths <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(eighths) / 125;
    const std::uint64_t whole = at.milliseconds / 1000;
    return whole < never32 ? static_cast<seconds32>(whole) : never32 - 1;
}

/// Returns: the first whole second that is not before `at`.
[[nodiscard]] constexpr auto ceil_seconds(instant at) noexcept -> seconds32 {
    const auto below = floor_seconds(at);
    return std::uint64_t{below} * 1000 < at.milliseconds ? below + 1 : below;
}

[[nodiscard]] constexpr auto to_instant(seconds32 at) noexcept -> instant {
    return at == never32 ? never : instant{std::uint64_t{at} * 1000};
}

} // namespace sipwhere

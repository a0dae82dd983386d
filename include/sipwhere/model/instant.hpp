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
/// Cost:    32-bit divisions, one during a clock's first 397 days, then three; small boards have no others.
[[nodiscard]] constexpr auto floor_seconds(instant at) noexcept -> seconds32 {
    constexpr std::uint32_t eighths_a_second = 125; // an eighth of a thousand milliseconds
    const auto high = at.milliseconds >> 35U;
    const auto low = static_cast<std::uint32_t>(at.milliseconds >> 3U);
    if (high == 0) return low / eighths_a_second;
    if (high >= eighths_a_second) return never32 - 1;
    // By hand, with two digits of 16 bits.
    const auto first = static_cast<std::uint32_t>(high) << 16U | low >> 16U;
    const auto second = first % eighths_a_second << 16U | (low & 0xffffU);
    const auto whole = first / eighths_a_second << 16U | second / eighths_a_second;
    return whole < never32 ? whole : never32 - 1;
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

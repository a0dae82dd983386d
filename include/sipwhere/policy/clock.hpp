// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/instant.hpp>

#include <chrono>
#include <concepts>

namespace sipwhere {

namespace detail {

template <typename T>
concept has_now = requires(const T& clock) {
    { clock.now() } noexcept -> std::same_as<instant>;
};

template <typename T>
concept has_survives_restart = requires {
    { T::survives_restart } -> std::convertible_to<bool>;
};

} // namespace detail

/// Whether a clock knows the wall clock.
template <typename T>
concept has_unix_time = requires(const T& clock) {
    { clock.unix_time() } noexcept -> std::same_as<std::chrono::seconds>;
};

/// Tells the time.
///
/// 1. `now()` never goes back.
/// 2. `survives_restart` is true only if `now()` continues across runs of the program.
/// 3. `unix_time()`, if there is one, is the wall clock and serves the Date header field alone; it may jump.
template <typename T>
concept clock_policy = detail::has_now<T> && detail::has_survives_restart<T>;

/// Says in one sentence what a type lacks to be a clock.
template <typename T>
[[nodiscard]] consteval auto explain_clock() -> bool {
    static_assert(detail::has_now<T>, "clock policy needs: now() const noexcept -> instant");
    static_assert(detail::has_survives_restart<T>, "clock policy needs: static constexpr bool survives_restart");
    return clock_policy<T>;
}

} // namespace sipwhere

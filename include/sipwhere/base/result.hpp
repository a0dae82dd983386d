// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/errc.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace sipwhere {

/// Why a call failed, and at which byte of its input reading stopped.
struct failure {
    errc code{};
    std::uint32_t at = 0; ///< right for the first 16 MiB

    friend constexpr auto operator==(const failure&, const failure&) noexcept -> bool = default;
};

/// Returns: a `failure` for a position held as `std::size_t`.
[[nodiscard]] constexpr auto fail(errc code, std::size_t at = 0) noexcept -> failure {
    return {code, static_cast<std::uint32_t>(at)};
}

template <typename T>
class result;

/// Success, or the failure that kept it from happening: one word, so that it is returned in a register.
template <>
class [[nodiscard]] result<void> {
public:
    constexpr result() noexcept = default;
    constexpr result(failure why) noexcept : word_(why.at << 8 | static_cast<std::uint32_t>(why.code)) {
        SIPWHERE_ASSERT(why.code != errc{});
    }

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return word_ == 0; }

    [[nodiscard]] constexpr auto error() const noexcept -> failure {
        SIPWHERE_ASSERT(word_ != 0);
        return {static_cast<errc>(word_ & 0xff), word_ >> 8};
    }

private:
    std::uint32_t word_ = 0; ///< 0, or the position and below it the code
};

/// A value, or the failure that kept it from being made. Never throws.
///
/// `T` is a small, default-constructible value: a view, a number, a set of facts.
template <typename T>
class [[nodiscard]] result {
public:
    constexpr result(T value) noexcept : value_(static_cast<T&&>(value)) {}
    constexpr result(failure why) noexcept : made_(why) {}

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return static_cast<bool>(made_); }

    [[nodiscard]] constexpr auto operator*() const noexcept -> const T& {
        SIPWHERE_ASSERT(made_);
        return value_;
    }
    [[nodiscard]] constexpr auto operator*() noexcept -> T& {
        SIPWHERE_ASSERT(made_);
        return value_;
    }
    [[nodiscard]] constexpr auto operator->() const noexcept -> const T* { return &**this; }
    [[nodiscard]] constexpr auto operator->() noexcept -> T* { return &**this; }

    /// Returns: why there is no value; call it only when there is none.
    [[nodiscard]] constexpr auto error() const noexcept -> failure { return made_.error(); }

private:
    T value_{};
    result<void> made_{};
};

} // namespace sipwhere

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
    std::uint32_t at = 0;

    friend constexpr auto operator==(const failure&, const failure&) noexcept -> bool = default;
};

/// Returns: a `failure` for a position held as `std::size_t`.
[[nodiscard]] constexpr auto fail(errc code, std::size_t at = 0) noexcept -> failure {
    return {code, static_cast<std::uint32_t>(at)};
}

/// A value, or the failure that kept it from being made. Never throws.
///
/// `T` is a small, default-constructible value: a view, a number, a set of facts.
template <typename T>
class [[nodiscard]] result {
public:
    constexpr result(T value) noexcept : value_(static_cast<T&&>(value)), ok_(true) {}
    constexpr result(failure why) noexcept : failure_(why) {}

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return ok_; }

    [[nodiscard]] constexpr auto operator*() const noexcept -> const T& {
        SIPWHERE_ASSERT(ok_);
        return value_;
    }
    [[nodiscard]] constexpr auto operator*() noexcept -> T& {
        SIPWHERE_ASSERT(ok_);
        return value_;
    }
    [[nodiscard]] constexpr auto operator->() const noexcept -> const T* { return &**this; }
    [[nodiscard]] constexpr auto operator->() noexcept -> T* { return &**this; }

    /// Returns: why there is no value; call it only when there is none.
    [[nodiscard]] constexpr auto error() const noexcept -> failure {
        SIPWHERE_ASSERT(!ok_);
        return failure_;
    }

private:
    T value_{};
    failure failure_{};
    bool ok_ = false;
};

/// Success, or the failure that kept it from happening.
template <>
class [[nodiscard]] result<void> {
public:
    constexpr result() noexcept = default;
    constexpr result(failure why) noexcept : failure_(why), ok_(false) {}

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return ok_; }

    [[nodiscard]] constexpr auto error() const noexcept -> failure {
        SIPWHERE_ASSERT(!ok_);
        return failure_;
    }

private:
    failure failure_{};
    bool ok_ = true;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/fixed_vector.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>

namespace sipwhere {

/// A list that a user configures: a few values written in place, or any number that live elsewhere.
template <typename T, std::size_t Few = 8>
class small_list {
public:
    constexpr small_list() noexcept = default;

    /// Copies the values; more than `Few` are too many, see `overflowed()`.
    constexpr small_list(std::initializer_list<T> values) noexcept : few_(values) {}

    /// Borrows the values, which must outlive the list.
    constexpr explicit small_list(std::span<const T> values) noexcept : many_(values) {}

    [[nodiscard]] constexpr auto values() const noexcept -> std::span<const T> {
        return many_.empty() ? std::span<const T>{few_.begin(), few_.size()} : many_;
    }
    [[nodiscard]] constexpr auto begin() const noexcept { return values().begin(); }
    [[nodiscard]] constexpr auto end() const noexcept { return values().end(); }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return values().empty(); }
    [[nodiscard]] constexpr auto overflowed() const noexcept -> bool { return few_.overflowed(); }

private:
    fixed_vector<T, Few> few_;
    std::span<const T> many_;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>

#include <array>
#include <cstddef>
#include <initializer_list>

namespace sipwhere {

/// Up to `Capacity` values in place, without a heap.
template <typename T, std::size_t Capacity>
class fixed_vector {
public:
    constexpr fixed_vector() noexcept = default;

    /// Takes the first `Capacity` values; `overflowed()` tells if there were more.
    constexpr fixed_vector(std::initializer_list<T> values) noexcept {
        for (const auto& value : values) push_back(value);
    }

    [[nodiscard]] static constexpr auto capacity() noexcept -> std::size_t { return Capacity; }
    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return size_ == 0; }
    [[nodiscard]] constexpr auto full() const noexcept -> bool { return size_ == Capacity; }
    [[nodiscard]] constexpr auto overflowed() const noexcept -> bool { return overflowed_; }

    /// Returns: whether it was added.
    constexpr auto push_back(const T& value) noexcept -> bool {
        if (full()) {
            overflowed_ = true;
            return false;
        }
        values_[size_++] = value;
        return true;
    }
    constexpr void clear() noexcept {
        size_ = 0;
        overflowed_ = false;
    }

    [[nodiscard]] constexpr auto operator[](std::size_t index) const noexcept -> const T& {
        SIPWHERE_ASSERT(index < size_);
        return values_[index];
    }
    [[nodiscard]] constexpr auto operator[](std::size_t index) noexcept -> T& {
        SIPWHERE_ASSERT(index < size_);
        return values_[index];
    }
    [[nodiscard]] constexpr auto begin() const noexcept -> const T* { return values_.data(); }
    [[nodiscard]] constexpr auto end() const noexcept -> const T* { return values_.data() + size_; }
    [[nodiscard]] constexpr auto begin() noexcept -> T* { return values_.data(); }
    [[nodiscard]] constexpr auto end() noexcept -> T* { return values_.data() + size_; }

private:
    std::array<T, Capacity> values_{};
    std::size_t size_ = 0;
    bool overflowed_ = false;
};

} // namespace sipwhere

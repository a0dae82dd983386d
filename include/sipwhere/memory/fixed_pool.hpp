// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>

namespace sipwhere {

/// `Most` objects in an array, handed out one after another.
template <typename T, std::size_t Most>
class fixed_pool {
public:
    /// Returns: how many have been handed out.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
    [[nodiscard]] auto operator[](std::size_t index) noexcept -> T& { return made_[index]; }

    /// Returns: one more object; null when all have been handed out.
    [[nodiscard]] auto make() noexcept -> T* { return size_ == Most ? nullptr : &made_[size_++]; }

private:
    std::array<T, Most> made_;
    std::size_t size_ = 0;
};

} // namespace sipwhere

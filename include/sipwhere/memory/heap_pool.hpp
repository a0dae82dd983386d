// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>

namespace sipwhere {

/// Up to `Most` objects on the heap, each made when it is needed first and kept until the pool goes.
template <typename T, std::size_t Most>
class heap_pool {
public:
    /// Returns: how many have been made.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
    [[nodiscard]] auto operator[](std::size_t index) const noexcept -> T& { return *made_[index]; }

    /// Returns: one more object; null when there are `Most`, or no memory is left.
    [[nodiscard]] auto make() noexcept -> T* {
        if (size_ == Most) return nullptr;
        auto& made = made_[size_];
        made.reset(new (std::nothrow) T);
        if (made) ++size_;
        return made.get();
    }

private:
    std::array<std::unique_ptr<T>, Most> made_;
    std::size_t size_ = 0;
};

} // namespace sipwhere

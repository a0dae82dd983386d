// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace sipwhere {

/// A list that doubles when it is full, and says so when there is no memory for that. Uses the heap.
template <typename T>
class nothrow_list {
public:
    nothrow_list() noexcept = default;
    nothrow_list(const nothrow_list&) = delete;
    auto operator=(const nothrow_list&) -> nothrow_list& = delete;
    ~nothrow_list() { delete[] elements_; }

    [[nodiscard]] auto size() const noexcept -> std::uint32_t { return size_; }

    [[nodiscard]] auto operator[](std::size_t index) const noexcept -> T& {
        SIPWHERE_ASSERT(index < size_);
        return elements_[index];
    }

    /// Adds an element that is as it is made.
    ///
    /// Returns: false without memory, and then nothing has changed.
    [[nodiscard]] auto add() noexcept -> bool {
        if (size_ == capacity_) {
            const auto wider = std::max<std::uint32_t>(16, 2 * capacity_);
            auto* const made = new (std::nothrow) T[wider];
            if (made == nullptr) return false;
            std::move(elements_, elements_ + size_, made);
            delete[] std::exchange(elements_, made);
            capacity_ = wider;
        }
        ++size_;
        return true;
    }

private:
    T* elements_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
};

} // namespace sipwhere

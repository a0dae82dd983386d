// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/nothrow_list.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <new>

namespace sipwhere {

/// Up to `Most` objects on the heap, made some at a time when they are needed, that stay where they are and are kept
/// until the pool goes.
template <typename T, std::size_t Most>
class chunked_pool {
public:
    /// Returns: how many have been handed out.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
    [[nodiscard]] auto operator[](std::size_t index) const noexcept -> T& {
        return (*chunks_[index / at_once])[index % at_once];
    }

    /// Returns: one more object; null when there are `Most`, or no memory is left.
    [[nodiscard]] auto make() noexcept -> T* {
        if (size_ == Most || (size_ == at_once * chunks_.size() && !grow())) return nullptr;
        return &(*this)[size_++];
    }

private:
    static constexpr std::size_t at_once = 64;
    using chunk = std::array<T, at_once>;

    [[nodiscard]] auto grow() noexcept -> bool {
        std::unique_ptr<chunk> made{new (std::nothrow) chunk};
        if (!made || !chunks_.add()) return false;
        chunks_[chunks_.size() - 1U] = std::move(made);
        return true;
    }

    nothrow_list<std::unique_ptr<chunk>> chunks_;
    std::size_t size_ = 0;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/aor.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace sipwhere {

/// The text of an address-of-record on the heap, or none.
class heap_aor_text {
public:
    /// Returns: false without memory; then it is empty.
    [[nodiscard]] auto assign(const aor_view& key) noexcept -> bool {
        user_size_ = size_ = 0;
        bytes_.reset(new (std::nothrow) char[key.user.size() + key.domain.size()]);
        if (!bytes_) return false;
        std::copy(key.domain.begin(), key.domain.end(), std::copy(key.user.begin(), key.user.end(), bytes_.get()));
        user_size_ = static_cast<std::uint32_t>(key.user.size());
        size_ = static_cast<std::uint32_t>(user_size_ + key.domain.size());
        return true;
    }
    void clear() noexcept {
        bytes_.reset();
        user_size_ = size_ = 0;
    }

    /// Returns: views that hold until it changes.
    [[nodiscard]] auto view() const noexcept -> aor_view {
        return {{bytes_.get(), user_size_}, {bytes_.get() + user_size_, size_ - user_size_}};
    }

private:
    std::unique_ptr<char[]> bytes_;
    std::uint32_t user_size_ = 0;
    std::uint32_t size_ = 0;
};

/// The same in an array of `Most` bytes.
template <std::size_t Most>
class fixed_aor_text {
public:
    /// Returns: false when it does not fit; then it is empty.
    [[nodiscard]] auto assign(const aor_view& key) noexcept -> bool {
        clear();
        if (key.user.size() > Most || key.domain.size() > Most - key.user.size()) return false;
        std::copy(key.domain.begin(), key.domain.end(), std::copy(key.user.begin(), key.user.end(), bytes_.begin()));
        user_size_ = static_cast<std::uint16_t>(key.user.size());
        size_ = static_cast<std::uint16_t>(user_size_ + key.domain.size());
        return true;
    }
    void clear() noexcept { user_size_ = size_ = 0; }

    [[nodiscard]] auto view() const noexcept -> aor_view {
        return {{bytes_.data(), user_size_}, {bytes_.data() + user_size_, std::size_t{size_} - user_size_}};
    }

private:
    std::array<char, Most> bytes_;
    std::uint16_t user_size_ = 0;
    std::uint16_t size_ = 0;
};

} // namespace sipwhere

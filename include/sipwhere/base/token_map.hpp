// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/mark_blocks.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sipwhere {

/// Where the pieces of a text end: its control characters, and its marks, which are all characters that are not plain
/// (`ascii::is_plain`). Made in one pass over many characters at a time, and then asked by all who read the text.
class token_map {
public:
    /// How many characters are mapped at most. Nearly all messages are smaller; of others the rest is read without.
    static constexpr std::size_t most_bytes = 4096;

    constexpr token_map() noexcept {} // leaves the words as they are: only what was mapped is looked at

    /// Maps a text, or as much of it as can be mapped.
    void make(std::string_view text) noexcept {
        size_ = std::min(text.size(), most_bytes);
        const auto whole = size_ / block;
        const auto rest = size_ % block;
        detail::mark_blocks(text.data(), whole, controls_.data(), marks_.data());
        const auto beyond = ~std::uint64_t{0} << rest;
        controls_[whole] = marks_[whole] = beyond; // so that who looks for the next one comes to an end
        if (rest == 0) return;
        std::array<char, block> last{};
        const char* from = text.data() + size_ - block;
        if (whole == 0) from = static_cast<const char*>(std::memcpy(last.data(), text.data(), rest));
        std::uint64_t controls = 0, marks = 0;
        detail::mark_blocks(from, 1, &controls, &marks);
        const auto before = whole == 0 ? 0 : block - rest;
        controls_[whole] |= controls >> before;
        marks_[whole] |= marks >> before;
    }

    /// Returns: how many characters are mapped.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

    /// Returns: the position of the first control character at or after `from`, or `size()`; `from` is no larger.
    [[nodiscard]] auto next_control(std::size_t from) const noexcept -> std::size_t { return next(controls_, from); }

    /// Returns: the position of the first mark at or after `from`, or `size()`; `from` is no larger.
    [[nodiscard]] SIPWHERE_INLINE auto next_mark(std::size_t from) const noexcept -> std::size_t {
        return next(marks_, from);
    }

private:
    static constexpr std::size_t block = detail::marked_block;
    using words = std::array<std::uint64_t, most_bytes / block + 1>;

    [[nodiscard]] SIPWHERE_INLINE auto next(const words& bits, std::size_t from) const noexcept -> std::size_t {
        SIPWHERE_ASSERT(from <= size_);
        auto at = from / block;
        auto left = bits[at] >> from % block;
        if (left != 0) return from + static_cast<unsigned>(std::countr_zero(left));
        do left = bits[++at];
        while (left == 0);
        return at * block + static_cast<unsigned>(std::countr_zero(left));
    }

    std::size_t size_ = 0;
    words controls_;
    words marks_;
};

} // namespace sipwhere

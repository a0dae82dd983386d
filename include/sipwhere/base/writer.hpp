// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/little_endian.hpp>
#include <sipwhere/base/scan.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// Whether a writer compares the size of each piece with what is left, or its user has done so for all of them.
enum class bounds : std::uint8_t { checked, known };

/// Writes text into a caller's bytes. What does not fit is not written, and `fits()` says so from then on.
template <bounds Of>
class basic_writer {
public:
    constexpr explicit basic_writer(std::span<char> out) noexcept
        : begin_(out.data()), at_(begin_), stop_(begin_ + out.size()), end_(stop_) {}

    /// Returns: a writer that goes on where this one is without checks, for `most` bytes at most, which fit.
    [[nodiscard]] constexpr auto unchecked(std::size_t most) noexcept -> basic_writer<bounds::known> {
        SIPWHERE_ASSERT(most <= capacity_left());
        return basic_writer<bounds::known>{{at_, most}};
    }

    /// Goes on behind what another writer has written, which went on where this one is.
    constexpr void resume(const basic_writer<bounds::known>& other) noexcept { at_ += other.size(); }

    [[nodiscard]] constexpr auto fits() const noexcept -> bool { return fits_; }
    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return {begin_, size()}; }
    [[nodiscard]] constexpr auto capacity_left() const noexcept -> std::size_t {
        return static_cast<std::size_t>(end_ - at_);
    }

    /// Forgets all that was written after `size` and any overflow since.
    constexpr void cut(std::size_t size) noexcept {
        SIPWHERE_ASSERT(size <= this->size());
        at_ = begin_ + size;
        stop_ = end_;
        fits_ = true;
    }

    SIPWHERE_INLINE constexpr auto put(char c) noexcept -> basic_writer& {
        if (takes(1)) *at_++ = c;
        return *this;
    }

    /// Writes all of `text` or nothing.
    SIPWHERE_INLINE constexpr auto put(std::string_view text) noexcept -> basic_writer& {
        if (!takes(text.size())) return *this;
        if (std::is_constant_evaluated()) text.copy(at_, text.size());
        else if (!text.empty()) std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return *this;
    }

    /// Writes all of a text that is known when the program is built, or nothing.
    template <std::size_t Size>
    SIPWHERE_INLINE constexpr auto put(const char (&text)[Size]) noexcept -> basic_writer& {
        if constexpr (SIPWHERE_SMALL != 0 || Size == 1) return put(std::string_view{text, Size - 1});
        if (!takes(Size - 1)) return *this;
        if (std::is_constant_evaluated()) std::string_view{text, Size - 1}.copy(at_, Size - 1);
        else std::memcpy(at_, text, Size - 1);
        at_ += Size - 1;
        return *this;
    }

    /// Writes a number in decimal.
    constexpr auto put_number(std::uint32_t value) noexcept -> basic_writer& {
        std::size_t size = 1;
        for (std::uint64_t limit = 10; value >= limit; limit *= 10) ++size;
        if (!takes(size)) return *this;
        at_ += size;
        auto* to = at_;
        do *--to = static_cast<char>('0' + value % 10);
        while ((value /= 10) != 0);
        return *this;
    }

    /// Writes a number in decimal, with zeros in front up to `width` digits.
    constexpr auto put_padded(std::uint32_t value, std::size_t width) noexcept -> basic_writer& {
        std::uint32_t limit = 10;
        for (std::size_t digits = 1; digits < width; ++digits, limit *= 10)
            if (value < limit) put('0');
        return put_number(value);
    }

    /// Writes 16 hexadecimal digits.
    constexpr auto put_hex(std::uint64_t value) noexcept -> basic_writer& {
        if (!takes(16)) return *this;
        if constexpr (SIPWHERE_SMALL == 0)
            if (!std::is_constant_evaluated()) {
                for (const auto half : {value >> 32U, value & 0xffff'ffffU}) {
                    store_little_endian(at_, hex_digits(static_cast<std::uint32_t>(half)));
                    at_ += sizeof(std::uint64_t);
                }
                return *this;
            }
        for (int shift = 60; shift >= 0; shift -= 4) *at_++ = "0123456789abcdef"[value >> shift & 15];
        return *this;
    }

    /// Writes `text` with every fold and stray line end as one space, so that it can end no line.
    constexpr auto put_unfolded(std::string_view text) noexcept -> basic_writer& {
        if constexpr (SIPWHERE_SMALL == 0)
            if (find_control_or<>(text, 0) == text.size()) return put(text);
        std::size_t begin = 0;
        for (auto at = find_any<'\r', '\n'>(text, 0); at < text.size(); at = find_any<'\r', '\n'>(text, at)) {
            put(slice(text, begin, at)).put(' ');
            while (at < text.size() && ascii::is(text[at], ascii::set::lws)) ++at;
            begin = at;
        }
        return put(slice(text, begin, text.size()));
    }

private:
    /// Returns: the eight digits of a number, the first of them in the lowest byte.
    [[nodiscard]] static constexpr auto hex_digits(std::uint64_t value) noexcept -> std::uint64_t {
        value = (value << 32U | value >> 16U) & 0x0000'ffff'0000'ffffULL; // sixteen bits apart, the upper ones first
        value = (value << 16U | value >> 8U) & 0x00ff'00ff'00ff'00ffULL;
        value = (value << 8U | value >> 4U) & 0x0f0f'0f0f'0f0f'0f0fULL;
        const auto letters = (value + 0x0606'0606'0606'0606ULL) >> 4U & 0x0101'0101'0101'0101ULL;
        return value + 0x3030'3030'3030'3030ULL + letters * ('a' - '9' - 1);
    }

    /// Returns: whether `size` bytes more can be written; once they can't, nothing can.
    [[nodiscard]] constexpr auto takes(std::size_t size) noexcept -> bool {
        SIPWHERE_ASSERT(Of == bounds::checked || size <= capacity_left());
        if (Of == bounds::known || size <= static_cast<std::size_t>(stop_ - at_)) return true;
        stop_ = at_;
        fits_ = false;
        return false;
    }

    char* begin_;
    char* at_;
    char* stop_; ///< where writing ends: the end of all, or here once something did not fit
    char* end_;
    bool fits_ = true;
};

using writer = basic_writer<bounds::checked>;

} // namespace sipwhere

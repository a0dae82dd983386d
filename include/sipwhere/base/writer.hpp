// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/scan.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// Writes text into a caller's bytes. What does not fit is not written, and `fits()` says so from then on.
class writer {
public:
    constexpr explicit writer(std::span<char> out) noexcept : out_(out) {}

    [[nodiscard]] constexpr auto fits() const noexcept -> bool { return fits_; }
    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return {out_.data(), size_}; }
    [[nodiscard]] constexpr auto room() const noexcept -> std::size_t { return out_.size() - size_; }

    /// Forgets all that was written after `size` and any overflow since.
    constexpr void cut(std::size_t size) noexcept {
        SIPWHERE_ASSERT(size <= size_);
        size_ = size;
        fits_ = true;
    }

    constexpr auto put(char c) noexcept -> writer& {
        if (!fits_ || size_ == out_.size()) {
            fits_ = false;
            return *this;
        }
        out_[size_++] = c;
        return *this;
    }

    /// Writes all of `text` or nothing.
    constexpr auto put(std::string_view text) noexcept -> writer& {
        if (!fits_ || text.size() > room()) {
            fits_ = false;
            return *this;
        }
        if (std::is_constant_evaluated()) {
            for (const char c : text) out_[size_++] = c;
        } else if (!text.empty()) {
            std::memcpy(out_.data() + size_, text.data(), text.size());
            size_ += text.size();
        }
        return *this;
    }

    /// Writes a number in decimal.
    constexpr auto put_number(std::uint32_t value) noexcept -> writer& {
        std::array<char, 10> digits{};
        std::size_t begin = digits.size();
        do {
            digits[--begin] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        return put(std::string_view{digits.data() + begin, digits.size() - begin});
    }

    /// Writes a number in decimal, with zeros in front up to `width` digits.
    constexpr auto put_padded(std::uint32_t value, std::size_t width) noexcept -> writer& {
        std::uint32_t limit = 10;
        for (std::size_t digits = 1; digits < width; ++digits, limit *= 10)
            if (value < limit) put('0');
        return put_number(value);
    }

    /// Writes 16 hexadecimal digits.
    constexpr auto put_hex(std::uint64_t value) noexcept -> writer& {
        std::array<char, 16> digits{};
        for (std::size_t i = digits.size(); i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
        return put(std::string_view{digits.data(), digits.size()});
    }

    /// Writes `text` with every fold and stray line end as one space, so that it can end no line.
    constexpr auto put_unfolded(std::string_view text) noexcept -> writer& {
        std::size_t begin = 0;
        for (auto at = find_control_or<>(text, 0); at < text.size(); at = find_control_or<>(text, at)) {
            if (text[at] != '\r' && text[at] != '\n') {
                ++at;
                continue;
            }
            put(slice(text, begin, at)).put(' ');
            while (at < text.size() && ascii::is(text[at], ascii::set::lws)) ++at;
            begin = at;
        }
        return put(slice(text, begin, text.size()));
    }

private:
    std::span<char> out_;
    std::size_t size_ = 0;
    bool fits_ = true;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/word.hpp>
#include <sipwhere/base/scan.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// One character of a URI component, unescaped once (RFC 3261 §19.1.2).
struct percent_unit {
    char byte = '\0';
    bool escaped = false; ///< it was written as %HH
};

/// Walks over the characters of a URI component, each `%HH` as the one it stands for.
class percent_reader {
public:
    /// `text` must hold well-formed escapes, as `parse_uri` makes sure of.
    constexpr explicit percent_reader(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return position_ >= text_.size(); }

    constexpr auto next() noexcept -> percent_unit {
        const char c = text_[position_++];
        if (c != '%' || position_ + 1 >= text_.size()) return {c, false};
        const int high = ascii::hex_value(text_[position_]);
        const int low = ascii::hex_value(text_[position_ + 1]);
        if (high < 0 || low < 0) return {c, false};
        position_ += 2;
        return {static_cast<char>(high * 16 + low), true};
    }

private:
    std::string_view text_;
    std::size_t position_ = 0;
};

/// Whether "a" and "A" are two letters or one.
enum class letter_case : std::uint8_t { matters, ignored };

/// Whether `%HH` stands for a character.
enum class escapes : std::uint8_t { resolved, literal };

/// Gives a URI component or a token as words of up to eight characters, in the one way to write it: escapes resolved,
/// letters small where their case is ignored.
///
/// Two components give the same words if and only if `percent_equal` calls them equal. No word is 0 before the end, and
/// all are after it.
class component_words {
public:
    constexpr component_words(std::string_view text, letter_case letters, escapes written = escapes::resolved) noexcept
        : rest_(text), letters_(letters), escapes_(written) {}

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return rest_.empty(); }

    /// Returns: what has not been read.
    [[nodiscard]] constexpr auto rest() const noexcept -> std::string_view { return rest_; }

    SIPWHERE_INLINE constexpr auto next() noexcept -> std::uint64_t {
        if (SIPWHERE_SMALL != 0 || rest_.empty()) return read_units();
        const auto size = std::min(rest_.size(), sizeof(word));
        const auto bytes = detail::load_part<word>(rest_.data(), size);
        const auto filled = size == sizeof(word) ? bytes : bytes | ~word{0} << 8 * size;
        const auto any = [filled](char c) {
            return detail::bytes_below<word>(filled ^ detail::each_byte<word> * static_cast<unsigned char>(c), 1) != 0;
        };
        if (any('%') || any('\0')) return read_units();
        rest_.remove_prefix(size);
        return letters_ == letter_case::ignored ? lower(bytes) : bytes;
    }

private:
    using word = std::uint64_t;

    /// Reads one character after the other; "%" goes before one that is not what it seems. Both stay together, so that
    /// a word may end with a zero.
    constexpr auto read_units() noexcept -> word {
        word made = 0;
        unsigned shift = 0;
        constexpr unsigned last = 8 * (sizeof(word) - 1);
        const char* at = rest_.data();
        const char* const end = at + rest_.size();
        for (; at != end && shift <= last; shift += 8) {
            char c = *at;
            const bool is_escape = c == '%' && escapes_ == escapes::resolved && end - at > 2 &&
                                   ascii::is(at[1], ascii::set::hex) && ascii::is(at[2], ascii::set::hex);
            if (is_escape) c = static_cast<char>(hex_digit(at[1]) << 4 | hex_digit(at[2]));
            if (letters_ == letter_case::ignored) c = ascii::lower(c);
            if (c == '%' || c == '\0' || (is_escape && ascii::is(c, ascii::set::reserved))) {
                if (shift == last) break;
                made |= word{'%'} << shift;
                shift += 8;
                if (c == '\0') c = '0';
            }
            made |= word{static_cast<unsigned char>(c)} << shift;
            at += is_escape ? 3 : 1;
        }
        rest_ = {at, static_cast<std::size_t>(end - at)};
        return made;
    }

    [[nodiscard]] static constexpr auto hex_digit(char c) noexcept -> unsigned {
        return (static_cast<unsigned char>(c) & 0xfU) + (c >= 'A' ? 9U : 0U);
    }

    [[nodiscard]] static constexpr auto lower(word bytes) noexcept -> word {
        constexpr auto each = detail::each_byte<word>;
        const auto low = bytes & each * 0x7f;
        const auto from_a = low + each * (0x80 - 'A');
        const auto behind_z = low + each * (0x7f - 'Z');
        return bytes | (from_a & ~behind_z & ~bytes & each * 0x80) >> 2;
    }

    std::string_view rest_;
    letter_case letters_;
    escapes escapes_;
};

/// Returns: whether two URI components are equal: an escape equals the character it stands for, unless that
///          is reserved and so means something else when bare.
/// Spec:    RFC 3261 §19.1.4.
[[nodiscard]] constexpr auto percent_equal(std::string_view a, std::string_view b, letter_case letters) noexcept
    -> bool {
    if (a == b) return true;
    if (find_any<'%'>(a, 0) == a.size() && find_any<'%'>(b, 0) == b.size())
        return letters == letter_case::ignored && ascii::iequals(a, b);
    percent_reader left{a};
    percent_reader right{b};
    while (!left.at_end() && !right.at_end()) {
        const auto x = left.next();
        const auto y = right.next();
        if (x.escaped != y.escaped && ascii::is(x.byte, ascii::set::reserved)) return false;
        if (x.byte == y.byte) continue;
        if (letters == letter_case::matters || ascii::lower(x.byte) != ascii::lower(y.byte)) return false;
    }
    return left.at_end() && right.at_end();
}

/// Returns: whether `text` holds only characters of `allowed` and well-formed `%HH`.
[[nodiscard]] constexpr auto is_escaped_text(std::string_view text, ascii::set allowed) noexcept -> bool {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (ascii::is(text[at], allowed)) continue;
        if (text[at] != '%' || text.size() - at < 3) return false;
        if (!ascii::is(text[at + 1], ascii::set::hex) || !ascii::is(text[at + 2], ascii::set::hex)) return false;
        at += 2;
    }
    return true;
}

} // namespace sipwhere

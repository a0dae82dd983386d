// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/word.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::ascii {

/// Sets of characters of RFC 3261 §25.1, as bits; a character may be in several.
enum class set : std::uint16_t {
    digit = 1 << 0,
    alpha = 1 << 1,
    hex = 1 << 2,
    token = 1 << 3,      ///< token
    unreserved = 1 << 4, ///< unreserved: alphanum and mark
    reserved = 1 << 5,   ///< reserved
    user = 1 << 6,       ///< unreserved and user-unreserved, without "%"
    password = 1 << 7,   ///< unreserved and "&=+$,", without "%"
    param = 1 << 8,      ///< paramchar, without "%"
    header = 1 << 9,     ///< hnv-unreserved and unreserved, without "%"
    host = 1 << 10,      ///< letters, digits, "-", "." and the "_" seen in the field
    blank = 1 << 11,     ///< SP and HTAB
    gvalue = 1 << 12,    ///< token or host of a generic-param: token characters, "[", "]", ":"
    callid = 1 << 13,    ///< word and "@"
    lws = 1 << 14,       ///< SP, HTAB, and the CR and LF of folds
};

[[nodiscard]] constexpr auto operator|(set a, set b) noexcept -> set {
    return static_cast<set>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}

namespace detail {

template <std::size_t Size>
[[nodiscard]] constexpr auto make_table() noexcept -> std::array<std::uint16_t, Size> {
    std::array<std::uint16_t, Size> table{};
    const auto add = [&table](std::string_view characters, set to) {
        for (const char c : characters) table[static_cast<unsigned char>(c)] |= static_cast<std::uint16_t>(to);
    };
    constexpr std::string_view digits = "0123456789";
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view marks = "-_.!~*'()";
    const auto everywhere = set::token | set::unreserved | set::user | set::password | set::param | set::header |
                            set::host | set::gvalue | set::callid;
    add(digits, set::digit | set::hex | everywhere);
    add(letters, set::alpha | everywhere);
    add("ABCDEFabcdef", set::hex);
    add(marks, set::unreserved | set::user | set::password | set::param | set::header);
    add("-.!%*_+`'~", set::token | set::gvalue);
    add("-.!%*_+`'~()<>:\\\"/[]?{}@", set::callid);
    add("[]:", set::gvalue);
    add(";/?:@&=+$,", set::reserved);
    add("&=+$,;?/", set::user);
    add("&=+$,", set::password);
    add("[]/:&+$", set::param);
    add("[]/?:+$", set::header);
    add("-._", set::host);
    add(" \t", set::blank | set::lws);
    add("\r\n", set::lws);
    return table;
}

/// Each size is a table of its own, as the sources of one program may choose differently.
template <std::size_t Size>
inline constexpr auto table = make_table<Size>();

} // namespace detail

/// Returns: whether `c` belongs to any of `sets`.
[[nodiscard]] constexpr auto is(char c, set sets) noexcept -> bool {
    constexpr std::size_t size = SIPWHERE_SMALL != 0 ? 128 : 256; // from 128 on none is in any set
    const auto index = static_cast<unsigned char>(c);
    return (size == 256 || index < size) && (detail::table<size>[index] & static_cast<std::uint16_t>(sets)) != 0;
}

/// Returns: whether `c` stands for itself wherever it may be: in a token, a user, and a parameter of a header field or
///          of a URI.
[[nodiscard]] constexpr auto is_plain(char c) noexcept -> bool {
    return is(c, set::token) && is(c, set::user) && is(c, set::param);
}

/// Returns: whether `c` is white space or a character of a fold; quick to say no.
[[nodiscard]] constexpr auto is_lws(char c) noexcept -> bool {
    return static_cast<unsigned char>(c) <= ' ' && is(c, set::lws);
}

/// Returns: whether all of `text` belongs to `sets`; true for an empty text.
[[nodiscard]] constexpr auto all(std::string_view text, set sets) noexcept -> bool {
    for (const char c : text)
        if (!is(c, sets)) return false;
    return true;
}

/// Returns: whether `text` is a token (RFC 3261 §25.1).
[[nodiscard]] constexpr auto is_token(std::string_view text) noexcept -> bool {
    return !text.empty() && all(text, set::token);
}

/// Returns: whether no letter of `text` is a capital.
[[nodiscard]] constexpr auto is_lower(std::string_view text) noexcept -> bool {
    for (const char c : text)
        if (c >= 'A' && c <= 'Z') return false;
    return true;
}

[[nodiscard]] constexpr auto lower(char c) noexcept -> char {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

namespace detail {

[[nodiscard, gnu::noinline]] constexpr auto lower_equal(std::string_view a, std::string_view b) noexcept -> bool {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
    return true;
}

/// Most texts that are compared are the same to the letter, which is quick to see but takes much code.
[[nodiscard, gnu::always_inline]] constexpr auto same_or_lower_equal(const char* a, const char* b,
                                                                     std::size_t size) noexcept -> bool {
    if (SIPWHERE_SMALL == 0 && sipwhere::detail::same_bytes(a, b, size)) return true;
    return lower_equal({a, size}, {b, size});
}

} // namespace detail

/// Returns: whether two texts are equal when the case of ASCII letters is left out of account.
[[nodiscard, gnu::always_inline]] constexpr auto iequals(std::string_view a, std::string_view b) noexcept -> bool {
    return a.size() == b.size() && detail::same_or_lower_equal(a.data(), b.data(), b.size());
}

/// Returns: the same for a text that is known when the program is built, which is faster.
template <std::size_t Size>
[[nodiscard]] SIPWHERE_INLINE constexpr auto iequals(std::string_view a, const char (&b)[Size]) noexcept -> bool {
    return a.size() == Size - 1 && detail::same_or_lower_equal(a.data(), b, Size - 1);
}

/// Returns: 0 to 15, or -1 when `c` is no hexadecimal digit.
[[nodiscard]] constexpr auto hex_value(char c) noexcept -> int {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

} // namespace sipwhere::ascii

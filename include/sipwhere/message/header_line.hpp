// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/scan.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Where a line ends, and where the next one begins.
struct line_end {
    std::uint32_t end = 0;
    std::uint32_t next = 0;
    bool has_bare_cr = false; ///< a CR before it that ends no line
    bool is_plain = false;    ///< CRLF, and no control character before it
};

namespace detail {

/// Finds the line end at or after a control character, or the end of the text, that is at `at`; it calls none plain.
[[nodiscard, gnu::noinline]] constexpr auto full_line_end(std::string_view text, std::size_t at) noexcept -> line_end {
    for (bool has_bare_cr = false;; at = find_control_or<>(text, at + 1)) {
        const auto end = static_cast<std::uint32_t>(at);
        if (at == text.size()) return {end, end, has_bare_cr};
        if (text[at] == '\n') return {end, end + 1, has_bare_cr};
        if (text[at] != '\r') continue;
        if (at + 1 == text.size()) return {end, end + 1, has_bare_cr};
        if (text[at + 1] == '\n') return {end, end + 2, has_bare_cr};
        has_bare_cr = true;
    }
}

} // namespace detail

/// Finds the line end at or after `from`: CRLF, or LF alone, or the end of the text.
///
/// Spec: RFC 3261 §7; LF alone is let through, as messages written by hand have it.
[[nodiscard]] constexpr auto find_line_end(std::string_view text, std::size_t from) noexcept -> line_end {
    const auto at = find_control_or<>(text, from);
    const bool is_usual = text.size() - at >= 2 && text[at] == '\r' && text[at + 1] == '\n';
    if (!is_usual) return detail::full_line_end(text, at);
    return {.end = static_cast<std::uint32_t>(at), .next = static_cast<std::uint32_t>(at + 2), .is_plain = true};
}

/// Goes on from the end of a field's first line to the end of its last fold.
///
/// Spec: RFC 3261 §7.3.1.
[[nodiscard]] constexpr auto find_field_end(std::string_view text, line_end line) noexcept -> line_end {
    while (line.next < text.size() && (text[line.next] == ' ' || text[line.next] == '\t')) {
        const auto fold = find_line_end(text, line.next);
        line = {fold.end, fold.next, line.has_bare_cr || fold.has_bare_cr};
    }
    return line;
}

/// Finds the colon after a field name, or else the line end.
[[nodiscard]] constexpr auto find_colon(std::string_view text, std::size_t from) noexcept -> std::size_t {
    auto at = find_control_or<':'>(text, from);
    while (at < text.size() && text[at] == '\t') at = find_control_or<':'>(text, at + 1);
    return at;
}

/// One header field.
struct header_line {
    std::string_view name{};  ///< empty when there is no colon
    std::string_view value{}; ///< without white space at its ends; folds inside are kept
    std::size_t next = 0;     ///< where the next field begins
    bool has_bare_cr = false;
    bool is_plain = false; ///< CRLF ends it, and the value holds no control character
    bool is_end = false; ///< the empty line after the last field
};

/// Reads the header field that begins at `begin`, or finds that there is none.
///
/// Spec: RFC 3261 §7.3.1.
[[nodiscard]] constexpr auto read_field(std::string_view text, std::size_t begin) noexcept -> header_line {
    const auto colon = find_colon(text, begin);
    const auto first = find_line_end(text, colon);
    if (first.end == begin) return {.next = first.next, .is_end = true};
    const auto field = find_field_end(text, first);
    const bool has_name = colon < field.end && text[colon] == ':';
    auto end_of_name = has_name ? colon : begin;
    while (end_of_name > begin && ascii::is(text[end_of_name - 1], ascii::set::blank)) --end_of_name;
    return {.name = slice(text, begin, end_of_name),
            .value = has_name ? trimmed(slice(text, colon + 1, field.end)) : slice(text, begin, field.end),
            .next = field.next,
            .has_bare_cr = field.has_bare_cr,
            .is_plain = field.is_plain};
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// One line of the header section: where it begins and ends, and where the next one begins.
struct raw_line {
    std::size_t begin = 0;
    std::size_t end = 0; ///< without the line end
    std::size_t next = 0;
    bool has_bare_cr = false; ///< a CR that is not part of the line end
};

/// Finds the line end after `begin`: CRLF, or LF alone, or the end of the text.
///
/// Spec: RFC 3261 §7; LF alone is let through, as many senders by hand write it.
[[nodiscard]] constexpr auto find_line(std::string_view text, std::size_t begin) noexcept -> raw_line {
    const auto newline = text.find('\n', begin);
    const bool is_last = newline == std::string_view::npos;
    const auto end = is_last ? text.size() : newline;
    const auto cr = text.substr(begin, end - begin).find('\r');
    if (cr == std::string_view::npos) return {begin, end, is_last ? end : end + 1};
    const bool ends_line = begin + cr + 1 == end;
    return {begin, ends_line ? end - 1 : end, is_last ? end : end + 1, !ends_line};
}

/// One header field with all its folds.
struct header_line {
    std::string_view name{};  ///< empty when there is no colon
    std::string_view value{}; ///< without white space at its ends; folds inside are kept
    std::size_t next = 0;     ///< where the next field begins
    bool is_end = false;      ///< the empty line, or the end of the text
    bool has_bare_cr = false;
};

/// Reads the header field that begins at `begin`.
///
/// Spec: RFC 3261 §7.3.1.
[[nodiscard]] constexpr auto read_header_line(std::string_view text, std::size_t begin) noexcept -> header_line {
    auto line = find_line(text, begin);
    if (line.end == line.begin) return {.next = line.next, .is_end = true};
    header_line field;
    const auto first = text.substr(begin, line.end - begin);
    const auto colon = first.find(':');
    if (colon != std::string_view::npos) {
        field.name = first.substr(0, colon);
        while (field.name.ends_with(' ') || field.name.ends_with('\t')) field.name.remove_suffix(1);
    }
    field.has_bare_cr = line.has_bare_cr;
    while (line.next < text.size() && (text[line.next] == ' ' || text[line.next] == '\t')) {
        line = find_line(text, line.next);
        field.has_bare_cr |= line.has_bare_cr;
    }
    const auto value = colon == std::string_view::npos ? begin : begin + colon + 1;
    field.value = trimmed(text.substr(value, line.end - value));
    field.next = line.next;
    return field;
}

} // namespace sipwhere

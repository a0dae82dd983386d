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
};

/// Finds the line end at or after `from`: CRLF, or LF alone, or the end of the text.
///
/// Spec: RFC 3261 §7; LF alone is let through, as messages written by hand have it.
[[nodiscard]] constexpr auto find_line_end(std::string_view text, std::size_t from) noexcept -> line_end {
    bool has_bare_cr = false;
    for (auto at = find_control_or<>(text, from);; at = find_control_or<>(text, at + 1)) {
        const auto end = static_cast<std::uint32_t>(at);
        if (at == text.size()) return {end, end, has_bare_cr};
        if (text[at] == '\r') {
            if (at + 1 == text.size()) return {end, end + 1, has_bare_cr};
            if (text[at + 1] == '\n') return {end, end + 2, has_bare_cr};
            has_bare_cr = true;
        } else if (text[at] == '\n') {
            return {end, end + 1, has_bare_cr};
        }
    }
}

/// Goes on from the end of a field's first line to the end of its last fold.
///
/// Spec: RFC 3261 §7.3.1.
[[nodiscard]] constexpr auto find_field_end(std::string_view text, line_end line) noexcept -> line_end {
    while (line.next < text.size() && ascii::is(text[line.next], ascii::set::blank)) {
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
};

/// Cuts a header field in two.
[[nodiscard]] constexpr auto split_field(std::string_view text, std::size_t begin, std::size_t colon,
                                         std::size_t end) noexcept -> header_line {
    if (colon == end || text[colon] != ':') return {{}, slice(text, begin, end)};
    auto name = slice(text, begin, colon);
    while (!name.empty() && ascii::is(name.back(), ascii::set::blank)) name.remove_suffix(1);
    return {name, trimmed(slice(text, colon + 1, end))};
}

} // namespace sipwhere

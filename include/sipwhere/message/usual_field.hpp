// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/little_endian.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/token_map.hpp>
#include <sipwhere/message/header_name.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::detail {

/// The first eight characters of a header name and the last eight, as words; zeros stand for those that it has not.
struct name_words {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::size_t size = 0; ///< of the name
};
inline constexpr auto words_of_headers = [] {
    std::array<name_words, header_count> made{};
    for (std::size_t i = 0; i < header_count; ++i) {
        const auto name = header_texts[i];
        made[i].size = name.size();
        for (std::size_t at = 0; at < name.size(); ++at) {
            const auto byte = std::uint64_t{static_cast<unsigned char>(name[at])};
            if (at < 8) made[i].first |= byte << 8 * at;
            if (name.size() >= 8 && at + 8 >= name.size()) made[i].last |= byte << 8 * (at + 8 - name.size());
        }
    }
    return made;
}();

/// Returns: whether a known name stands here as it does in the RFCs; it may miss one of more than sixteen characters.
///          Eight characters at least may be looked at.
[[nodiscard]] SIPWHERE_INLINE inline auto fast_is_name(const char* name, std::size_t size, header_name known) noexcept
    -> bool {
    const auto& words = words_of_headers[static_cast<std::size_t>(known)];
    const auto unlike = load_little_endian<std::uint64_t>(name) ^ words.first;
    if (size != words.size) return false;
    if (size < 8) return unlike << (64 - 8 * size) == 0;
    return size <= 16 && (unlike | (load_little_endian<std::uint64_t>(name + size - 8) ^ words.last)) == 0;
}

/// Where the parts of a header field lie that is written as nearly all are.
struct usual_field {
    header_name name = header_name::other;
    std::size_t value = 0; ///< where the value begins
    std::size_t end = 0;   ///< where it ends, two characters before the next field; 0 when it is not written so
};

/// Reads a name of plain characters, a colon, at most one space, a value without control characters that does not end
/// in a space, and CRLF, if the next line is no fold, as `read_field` and `find_header` do. It may leave any field to
/// these, and never decides that one is wrong.
///
/// `map` is that of the text.
[[nodiscard]] SIPWHERE_INLINE inline auto fast_field(std::string_view text, std::size_t begin,
                                                     const token_map& map) noexcept -> usual_field {
    constexpr std::size_t shortest = 8;    // with the end of the message behind it
    constexpr std::size_t longest_end = 4; // CRLF and what tells that no fold follows
    constexpr std::uint32_t line_end = '\n' << 8 | '\r';
    constexpr auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    if (begin + shortest > map.size()) return {};
    const auto colon = map.next_mark(begin);
    if (colon == begin || colon + longest_end > map.size() || text[colon] != ':') return {};
    const auto value = colon + (text[colon + 1] == ' ' ? 2 : 1);
    const auto end = map.next_control(value);
    if (end + longest_end > map.size()) return {};
    if (value != end && (is_space(text[value]) || text[end - 1] == ' ')) return {};
    const auto after = load_little_endian<std::uint32_t>(text.data() + end);
    const auto next = static_cast<char>(after >> 16U);
    if ((after & 0xffffU) != line_end || (is_space(next) && next != '\r')) return {};
    const auto name = slice(text, begin, colon);
    const auto known = header_slots[header_slot(name)];
    if (known != header_name::other && fast_is_name(name.data(), name.size(), known)) return {known, value, end};
    return {find_header(name), value, end};
}

} // namespace sipwhere::detail

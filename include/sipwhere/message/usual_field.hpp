// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/message/header_name.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::detail {

/// The name of each header and a colon, if both fit into a block.
template <typename Block>
inline constexpr auto header_blocks = [] {
    std::array<std::array<char, Block::size>, header_count> made{};
    for (std::size_t i = 0; i < header_count; ++i) {
        const auto name = header_texts[i];
        if (name.size() >= Block::size) continue;
        std::copy(name.begin(), name.end(), made[i].begin());
        made[i][name.size()] = ':';
    }
    return made;
}();

/// Where the parts of a header field lie that is written as nearly all are.
struct usual_field {
    header_name name = header_name::other; ///< `other` when it is not written so
    std::size_t value = 0;                 ///< where the value begins
    std::size_t end = 0;                   ///< where it ends, two characters before the next field
};

/// Reads a known name spelled as in the RFCs, a colon, a space, a value without control characters and CRLF, if the
/// next line is no fold, as `read_field` and `find_header` do. It may leave any field to these, and never decides that
/// one is wrong.
///
/// `controls` looks at the same text.
[[nodiscard]] SIPWHERE_INLINE inline auto fast_field(std::string_view text, std::size_t begin,
                                                     control_finder& controls) noexcept -> usual_field {
    constexpr auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    constexpr std::size_t longest_end = 4; // CRLF and what tells that no fold follows
    if (begin + byte_block::size >= text.size()) return {};
    const char* const name = text.data() + begin;
    const auto block = byte_block::load(name);
    const auto colons = block.equal(':');
    if (colons == 0) return {};
    const auto size = byte_block::first(colons);
    if (size < 2 || name[size + 1] != ' ') return {};
    const auto known = header_slots[header_slot({name, size})];
    if (known == header_name::other) return {};
    const auto unlike =
        block.unlike(byte_block::load(header_blocks<byte_block>[static_cast<std::size_t>(known)].data()));
    if (byte_block::first(unlike) <= size) return {};

    const auto value = begin + size + 2;
    const auto end = controls.next(value);
    if (end + longest_end > text.size()) return {};
    const auto after = load_word<std::uint32_t>(text.data() + end);
    constexpr std::uint32_t line_end = '\n' << 8 | '\r';
    const auto next = static_cast<char>(after >> 16);
    if ((after & 0xffff) != line_end || (is_space(next) && next != '\r')) return {};
    if (is_space(text[value]) || is_space(text[end - 1])) return {};
    return {known, value, end};
}

} // namespace sipwhere::detail

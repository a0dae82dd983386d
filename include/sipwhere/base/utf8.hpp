// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Returns: whether a text is UTF-8 throughout: no surrogate, nothing beyond U+10FFFF, nothing longer than it need be.
/// Cost:    one pass.
/// Spec:    RFC 3629 §4.
[[nodiscard]] constexpr auto is_utf8(std::string_view text) noexcept -> bool {
    const auto octet = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    for (std::size_t at = 0; at < text.size();) {
        const auto first = octet(at++);
        if (first < 0x80) continue;
        if (first < 0xc2 || first > 0xf4) return false;
        const std::size_t more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        if (text.size() - at < more) return false;
        const std::uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        const std::uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (octet(at) < least || octet(at) > most) return false;
        for (std::size_t i = 1; i < more; ++i)
            if ((octet(at + i) & 0xc0) != 0x80) return false;
        at += more;
    }
    return true;
}

} // namespace sipwhere

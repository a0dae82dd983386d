// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// What a frame of WebSocket is, and what is wrong with it (RFC 6455 §5.2).
struct frame_wish {
    unsigned opcode = 1;
    bool is_final = true;
    bool is_masked = true;
    unsigned reserved = 0; ///< bits
    std::size_t length_bytes = 0; ///< 2 or 8 to write the length longer than it has to be
};

/// Returns: a frame as a client sends it.
[[nodiscard]] inline auto ws_frame(std::string_view payload, const frame_wish& wish = {}) -> std::string {
    std::string made;
    made += static_cast<char>((wish.is_final ? 0x80U : 0U) | wish.reserved << 4U | wish.opcode);
    const unsigned mask_bit = wish.is_masked ? 0x80 : 0;
    const auto put_length = [&](std::size_t bytes) {
        for (auto i = bytes; i-- > 0;) made += static_cast<char>(std::uint64_t{payload.size()} >> (8 * i) & 0xffU);
    };
    if (payload.size() < 126 && wish.length_bytes == 0) {
        made += static_cast<char>(mask_bit | payload.size());
    } else if (payload.size() < 65536 && wish.length_bytes != 8) {
        made += static_cast<char>(mask_bit | 126U);
        put_length(2);
    } else {
        made += static_cast<char>(mask_bit | 127U);
        put_length(8);
    }
    constexpr std::string_view mask = "\x11\x22\x33\x44";
    if (wish.is_masked) made += mask;
    for (std::size_t i = 0; i < payload.size(); ++i)
        made += wish.is_masked ? static_cast<char>(payload[i] ^ mask[i % 4]) : payload[i];
    return made;
}

/// A frame that a server has sent.
struct sent_frame {
    unsigned opcode = 0;
    std::string payload;

    friend auto operator==(const sent_frame&, const sent_frame&) -> bool = default;

    /// Returns: the code of a close frame; 0 without one.
    [[nodiscard]] auto code() const -> unsigned {
        if (opcode != 8 || payload.size() < 2) return 0;
        const auto octet = [this](std::size_t at) {
            return static_cast<unsigned>(static_cast<std::uint8_t>(payload[at]));
        };
        return octet(0) << 8U | octet(1);
    }
};

/// Returns: the whole frames at the beginning of what a server has sent, none of them masked or with reserved bits.
[[nodiscard]] inline auto frames_in(std::string_view bytes) -> std::vector<sent_frame> {
    std::vector<sent_frame> found;
    while (bytes.size() >= 2) {
        const auto octet = [&](std::size_t at) {
            return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[at]));
        };
        if ((octet(0) & 0xf0U) != 0x80 || (octet(1) & 0x80U) != 0)
            return {{.opcode = 99, .payload = "not as it should be"}};
        std::size_t size = octet(1), head = 2;
        const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (bytes.size() < head + more) break;
        if (more != 0) size = 0;
        for (std::size_t i = 0; i < more; ++i) size = size << 8U | octet(head + i);
        head += more;
        if (bytes.size() < head + size) break;
        found.push_back({static_cast<unsigned>(octet(0) & 0x0fU), std::string{bytes.substr(head, size)}});
        bytes.remove_prefix(head + size);
    }
    return found;
}

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ethernet.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

/// Address resolution (RFC 826), as far as somebody needs it who only answers: who we are, never who others are.
namespace net::arp {

inline constexpr std::size_t fixed_part = 14, operation = 20, sender = 22, sender_ip = 28, target = 32, target_ip = 38;
inline constexpr std::size_t size = 42; ///< bytes of a frame
inline constexpr std::uint16_t is_request = 1, is_reply = 2;

using frame = std::array<std::uint8_t, size>;

/// Ethernet and IPv4, with the sizes of their addresses.
inline constexpr std::array<std::uint8_t, 6> of_ipv4_over_ethernet{0, 1, 8, 0, 6, 4};

/// Returns: whether somebody asks for `own`.
[[nodiscard]] inline auto asks_for(bytes_view received, const ipv4_address& own) noexcept -> bool {
    return received.size() >= size && read_16(received.subspan(ethernet::type)) == ethernet::type_arp &&
           std::ranges::equal(received.subspan(fixed_part, of_ipv4_over_ethernet.size()), of_ipv4_over_ethernet) &&
           read_16(received.subspan(operation)) == is_request && read_address<ipv4_address>(received, target_ip) == own;
}

/// Returns: a frame that tells `to` where `own` is.
[[nodiscard]] inline auto tell(const mac_address& to, const ipv4_address& to_ip, const mac_address& own_mac,
                               const ipv4_address& own, std::uint16_t what) noexcept -> frame {
    frame made;
    write_ethernet_header(made, to, own_mac, ethernet::type_arp);
    write_address(made, fixed_part, of_ipv4_over_ethernet);
    write_16(std::span{made}.subspan(operation), what);
    write_address(made, sender, own_mac);
    write_address(made, sender_ip, own);
    write_address(made, target, to);
    write_address(made, target_ip, to_ip);
    return made;
}

/// Returns: the answer to a frame that asks for `own`.
[[nodiscard]] inline auto reply(bytes_view asked, const mac_address& own_mac, const ipv4_address& own) noexcept
    -> frame {
    return tell(read_address<mac_address>(asked, sender), read_address<ipv4_address>(asked, sender_ip), own_mac, own,
                is_reply);
}

/// Returns: a frame that tells everyone where `own` is; without it the first datagrams may wait or be lost.
[[nodiscard]] inline auto announcement(const mac_address& own_mac, const ipv4_address& own) noexcept -> frame {
    return tell(everyone, own, own_mac, own, is_request);
}

} // namespace net::arp

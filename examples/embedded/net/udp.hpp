// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ethernet.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

/// UDP (RFC 768) over IPv4 (RFC 791). Fragments are not put together: a SIP request of more than 1,472 bytes is lost.
namespace net::udp {

struct end {
    ipv4_address address{};
    std::uint16_t port = 0;
};

/// What one frame carries.
struct packet {
    end from{};
    end to{};
    bytes_view payload{}; ///< lies in the frame
};

inline constexpr std::size_t ip_header_size = 20, udp_header_size = 8;
inline constexpr std::size_t header_size = ethernet::header_size + ip_header_size + udp_header_size;
inline constexpr std::size_t most = ethernet::most - header_size; ///< bytes of a payload
inline constexpr std::uint8_t protocol = 17;

using headers = std::array<std::uint8_t, header_size>;

namespace detail {

/// Where things lie in the header of IPv4, then in that of UDP.
inline constexpr std::size_t version_and_size = 0, total_size = 2, identification = 4, fragment = 6, hops = 8,
                             protocol_at = 9, ip_checksum = 10, source = 12, destination = 16;
inline constexpr std::size_t source_port = 0, destination_port = 2, udp_size = 4, udp_checksum = 6;

/// Returns: the checksum of addresses, UDP header and payload; 0 if theirs is among them and right.
[[nodiscard]] constexpr auto checksum(bytes_view ip, bytes_view udp_header, bytes_view payload) noexcept
    -> std::uint16_t {
    internet_checksum sum;
    sum.add(ip.subspan(source, 2 * sizeof(ipv4_address))).add(protocol).add(udp_header_size + payload.size());
    return sum.add(udp_header.first(udp_header_size)).add(payload).finish();
}

} // namespace detail

/// Returns: the datagram that a frame carries; nothing for one that carries none, a part of one, or a damaged one.
[[nodiscard]] inline auto parse(bytes_view frame) noexcept -> std::optional<packet> {
    using namespace detail;
    if (frame.size() < header_size || read_16(frame.subspan(ethernet::type)) != ethernet::type_ipv4) return {};
    const auto ip = frame.subspan(ethernet::header_size);
    const std::size_t size = read_16(ip.subspan(total_size));
    const std::size_t header = ip[version_and_size] % 16 * std::size_t{4};
    constexpr unsigned offset_or_more = 0x3fff;
    const bool is_whole = ip[version_and_size] / 16 == 4 && header >= ip_header_size && size <= ip.size() &&
                          size >= header + udp_header_size && (read_16(ip.subspan(fragment)) & offset_or_more) == 0;
    if (!is_whole || ip[protocol_at] != protocol || internet_checksum{}.add(ip.first(header)).finish() != 0) return {};

    const auto udp = ip.subspan(header, size - header);
    const std::size_t length = read_16(udp.subspan(udp_size));
    if (length < udp_header_size || length > udp.size()) return {};
    const packet found{{read_address<ipv4_address>(ip, source), read_16(udp.subspan(source_port))},
                       {read_address<ipv4_address>(ip, destination), read_16(udp.subspan(destination_port))},
                       udp.first(length).subspan(udp_header_size)};
    const bool has_checksum = read_16(udp.subspan(udp_checksum)) != 0;
    if (has_checksum && checksum(ip, udp, found.payload) != 0) return {};
    return found;
}

/// Returns: what goes before the payload in a frame; its Ethernet header is left to the caller.
[[nodiscard]] inline auto make_headers(const packet& sent) noexcept -> headers {
    using namespace detail;
    headers made{};
    const std::span<std::uint8_t> all{made};
    const auto ip = all.subspan(ethernet::header_size, ip_header_size);
    const auto udp = all.subspan(ethernet::header_size + ip_header_size);
    const auto length = udp_header_size + sent.payload.size();

    ip[version_and_size] = 4 * 16 + ip_header_size / 4;
    write_16(ip.subspan(total_size), ip_header_size + length);
    write_16(ip.subspan(fragment), 0x4000); // don't fragment: so no two fragments need telling apart (RFC 6864)
    ip[hops] = 64;
    ip[protocol_at] = protocol;
    write_address(ip, source, sent.from.address);
    write_address(ip, destination, sent.to.address);
    write_16(ip.subspan(ip_checksum), internet_checksum{}.add(ip).finish());

    write_16(udp.subspan(source_port), sent.from.port);
    write_16(udp.subspan(destination_port), sent.to.port);
    write_16(udp.subspan(udp_size), length);
    const auto sum = checksum(ip, udp, sent.payload);
    write_16(udp.subspan(udp_checksum), sum == 0 ? 0xffff : sum); // 0 means that there is none
    return made;
}

} // namespace net::udp

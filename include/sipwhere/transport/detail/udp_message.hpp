// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>
#include <sipwhere/transport/detail/socket_address.hpp>

#if !defined(_WIN32)
#include <netinet/in.h>
#if defined(__linux__)
#include <netinet/udp.h>
#endif
#include <sys/socket.h>
#include <sys/uio.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace sipwhere::detail {

/// The end of a datagram's way on this host, as recvmsg tells and sendmsg obeys (IP_PKTINFO, RFC 3542 §6).
struct packet_info {
    ip_address local;             ///< family none: not known, or left to the kernel
    std::uint32_t interface_index = 0; ///< 0 leaves it to the kernel
};

/// How an attempt to receive ended.
enum class arrival : std::uint8_t {
    datagram,  ///< one is there
    discarded, ///< one was too long, or the kernel reported an ICMP error; there may be more
    none,      ///< nothing is waiting
};

#if !defined(_WIN32)

/// Makes the kernel tell where each datagram was sent to; where it can't, answers leave from the socket's own address.
inline void ask_for_packet_info(int socket, address_family family) noexcept {
    [[maybe_unused]] const int on = 1;
#if defined(IP_PKTINFO)
    if (family == address_family::ipv4) ::setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
#endif
#if defined(IPV6_RECVPKTINFO)
    if (family == address_family::ipv6) ::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
#endif
}

/// Returns: the address in these 4 or 16 bytes, or none if nobody could answer from it.
template <typename Address>
[[nodiscard]] auto unicast_of(const Address& raw) noexcept -> ip_address {
    std::array<std::uint8_t, sizeof raw> bytes{};
    std::memcpy(bytes.data(), &raw, sizeof raw);
    ip_address made;
    if constexpr (sizeof raw == 4) made = ip_address::v4(bytes);
    else made = ip_address::v6(bytes);
    return made.is_unspecified() || made.is_multicast() ? ip_address{} : made;
}

/// Reads one control message; one that is not about the packet's way changes nothing.
inline void read_packet_info(const ::cmsghdr& part, const unsigned char* data, packet_info& into) noexcept {
#if defined(IP_PKTINFO)
    if (part.cmsg_level == IPPROTO_IP && part.cmsg_type == IP_PKTINFO) {
        ::in_pktinfo info;
        std::memcpy(&info, data, sizeof info);
        // Of a datagram sent to a group, Linux gives here our own address on that interface; others leave it empty.
        into.local = unicast_of(info.ipi_spec_dst);
        if (into.local.family() == address_family::none) into.local = unicast_of(info.ipi_addr);
    }
#endif
#if defined(IPV6_RECVPKTINFO)
    if (part.cmsg_level == IPPROTO_IPV6 && part.cmsg_type == IPV6_PKTINFO) {
        ::in6_pktinfo info;
        std::memcpy(&info, data, sizeof info);
        into.local = unicast_of(info.ipi6_addr);
    }
#endif
}

/// What a message header points to besides its peer; it stays where it is as long as the header.
struct message_frame {
    ::iovec piece;
    alignas(::cmsghdr) std::array<unsigned char, 128> control;
};

/// Returns: a header for recvmsg.
[[nodiscard]] inline auto incoming(message_frame& frame, std::span<char> into, socket_address& from) noexcept
    -> ::msghdr {
    frame.piece = {into.data(), into.size()};
    ::msghdr message{};
    message.msg_name = from.bytes.data();
    message.msg_namelen = from.size;
    message.msg_iov = &frame.piece;
    message.msg_iovlen = 1;
    message.msg_control = frame.control.data();
    message.msg_controllen = frame.control.size();
    return message;
}

/// What the kernel tells with a message.
struct message_notes {
    packet_info packet;
    std::size_t segment =
        0; ///< bytes of each but the last of the datagrams that came as one (UDP_GRO); 0: there is one
    std::uint32_t dropped = 0; ///< datagrams that the socket lost before this one came, since it was made (SO_RXQ_OVFL)
};

/// Makes the kernel tell how many datagrams a socket lost, as its receive buffer was full.
inline void ask_for_drops([[maybe_unused]] int socket) noexcept {
#if defined(SO_RXQ_OVFL)
    const int on = 1;
    (void)::setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
#endif
}

/// Returns: what the kernel told with a message. `dropped` is 0 also where it does not tell.
[[nodiscard]] inline auto notes_of(::msghdr& message) noexcept -> message_notes {
    message_notes notes;
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        [[maybe_unused]] const auto* const data = CMSG_DATA(part);
        read_packet_info(*part, data, notes.packet);
#if defined(UDP_GRO)
        if (part->cmsg_level == IPPROTO_UDP && part->cmsg_type == UDP_GRO) {
            int size = 0;
            std::memcpy(&size, data, sizeof size);
            notes.segment = static_cast<std::size_t>(size);
        }
#endif
#if defined(SO_RXQ_OVFL)
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL)
            std::memcpy(&notes.dropped, data, sizeof notes.dropped);
#endif
    }
    return notes;
}

/// The socket that sends a datagram, where to and where from, as the kernel wants to hear it.
struct udp_route {
    int socket = -1;
    address_family family = address_family::none; ///< of the socket, which for IPv6 may send IPv4 as well
    socket_address remote{};
    packet_info source{};
};

/// Adds one control message; it fits.
template <typename Info>
void add_control(::msghdr& message, message_frame& frame, int level, int type, const Info& info) noexcept {
    const auto before = message.msg_control == nullptr ? 0 : message.msg_controllen;
    message.msg_control = frame.control.data();
    message.msg_controllen = before + CMSG_SPACE(sizeof info);
    std::fill_n(frame.control.data() + before, CMSG_SPACE(sizeof info), std::uint8_t{0});
    auto* part = reinterpret_cast<::cmsghdr*>(frame.control.data() + before);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
}

/// Names the source of a datagram.
inline void add_source(::msghdr& message, message_frame& frame, const udp_route& route) noexcept {
    const auto bytes = route.source.local.bytes();
#if defined(IP_PKTINFO)
    if (route.family == address_family::ipv4 && bytes.size() == 4) {
        ::in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, bytes.data(), bytes.size());
        add_control(message, frame, IPPROTO_IP, IP_PKTINFO, info);
    }
#endif
#if defined(IPV6_RECVPKTINFO)
    if (route.family == address_family::ipv6 && !bytes.empty()) {
        ::in6_pktinfo info{};
        const auto mapped = mapped_bytes(route.source.local);
        std::memcpy(&info.ipi6_addr, mapped.data(), mapped.size());
        info.ipi6_ifindex = route.source.interface_index;
        add_control(message, frame, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
#endif
}

/// Returns: a header for sendmsg; `way` and `bytes` must outlive it too.
[[nodiscard]] inline auto outgoing(message_frame& frame, const udp_route& route, std::string_view bytes) noexcept
    -> ::msghdr {
    frame.piece = {const_cast<char*>(bytes.data()), bytes.size()};
    ::msghdr message{};
    message.msg_name = const_cast<unsigned char*>(route.remote.bytes.data());
    message.msg_namelen = route.remote.size;
    message.msg_iov = &frame.piece;
    message.msg_iovlen = 1;
    add_source(message, frame, route);
    return message;
}

/// Sends one datagram, without blocking.
///
/// Returns: whether the kernel took it.
[[nodiscard]] inline auto send_message(const udp_route& route, std::string_view bytes) noexcept -> bool {
    message_frame frame;
    const auto message = outgoing(frame, route, bytes);
    for (;;) {
        if (::sendmsg(route.socket, &message, MSG_DONTWAIT) >= 0) return true;
        if (errno != EINTR) return false;
    }
}

#endif

} // namespace sipwhere::detail

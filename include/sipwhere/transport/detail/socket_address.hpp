// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>

#if !defined(_WIN32)
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sipwhere::detail {

/// An endpoint as the system's calls have it, of either family.
struct socket_address {
    alignas(::sockaddr_in6) std::array<unsigned char, sizeof(::sockaddr_in6)> bytes;
    ::socklen_t size = sizeof(::sockaddr_in6);
};

/// An endpoint, and the interface behind which a link-local one is found.
struct scoped_endpoint {
    endpoint end{};
    std::uint32_t scope = 0;
};

/// Returns: the address as IPv6, an IPv4 one mapped (RFC 4291 §2.5.5.2).
[[nodiscard]] inline auto mapped_bytes(const ip_address& address) noexcept -> ipv6_bytes {
    ipv6_bytes made{};
    const auto bytes = address.bytes();
    if (address.family() == address_family::ipv4) made[10] = made[11] = 0xff;
    std::copy(bytes.begin(), bytes.end(), made.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return made;
}

/// Returns: the endpoint as a socket of `family` wants it, an IPv4 address mapped for IPv6.
[[nodiscard]] inline auto to_socket_address(const endpoint& end, address_family family, std::uint32_t scope) noexcept
    -> socket_address {
    socket_address made;
    if (family == address_family::ipv4) {
        ::sockaddr_in raw{};
        raw.sin_family = AF_INET;
        raw.sin_port = htons(end.port);
        std::memcpy(&raw.sin_addr, end.address.bytes().data(), sizeof raw.sin_addr);
        std::memcpy(made.bytes.data(), &raw, sizeof raw);
        made.size = sizeof raw;
        return made;
    }
    ::sockaddr_in6 raw{};
    raw.sin6_family = AF_INET6;
    raw.sin6_port = htons(end.port);
    const auto mapped = mapped_bytes(end.address);
    std::memcpy(&raw.sin6_addr, mapped.data(), mapped.size());
    if (end.address.family() == address_family::ipv6) raw.sin6_scope_id = scope;
    std::memcpy(made.bytes.data(), &raw, sizeof raw);
    return made;
}

/// Returns: the endpoint, a mapped IPv4 address as IPv4; family none for what is of another kind.
[[nodiscard]] inline auto from_socket_address(const socket_address& raw) noexcept -> scoped_endpoint {
    ::sockaddr_in6 v6;
    std::memcpy(&v6, raw.bytes.data(), sizeof v6);
    if (v6.sin6_family == AF_INET) {
        ::sockaddr_in v4;
        ipv4_bytes bytes;
        std::memcpy(&v4, raw.bytes.data(), sizeof v4);
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return {{ip_address::v4(bytes), ntohs(v4.sin_port)}, 0};
    }
    if (v6.sin6_family != AF_INET6) return {};
    ipv6_bytes bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return {{ip_address::v6(bytes), ntohs(v6.sin6_port)}, v6.sin6_scope_id};
}

} // namespace sipwhere::detail

#endif

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>

#include <lwip/ip_addr.h>
#include <lwip/netif.h>
#include <lwip/opt.h>

#include <cstring>

namespace sipwhere::detail {

/// Returns: the address without its zone; family none for lwIP's address of any type.
[[nodiscard]] inline auto from_lwip(const ip_addr_t& address) noexcept -> ip_address {
#if LWIP_IPV4
    if (IP_IS_V4_VAL(address)) {
        ipv4_bytes bytes{};
        std::memcpy(bytes.data(), &ip_2_ip4(&address)->addr, bytes.size());
        return ip_address::v4(bytes);
    }
#endif
#if LWIP_IPV6
    if (IP_IS_V6_VAL(address)) {
        ipv6_bytes bytes{};
        std::memcpy(bytes.data(), ip_2_ip6(&address)->addr, bytes.size());
        return ip_address::v6(bytes);
    }
#endif
    return {};
}

/// Writes an address where lwIP was built with its family. A link-local one has no zone; lwIP gives it that of the
/// interface by which it sends.
///
/// Returns: whether it was.
[[nodiscard]] inline auto to_lwip(const ip_address& address, ip_addr_t& into) noexcept -> bool {
    const auto bytes = address.bytes();
#if LWIP_IPV4
    if (address.family() == address_family::ipv4) {
        ip4_addr_t raw{};
        std::memcpy(&raw.addr, bytes.data(), bytes.size());
        ip_addr_copy_from_ip4(into, raw);
        return true;
    }
#endif
#if LWIP_IPV6
    if (address.family() == address_family::ipv6) {
        ip6_addr_t raw{};
        std::memcpy(raw.addr, bytes.data(), bytes.size());
        ip_addr_copy_from_ip6(into, raw);
        return true;
    }
#endif
    return false;
}

/// Returns: whether an interface of lwIP has this address at this moment.
/// Cost:    a walk through the interfaces.
[[nodiscard]] inline auto is_of_an_interface(const ip_address& address) noexcept -> bool {
    const netif* each = nullptr;
    NETIF_FOREACH(each) {
#if LWIP_IPV4
        if (from_lwip(*netif_ip_addr4(each)) == address) return true;
#endif
#if LWIP_IPV6
        for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; ++i) {
            const bool valid = ip6_addr_isvalid(netif_ip6_addr_state(each, i));
            if (valid && from_lwip(*netif_ip_addr6(each, i)) == address) return true;
        }
#endif
    }
    return false;
}

} // namespace sipwhere::detail

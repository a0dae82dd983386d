// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>

#if __has_include(<ifaddrs.h>)
#include <ifaddrs.h>
#include <netinet/in.h>
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace sipwhere::detail {

#if __has_include(<ifaddrs.h>)
/// Returns: the address in a socket address, none if it is of another family.
[[nodiscard]] inline auto address_in(const ::sockaddr* raw) noexcept -> ip_address {
    if (raw != nullptr && raw->sa_family == AF_INET) {
        ::sockaddr_in address;
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(&address, raw, sizeof address);
        std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
        return ip_address::v4(bytes);
    }
    if (raw != nullptr && raw->sa_family == AF_INET6) {
        ::sockaddr_in6 address;
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(&address, raw, sizeof address);
        std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
        return ip_address::v6(bytes);
    }
    return {};
}
#endif

/// Returns: the addresses of this host's interfaces at this moment, sorted; none where the system can't tell.
[[nodiscard]] inline auto own_addresses() -> std::vector<ip_address> {
    std::vector<ip_address> found;
#if __has_include(<ifaddrs.h>)
    ::ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return found;
    for (const auto* each = list; each != nullptr; each = each->ifa_next)
        if (const auto address = address_in(each->ifa_addr); address != ip_address{}) found.push_back(address);
    ::freeifaddrs(list);
    std::sort(found.begin(), found.end());
#endif
    return found;
}

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/ip_address.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sipwhere {

/// Returns: the network of an address as a number that no other one has: 24 bits of IPv4, 56 of IPv6. Who has one
///          address of it can mostly have others.
[[nodiscard]] constexpr auto network_of(const ip_address& address) noexcept -> std::uint64_t {
    const auto bytes = address.bytes();
    const std::size_t size = address.family() == address_family::ipv6 ? 7 : 3;
    std::uint64_t network = static_cast<std::uint64_t>(address.family());
    for (std::size_t i = 0; i < std::min(size, bytes.size()); ++i) network = network << 8U | bytes[i];
    return network;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "byte_order.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace net {

using mac_address = std::array<std::uint8_t, 6>;
using ipv4_address = std::array<std::uint8_t, 4>;

inline constexpr mac_address everyone{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/// Where things lie in a frame, in bytes.
namespace ethernet {
inline constexpr std::size_t destination = 0, source = 6, type = 12, header_size = 14;
inline constexpr std::size_t most = 1514; ///< bytes of a frame, without its checksum
inline constexpr std::uint16_t type_ipv4 = 0x0800, type_arp = 0x0806;
} // namespace ethernet

/// Returns: the address that lies at `at` in a frame.
template <typename Address>
[[nodiscard]] constexpr auto read_address(bytes_view frame, std::size_t at) noexcept -> Address {
    Address made{};
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at), made.size(), made.begin());
    return made;
}

template <typename Address>
constexpr void write_address(std::span<std::uint8_t> frame, std::size_t at, const Address& address) noexcept {
    std::copy(address.begin(), address.end(), frame.begin() + static_cast<std::ptrdiff_t>(at));
}

constexpr void write_ethernet_header(std::span<std::uint8_t> frame, const mac_address& to, const mac_address& from,
                                     std::uint16_t type) noexcept {
    write_address(frame, ethernet::destination, to);
    write_address(frame, ethernet::source, from);
    write_16(frame.subspan(ethernet::type), type);
}

} // namespace net

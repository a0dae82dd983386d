// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/errc.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <asio/error.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/udp.hpp>

#include <algorithm>
#include <system_error>

namespace sipwhere::detail {

[[nodiscard]] inline auto from_asio(const asio::ip::address& address) noexcept -> ip_address {
    if (address.is_v4()) return ip_address::v4(address.to_v4().to_bytes());
    return ip_address::v6(address.to_v6().to_bytes());
}

[[nodiscard]] inline auto from_asio(const asio::ip::udp::endpoint& end) noexcept -> endpoint {
    return {from_asio(end.address()), end.port()};
}

/// Returns: the endpoint as a socket of `family` wants it, an IPv4 address mapped for IPv6.
[[nodiscard]] inline auto to_asio(const endpoint& end, address_family family, std::uint32_t scope) noexcept
    -> asio::ip::udp::endpoint {
    const auto bytes = end.address.bytes();
    asio::ip::address_v4::bytes_type v4{};
    if (bytes.size() == v4.size()) std::copy(bytes.begin(), bytes.end(), v4.begin());
    if (family == address_family::ipv4) return {asio::ip::address_v4{v4}, end.port};
    if (bytes.size() == v4.size())
        return {asio::ip::make_address_v6(asio::ip::v4_mapped, asio::ip::address_v4{v4}), end.port};
    asio::ip::address_v6::bytes_type v6{};
    std::copy(bytes.begin(), bytes.end(), v6.begin());
    return {asio::ip::address_v6{v6, scope}, end.port};
}

/// Returns: what to tell a user about why a socket could not be opened.
[[nodiscard]] inline auto errc_of(const asio::error_code& why) noexcept -> errc {
    if (why == asio::error::address_in_use) return errc::address_in_use;
    // Asio has no name for it, and its own category of errors does not map it to that of the standard library.
    const std::error_code same{why.value(), std::system_category()};
    if (same == std::errc::address_not_available || why == asio::error::address_family_not_supported)
        return errc::address_unavailable;
    if (why == asio::error::access_denied || why == asio::error::no_permission) return errc::permission_denied;
    return errc::transport_failed;
}

} // namespace sipwhere::detail

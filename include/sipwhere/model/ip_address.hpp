// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/ip_bytes.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere {

enum class address_family : std::uint8_t { none, ipv4, ipv6 };

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address becomes the IPv4 address it stands for.
class ip_address {
public:
    constexpr ip_address() noexcept = default;

    [[nodiscard]] static constexpr auto v4(const ipv4_bytes& bytes) noexcept -> ip_address {
        ip_address made;
        made.family_ = address_family::ipv4;
        std::copy(bytes.begin(), bytes.end(), made.bytes_.begin());
        return made;
    }

    [[nodiscard]] static constexpr auto v6(const ipv6_bytes& bytes) noexcept -> ip_address {
        constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        if (std::equal(mapped.begin(), mapped.end(), bytes.begin()))
            return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
        ip_address made;
        made.family_ = address_family::ipv6;
        made.bytes_ = bytes;
        return made;
    }

    /// Returns: the address a host is written as; family none for a name.
    [[nodiscard]] static constexpr auto of(const host_view& host) noexcept -> ip_address {
        if (host.kind == host_kind::ipv6) return v6(host.address);
        if (host.kind == host_kind::name) return {};
        return v4({host.address[0], host.address[1], host.address[2], host.address[3]});
    }

    [[nodiscard]] constexpr auto family() const noexcept -> address_family { return family_; }

    /// Returns: 4 or 16 bytes in network order, none for an empty address.
    [[nodiscard]] constexpr auto bytes() const noexcept -> std::span<const std::uint8_t> {
        const std::size_t size = family_ == address_family::ipv4 ? 4 : family_ == address_family::ipv6 ? 16 : 0;
        return {bytes_.data(), size};
    }

    [[nodiscard]] constexpr auto is_unspecified() const noexcept -> bool {
        for (const auto byte : bytes_)
            if (byte != 0) return false;
        return true;
    }

    [[nodiscard]] constexpr auto is_multicast() const noexcept -> bool {
        if (family_ == address_family::ipv4) return bytes_[0] >= 224 && bytes_[0] <= 239;
        return family_ == address_family::ipv6 && bytes_[0] == 0xff;
    }

    /// Returns: whether it is the limited broadcast address or anything else of 240.0.0.0/4.
    [[nodiscard]] constexpr auto is_broadcast() const noexcept -> bool {
        return family_ == address_family::ipv4 && bytes_[0] >= 240;
    }

    /// Returns: whether it is of RFC 1918, RFC 6598, RFC 4193, link-local or loopback.
    [[nodiscard]] constexpr auto is_private() const noexcept -> bool {
        const auto& b = bytes_;
        if (family_ == address_family::ipv6) {
            if ((b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80)) return true;
            return b == ipv6_bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        }
        return b[0] == 10 || b[0] == 127 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
               (b[0] == 169 && b[1] == 254) || (b[0] == 100 && (b[1] & 0xc0) == 64);
    }

    friend constexpr auto operator<=>(const ip_address&, const ip_address&) noexcept = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
    address_family family_ = address_family::none;
};

/// Reads an address: IPv4, or IPv6 with or without brackets.
///
/// Returns: one of family none for a text that spells none.
[[nodiscard]] constexpr auto parse_address(std::string_view text) noexcept -> ip_address {
    if (const auto v4 = parse_ipv4(text)) return ip_address::v4(*v4);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (const auto v6 = parse_ipv6(text)) return ip_address::v6(*v6);
    return {};
}

/// Writes an address as it stands in `received` (without brackets).
/// Spec: RFC 5952 for IPv6.
constexpr void write_address(writer& out, const ip_address& address) noexcept {
    const auto bytes = address.bytes();
    if (address.family() == address_family::ipv4) write_ipv4(out, {bytes[0], bytes[1], bytes[2], bytes[3]});
    if (address.family() != address_family::ipv6) return;
    ipv6_bytes copy{};
    std::copy(bytes.begin(), bytes.end(), copy.begin());
    write_ipv6(out, copy);
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/ip_address.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <string_view>

namespace sipwhere::detail {

/// Returns: the address that a text spells, with or without brackets; none if it spells nothing.
[[nodiscard]] constexpr auto parse_address(std::string_view text) noexcept -> ip_address {
    if (const auto v4 = parse_ipv4(text)) return ip_address::v4(*v4);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (const auto v6 = parse_ipv6(text)) return ip_address::v6(*v6);
    return {};
}

} // namespace sipwhere::detail

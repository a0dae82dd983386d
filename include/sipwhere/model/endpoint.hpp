// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/model/ip_address.hpp>

#include <compare>
#include <cstdint>

namespace sipwhere {

/// An address and a port: one end of a flow.
struct endpoint {
    ip_address address{};
    std::uint16_t port = 0;

    friend constexpr auto operator<=>(const endpoint&, const endpoint&) noexcept = default;
};

/// Writes `192.0.2.1:5060` or `[2001:db8::1]:5060`.
constexpr void write_endpoint(writer& out, const endpoint& end) noexcept {
    const bool brackets = end.address.family() == address_family::ipv6;
    if (brackets) out.put('[');
    write_address(out, end.address);
    if (brackets) out.put(']');
    out.put(':').put_number(end.port);
}

} // namespace sipwhere

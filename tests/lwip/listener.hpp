// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/lwip_udp_transport.hpp>

#include <support/recording_receiver.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// The addresses of a test, in one family.
struct addresses {
    sipwhere::ip_address here, also_here, peer, far_peer, loopback, any;
};

constexpr auto v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) -> sipwhere::ip_address {
    return sipwhere::ip_address::v4({a, b, c, d});
}

constexpr auto v6(std::string_view text) -> sipwhere::ip_address {
    return sipwhere::ip_address::v6(*sipwhere::parse_ipv6(text));
}

/// The families this lwIP was built with.
inline auto families() -> std::vector<addresses> {
    std::vector<addresses> built;
#if LWIP_IPV4
    built.push_back({v4(192, 0, 2, 1), v4(198, 51, 100, 1), v4(192, 0, 2, 9), v4(203, 0, 113, 9), v4(127, 0, 0, 1),
                     v4(0, 0, 0, 0)});
#endif
#if LWIP_IPV6
    built.push_back(
        {v6("2001:db8:1::1"), v6("2001:db8:2::1"), v6("2001:db8:1::9"), v6("2001:db8:3::9"), v6("::1"), v6("::")});
#endif
    return built;
}

/// A transport that listens, and what it received.
template <typename Transport = sipwhere::lwip_udp_transport<>>
struct listener {
    recording_receiver received;
    Transport transport;

    explicit listener(std::uint16_t port = 5060) : transport(port) { begin(); }
    explicit listener(const sipwhere::ip_address& address, std::uint16_t port = 5060) : transport(address, port) {
        begin();
    }

    void begin() { REQUIRE(transport.listen(sipwhere::receiver_ref{received})); }

    [[nodiscard]] auto only() const -> const recording_receiver::message& {
        REQUIRE(received.messages.size() == 1);
        return received.messages.front();
    }
};

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

enum class protocol : std::uint8_t { udp, tcp, tls, ws, wss };

/// The way a message came, and so the way back.
struct flow {
    endpoint remote{};
    endpoint local{};              ///< where it arrived, never a wildcard if the transport can tell
    std::uint16_t listener = 0;    ///< the transport's own number for the socket
    protocol over = protocol::udp;
    std::uint8_t multicast_ttl = 0; ///< hops for a multicast `remote`; 0 leaves it to the transport
    std::uint32_t connection = 0;  ///< 0 without a connection
    std::uint32_t epoch = 0;       ///< tells connections of different runs apart

    friend constexpr auto operator==(const flow&, const flow&) noexcept -> bool = default;
};

/// Returns: whether messages of a protocol come over connections.
[[nodiscard]] constexpr auto has_connections(protocol over) noexcept -> bool { return over != protocol::udp; }

/// Returns: whether two flows are the same connection.
[[nodiscard]] constexpr auto is_same_connection(const flow& a, const flow& b) noexcept -> bool {
    return a.connection != 0 && a.connection == b.connection && a.epoch == b.epoch && a.over == b.over &&
           a.remote == b.remote;
}

/// One received message and the way it came.
struct datagram {
    flow from{};
    std::string_view bytes{};
};

} // namespace sipwhere

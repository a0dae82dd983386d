// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/framing.hpp>
#include <sipwhere/model/ip_address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sipwhere {

/// What a transport over connections may be told: how many there may be, and how much each may hold and for how long.
struct asio_stream_options {
    frame_limits frames{}; ///< how long a message may be

    std::uint32_t max_connections = 100'000;
    std::uint32_t max_of_network = 2'000; ///< connections of one network, an IPv4 /24 or an IPv6 /56; 0 for any number

    /// Bytes of answers that wait until a client reads; a connection with more is closed.
    std::size_t max_waiting = 262'144;

    /// Bytes that all connections together may hold: beginnings of messages, and answers that wait. A connection that
    /// wants more is closed.
    std::size_t max_buffered = std::size_t{256} << 20U;

    /// How long a connection may take for its first message, and for each from its first byte to its last.
    std::chrono::seconds message_time{32};

    /// How long a connection may be silent; 0 for any time. A phone that keeps its NAT open is never silent for long.
    std::chrono::seconds idle_time{0};

    /// After how long without an answer of its system a client is taken for gone (TCP_USER_TIMEOUT), and after how much
    /// silence it is asked (SO_KEEPALIVE).
    std::chrono::seconds user_timeout{60};

    bool reuse_port = false; ///< SO_REUSEPORT, for several transports on one address

    /// Balancers in front: what comes from these addresses begins with a header of the PROXY protocol, version 1 or 2,
    /// that tells who has connected; without one it is closed. From others such a header is no SIP.
    std::vector<ip_address> proxies{};
};

} // namespace sipwhere

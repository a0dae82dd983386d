// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_websocket_options.hpp>
#include <sipwhere/transport/detail/asio_stream_transport_base.hpp>
#include <sipwhere/transport/detail/asio_websocket_kind.hpp>

namespace sipwhere {

/// SIP over WebSocket by Asio, wslay and the SHA-1 of OpenSSL (RFC 7118), for browsers behind a balancer that ends
/// their TLS; else like `asio_tcp_transport`.
class asio_websocket_transport : public detail::asio_stream_transport_base<detail::asio_websocket_kind> {
public:
    using asio_stream_transport_base::asio_stream_transport_base;
};

static_assert(transport_policy<asio_websocket_transport> && has_wake<asio_websocket_transport>);

} // namespace sipwhere

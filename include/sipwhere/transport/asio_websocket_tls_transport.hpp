// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_websocket_tls_options.hpp>
#include <sipwhere/transport/detail/asio_websocket_tls_kind.hpp>
#include <sipwhere/transport/detail/openssl_transport_base.hpp>

namespace sipwhere {

/// SIP over WebSocket within TLS, for browsers (RFC 7118): `asio_websocket_transport` and `asio_tls_transport` in one.
/// An idle connection takes some 25 KiB.
class asio_websocket_tls_transport : public detail::openssl_transport_base<detail::asio_websocket_tls_kind> {
public:
    using openssl_transport_base::openssl_transport_base;
};

static_assert(transport_policy<asio_websocket_tls_transport> && has_wake<asio_websocket_tls_transport> &&
              has_peer_domains<asio_websocket_tls_transport>);

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_tls_options.hpp>
#include <sipwhere/transport/detail/asio_tls_kind.hpp>
#include <sipwhere/transport/detail/openssl_transport_base.hpp>

namespace sipwhere {

/// SIP over TLS 1.2 and 1.3 by Asio and OpenSSL 3 (RFC 3261 §26, RFC 5922), on one address or several; else like
/// `asio_tcp_transport`. An idle connection takes some 15 KiB.
class asio_tls_transport : public detail::openssl_transport_base<detail::asio_tls_kind> {
public:
    using openssl_transport_base::openssl_transport_base;
};

static_assert(transport_policy<asio_tls_transport> && has_wake<asio_tls_transport> &&
              has_peer_domains<asio_tls_transport>);

} // namespace sipwhere

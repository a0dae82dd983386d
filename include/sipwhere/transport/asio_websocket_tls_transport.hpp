// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_websocket_tls_options.hpp>
#include <sipwhere/transport/detail/asio_stream_transport_base.hpp>
#include <sipwhere/transport/detail/asio_websocket_tls_kind.hpp>

#include <string>
#include <string_view>

namespace sipwhere {

/// SIP over WebSocket within TLS, for browsers (RFC 7118): `asio_websocket_transport` and `asio_tls_transport` in one.
/// An idle connection takes some 25 KiB.
class asio_websocket_tls_transport : public detail::asio_stream_transport_base<detail::asio_websocket_tls_kind> {
public:
    using asio_stream_transport_base::asio_stream_transport_base;

    /// Reads the certificates again. Connections that are open keep those that they began with.
    ///
    /// Errors: bad_certificate, and then all stays as it was; `fault` says what is wrong.
    [[nodiscard]] auto reload() -> result<void> { return kind().prepare(); }

    /// Returns: what is wrong with the certificates that were to be read last, such as "key.pem: no start line"; empty
    ///          if nothing is.
    [[nodiscard]] auto fault() const -> std::string { return kind().fault(); }

    /// Returns: whether some certificate that has been read is for a domain, which clients ask of each that is served.
    /// Spec:    RFC 5922 §6, §7.2: names are compared whole, without wildcards.
    [[nodiscard]] auto certifies(std::string_view domain) const -> bool { return kind().certifies(domain); }

    /// Returns: the domains for which the client of a connection has shown a certificate, in lower case and parted by
    ///          blanks; empty without one. The view holds until the transport runs on.
    /// Spec:    RFC 5922 §7.1.
    [[nodiscard]] auto peer_domains(const flow& of) const -> std::string_view {
        auto* const found = session() ? session()->find(of) : nullptr;
        return found == nullptr ? std::string_view{} : found->io().peer_domains();
    }
};

static_assert(transport_policy<asio_websocket_tls_transport> && has_wake<asio_websocket_tls_transport>);

} // namespace sipwhere

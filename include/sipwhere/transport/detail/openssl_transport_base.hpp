// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/transport/detail/asio_stream_transport_base.hpp>

#include <string>
#include <string_view>

namespace sipwhere::detail {

/// Connections within TLS, whatever they carry: what the transports over it share.
template <typename Kind>
class openssl_transport_base : public asio_stream_transport_base<Kind> {
    using base = asio_stream_transport_base<Kind>;

public:
    using base::base;

    /// Reads the certificates again. Connections that are open keep those that they began with.
    ///
    /// Errors: bad_certificate, and then all stays as it was; `fault` says what is wrong.
    [[nodiscard]] auto reload() -> result<void> { return base::kind().prepare(); }

    /// Returns: what is wrong with the certificates that were to be read last, such as "key.pem: no start line"; empty
    ///          if nothing is.
    [[nodiscard]] auto fault() const -> std::string { return base::kind().fault(); }

    /// Returns: whether some certificate that has been read is for a domain, which clients ask of each that is served.
    /// Spec:    RFC 5922 §6, §7.2: names are compared whole, without wildcards.
    [[nodiscard]] auto certifies(std::string_view domain) const -> bool { return base::kind().certifies(domain); }

    /// Returns: the domains for which the client of a connection has shown a certificate, in lower case and parted by
    ///          blanks; empty without one. The view holds until the transport runs on.
    /// Spec:    RFC 5922 §7.1.
    [[nodiscard]] auto peer_domains(const flow& of) const -> std::string_view {
        auto* const found = base::session() ? base::session()->find(of) : nullptr;
        return found == nullptr ? std::string_view{} : found->io().peer_domains();
    }
};

} // namespace sipwhere::detail

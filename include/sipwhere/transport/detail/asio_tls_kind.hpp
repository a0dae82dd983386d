// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/transport/asio_tls_options.hpp>
#include <sipwhere/transport/detail/openssl_certificates.hpp>
#include <sipwhere/transport/detail/openssl_socket.hpp>
#include <sipwhere/transport/detail/sip_framing.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>

namespace sipwhere::detail {

/// Connections that carry messages within TLS.
class asio_tls_kind : public openssl_certificates {
public:
    using options_type = asio_tls_options;
    using connection = stream_connection<openssl_socket, sip_framing>;
    static constexpr protocol over = protocol::tls;

    using openssl_certificates::openssl_certificates;

    [[nodiscard]] auto make_framing() const -> sip_framing { return sip_framing{streams().frames}; }
    [[nodiscard]] static auto is_proxy(const ip_address&) noexcept -> bool { return false; }
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/transport/asio_websocket_tls_options.hpp>
#include <sipwhere/transport/detail/openssl_certificates.hpp>
#include <sipwhere/transport/detail/openssl_socket.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>
#include <sipwhere/transport/detail/wslay_framing.hpp>

#include <algorithm>
#include <utility>

namespace sipwhere::detail {

/// Connections that carry messages within WebSocket within TLS.
class asio_websocket_tls_kind : public openssl_certificates {
public:
    using options_type = asio_websocket_tls_options;
    using connection = stream_connection<openssl_socket, wslay_framing>;
    static constexpr protocol over = protocol::wss;

    explicit asio_websocket_tls_kind(asio_websocket_tls_options options)
        : openssl_certificates(std::move(options.tls)), rules_(std::move(options.rules)) {}

    [[nodiscard]] auto make_framing() const -> wslay_framing { return {streams().frames, rules_}; }
    [[nodiscard]] auto is_proxy(const ip_address& address) const noexcept -> bool {
        return std::ranges::find(rules_.forwarders, address) != rules_.forwarders.end();
    }

private:
    websocket_rules rules_;
};

} // namespace sipwhere::detail

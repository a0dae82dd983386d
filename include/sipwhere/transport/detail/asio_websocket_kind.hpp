// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/transport/asio_websocket_options.hpp>
#include <sipwhere/transport/detail/asio_tcp_readiness.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>
#include <sipwhere/transport/detail/wslay_framing.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace sipwhere::detail {

/// Connections that carry messages within WebSocket.
class asio_websocket_kind {
public:
    using options_type = asio_websocket_options;
    using connection = stream_connection<tcp_socket, wslay_framing>;
    static constexpr protocol over = protocol::ws;

    explicit asio_websocket_kind(asio_websocket_options options) : options_(std::move(options)) {}

    [[nodiscard]] auto streams() const noexcept -> const asio_stream_options& { return options_.streams; }
    [[nodiscard]] static auto prepare() -> result<void> { return {}; }
    [[nodiscard]] static auto fault() -> std::string { return {}; }
    [[nodiscard]] static auto make_io(tcp_socket plain) -> tcp_socket { return plain; }
    [[nodiscard]] auto make_framing() const -> wslay_framing { return {streams().frames, options_.rules}; }
    [[nodiscard]] static auto max_handshakes(const asio_websocket_kind&) noexcept -> std::uint32_t { return 0; }
    [[nodiscard]] auto is_proxy(const ip_address& address) const noexcept -> bool {
        return std::ranges::find(options_.rules.forwarders, address) != options_.rules.forwarders.end();
    }

private:
    asio_websocket_options options_;
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_tcp_readiness.hpp>
#include <sipwhere/transport/detail/sip_framing.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace sipwhere::detail {

/// Connections that carry messages as they are.
///
/// A kind of connections says what they are made of, and is shared by all of one transport: `prepare` is called before
/// any is made, and again for each `listen`.
class asio_tcp_kind {
public:
    using options_type = asio_stream_options;
    using connection = stream_connection<tcp_socket, sip_framing>;
    static constexpr protocol over = protocol::tcp;

    explicit asio_tcp_kind(asio_stream_options options) : options_(std::move(options)) {}

    [[nodiscard]] auto streams() const noexcept -> const asio_stream_options& { return options_; }
    [[nodiscard]] static auto prepare() -> result<void> { return {}; }
    [[nodiscard]] static auto fault() -> std::string { return {}; }

    [[nodiscard]] static auto make_io(tcp_socket plain) -> tcp_socket { return plain; }
    [[nodiscard]] auto make_framing() const -> sip_framing { return sip_framing{options_.frames}; }

    /// Returns: how many connections may be within their handshake at a time; 0 without handshakes.
    [[nodiscard]] static auto max_handshakes(const asio_tcp_kind&) noexcept -> std::uint32_t { return 0; }

    /// Returns: whether a balancer is there that tells in each handshake whom it speaks for.
    [[nodiscard]] static auto is_proxy(const ip_address&) noexcept -> bool { return false; }

private:
    asio_stream_options options_;
};

} // namespace sipwhere::detail

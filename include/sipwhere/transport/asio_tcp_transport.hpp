// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/framing.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_stream_transport_base.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>
#include <sipwhere/transport/detail/tcp_socket.hpp>

#include <utility>

namespace sipwhere {

namespace detail {

/// Connections that carry messages as they are.
struct tcp_kind {
    using connection = stream_connection<tcp_socket, content_length_framing>;
    static constexpr protocol over = protocol::tcp;

    [[nodiscard]] auto make(asio::ip::tcp::socket socket, const asio_stream_options& options) const -> tcp_socket {
        tcp_socket made{std::move(socket)};
        made.prepare(options);
        return made;
    }
};

} // namespace detail

/// SIP over TCP by Asio (RFC 3261 §18), on one address or several. Where it runs, and who may call it, is as in
/// `asio_udp_transport`.
///
/// An answer goes over the connection that its request came by, or not at all. A client that says nothing, or that
/// needs too long for a message, or that does not read, loses its connection, and the receiver is told; so is one whose
/// system does not answer any more. What an idle connection takes of memory is some hundred bytes.
class asio_tcp_transport : public detail::asio_stream_transport_base<detail::tcp_kind> {
public:
    using asio_stream_transport_base::asio_stream_transport_base;
};

static_assert(transport_policy<asio_tcp_transport> && has_wake<asio_tcp_transport>);

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_stream_transport_base.hpp>
#include <sipwhere/transport/detail/asio_tcp_kind.hpp>

namespace sipwhere {

/// SIP over TCP by Asio (RFC 3261 §18), on one address or several. Where it runs, and who may call it, is as in
/// `asio_udp_transport`.
///
/// An answer goes over the connection that its request came by, or not at all. A client that says nothing, or that
/// needs too long for a message, or that does not read, loses its connection, and the receiver is told; so is one whose
/// system does not answer any more. What an idle connection takes of memory is some hundred bytes.
class asio_tcp_transport : public detail::asio_stream_transport_base<detail::asio_tcp_kind> {
public:
    using asio_stream_transport_base::asio_stream_transport_base;
};

static_assert(transport_policy<asio_tcp_transport> && has_wake<asio_tcp_transport>);

} // namespace sipwhere

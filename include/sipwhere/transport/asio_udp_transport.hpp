// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_mover.hpp>
#include <sipwhere/transport/detail/asio_udp_transport_base.hpp>

namespace sipwhere {

/// UDP over Asio, on one address or several.
///
/// One thread runs the `io_context`, which outlives this object, and calls both. Nothing is bound before `listen`. On a
/// wildcard address it answers from the address that was asked; `::` takes IPv4 as well, unless an IPv4 listener has
/// the same port.
class asio_udp_transport : public detail::asio_udp_transport_base<asio_udp_options, detail::asio_udp_mover> {
public:
    using asio_udp_transport_base::asio_udp_transport_base;
};

static_assert(transport_policy<asio_udp_transport>);

} // namespace sipwhere

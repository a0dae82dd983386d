// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_mover.hpp>
#include <sipwhere/transport/detail/asio_udp_transport_base.hpp>

namespace sipwhere {

/// UDP over Asio, on one address or several.
///
/// It takes an execution context or an executor of Asio; the context outlives it. All its handlers, and so all calls of
/// the receiver, run one at a time on `get_executor()`:
///
/// - of an io_context that is passed itself this is its own executor, and one thread at a time runs the io_context, as
///   a strand would cost 1000 instructions each time that datagrams have come;
/// - a strand that is passed is used as it is, and others may share it;
/// - of all else, such as a thread_pool, or `io.get_executor()` where several threads run the io_context, it is a new
///   strand.
///
/// Calls of this object and of its registrar are made there too: `asio::dispatch(transport.get_executor(), …)`. This
/// includes `stop`, also from inside a callback, and the destructor. Any thread may make calls while none runs the
/// executor, `listen` while nobody else makes one, and `wake` always.
///
/// Nothing is bound before `listen`. On a wildcard address it answers from the address that was asked; `::` takes IPv4
/// as well, unless an IPv4 listener has the same port.
class asio_udp_transport : public detail::asio_udp_transport_base<asio_udp_options, detail::asio_udp_mover> {
public:
    using asio_udp_transport_base::asio_udp_transport_base;
};

static_assert(transport_policy<asio_udp_transport> && has_wake<asio_udp_transport>);

} // namespace sipwhere

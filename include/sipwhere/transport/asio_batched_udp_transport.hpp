// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_batch_mover.hpp>
#include <sipwhere/transport/detail/asio_udp_transport_base.hpp>

namespace sipwhere {

/// UDP over Asio as `asio_udp_transport` does it, on the executors that it takes, with fewer calls of the system: for
/// servers under load, on Linux.
///
/// Datagrams that wait are taken and handed over together. What is sent while the receiver has them goes together when
/// it is done; `send` then says true of all it copied, and what the system refuses later is lost. Elsewhere, and where
/// the system lacks it, datagrams go one at a time.
///
/// Cost: memory for 256 datagrams, or a batch if that is more, of `largest_datagram`, and 2.5 KB for each of a batch,
///       allocated by `listen`: 17 MB of addresses as a rule, of which the system provides what traffic fills, 1 MB for
///       requests of usual size. Runs of one peer's datagrams are taken as one message only where 65527 bytes have a
///       place, so not with a lower `largest_datagram`.
class asio_batched_udp_transport
    : public detail::asio_udp_transport_base<asio_batched_udp_options, detail::asio_udp_batch_mover> {
public:
    using asio_udp_transport_base::asio_udp_transport_base;
};

static_assert(transport_policy<asio_batched_udp_transport> && has_wake<asio_batched_udp_transport>);

} // namespace sipwhere

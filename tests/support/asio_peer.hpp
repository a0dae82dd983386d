// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_batched_udp_transport.hpp>
#include <sipwhere/transport/asio_udp_transport.hpp>
#include <support/asio_loop.hpp>
#include <support/recording_receiver.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>

namespace sipwhere_test {

/// A transport on a port that the system chose, on this host, and what it received.
template <typename Transport, typename Options>
struct basic_asio_peer {
    asio::io_context& io;
    Transport transport;
    recording_receiver received{};

    explicit basic_asio_peer(asio::io_context& loop, std::string_view address = "127.0.0.1",
                             const Options& options = {})
        : io(loop), transport(loop, address, 0, options) {
        REQUIRE(transport.listen(sipwhere::receiver_ref{received}));
    }

    [[nodiscard]] auto at() const -> sipwhere::endpoint { return transport.endpoints()[0]; }

    [[nodiscard]] auto sends(const sipwhere::endpoint& to, std::string_view bytes) -> bool {
        return transport.send({.remote = to}, bytes);
    }

    /// Returns: whether at least `count` datagrams have come in the end.
    [[nodiscard]] auto receives(std::size_t count) -> bool {
        return run_until(io, [&] { return received.messages.size() >= count; });
    }
};

using asio_peer = basic_asio_peer<sipwhere::asio_udp_transport, sipwhere::asio_udp_options>;
using asio_batched_peer = basic_asio_peer<sipwhere::asio_batched_udp_transport, sipwhere::asio_batched_udp_options>;

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/asio_udp_transport.hpp>

#include <support/asio_loop.hpp>
#include <support/recording_receiver.hpp>

#include <doctest/doctest.h>

#include <asio/io_context.hpp>

namespace {

using namespace sipwhere;
using sipwhere_test::recording_receiver;
using sipwhere_test::run_until;

/// A transport on a port that the system chose, and what it received.
struct asio_peer {
    asio_udp_transport transport;
    recording_receiver received;

    explicit asio_peer(asio::io_context& io, const char* address = "127.0.0.1") : transport(io, address, 0) {
        REQUIRE(transport.listen(receiver_ref{received}));
    }
    [[nodiscard]] auto at() const -> endpoint { return transport.endpoints()[0]; }
};

TEST_CASE("a datagram arrives with the way it came, and the answer goes back that way") {
    asio::io_context io;
    asio_peer server{io};
    asio_peer client{io};

    REQUIRE(client.transport.send({.remote = server.at()}, "ping"));
    REQUIRE(run_until(io, [&] { return !server.received.messages.empty(); }));

    const auto& got = server.received.messages[0];
    CHECK(got.bytes == "ping");
    CHECK(got.from.remote == client.at());
    CHECK(got.from.local == server.at());
    REQUIRE(server.transport.send(got.from, "pong"));
    REQUIRE(run_until(io, [&] { return !client.received.messages.empty(); }));
    CHECK(client.received.messages[0].bytes == "pong");
    CHECK(client.received.messages[0].from.remote == server.at());
}

TEST_CASE("a listener that can't be opened is named, with the reason") {
    asio::io_context io;
    recording_receiver received;
    asio_udp_transport elsewhere{io, "192.0.2.77", 5060};
    const auto opened = elsewhere.listen(receiver_ref{received});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::address_unavailable);
    CHECK(elsewhere.failed_at() == "192.0.2.77:5060");

    const asio_peer first{io};
    asio_udp_transport second{io, "127.0.0.1", first.at().port};
    const auto again = second.listen(receiver_ref{received});
    REQUIRE_FALSE(again);
    CHECK(again.error().code == errc::address_in_use);
}

} // namespace

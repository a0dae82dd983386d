// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_udp_transport_base.hpp>

#include <support/asio_peer.hpp>

#include <asio/post.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;
using sipwhere_test::recording_receiver;
using sipwhere_test::run_for;
using sipwhere_test::run_until;

TEST_CASE_TEMPLATE("a transport that is woken ticks soon, once for several calls, and then as the receiver asks", Peer,
                   asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    server.received.next_tick = 1h;
    for (int i = 0; i < 100; ++i) server.transport.wake(); // with the tick that comes after listen
    run_for(io);
    CHECK(server.received.ticks == 1);

    server.received.next_tick = 1ms;
    for (int i = 0; i < 100; ++i) server.transport.wake();
    CHECK(server.received.ticks == 1);
    REQUIRE(run_until(io, [&] { return server.received.ticks >= 2; }));
    CHECK(server.received.ticks == 2);
    REQUIRE(run_until(io, [&] { return server.received.ticks >= 5; }));
}

TEST_CASE_TEMPLATE("a tick that was due when its transport was woken does not come as well", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    server.received.next_tick = 1ms;
    REQUIRE(run_until(io, [&] { return server.received.ticks == 1; }));
    server.received.next_tick = 1h;
    unsigned before = 0;
    asio::post(io, [&] {
        const auto due = std::chrono::steady_clock::now() + 2ms;
        while (std::chrono::steady_clock::now() < due) {
        }
        before = server.received.ticks; // 2 if the machine was slow
        server.transport.wake();
    });

    run_for(io);

    CHECK(server.received.ticks == before + 1);
}

TEST_CASE_TEMPLATE("a transport that is woken while it calls its receiver ticks afterwards", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    Peer client{io};
    server.received.next_tick = 1h;
    run_for(io);
    unsigned then = 0;
    server.received.on_message = [&](const datagram&) {
        server.transport.wake();
        then = server.received.ticks;
    };
    server.received.on_tick = [&] {
        if (server.received.ticks == 2) server.transport.wake();
    };

    REQUIRE(client.sends(server.at(), "x"));
    REQUIRE(server.receives(1));
    run_for(io);

    CHECK(then == 1);
    CHECK(server.received.ticks == 3);
}

TEST_CASE("a transport is woken in vain unless it listens") {
    asio::io_context io;
    recording_receiver received;
    received.next_tick = 1h;
    auto server = std::make_optional<asio_udp_transport>(io, "127.0.0.1", std::uint16_t{0});
    server->wake();
    run_for(io);
    CHECK(received.ticks == 0);

    REQUIRE(server->listen(receiver_ref{received}));
    run_for(io);
    server->wake();
    server->stop();
    server->wake();
    run_for(io);
    CHECK(received.ticks == 1);

    REQUIRE(server->listen(receiver_ref{received}));
    run_for(io);
    server->wake();
    SUBCASE("stopped") { server->stop(); }
    SUBCASE("gone") { server.reset(); }
    run_for(io);
    CHECK(received.ticks == 2);
}

/// Knows how many of it there are.
struct counted_mover : detail::asio_udp_mover {
    static inline int count = 0;

    explicit counted_mover(const asio_udp_options& options) : asio_udp_mover(options) { ++count; }
    counted_mover(const counted_mover&) = delete;
    auto operator=(const counted_mover&) -> counted_mover& = delete;
    ~counted_mover() { --count; }
};

TEST_CASE("a transport that has stopped keeps no memory for datagrams once its loop has run") {
    asio::io_context io;
    recording_receiver received;
    detail::asio_udp_transport_base<asio_udp_options, counted_mover> server{io, "127.0.0.1", 0};
    REQUIRE(server.listen(receiver_ref{received}));
    CHECK(counted_mover::count == 1);
    SUBCASE("stopped at once") {}
    SUBCASE("stopped later") { run_for(io); }

    server.stop();
    run_for(io);

    CHECK(counted_mover::count == 0);
}

} // namespace

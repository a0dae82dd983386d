// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_udp_session.hpp>

#include <support/asio_peer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;
using sipwhere_test::recording_receiver;
using sipwhere_test::run_for;
using sipwhere_test::run_until;

TEST_CASE("datagrams that wait together are handed over together, in order, 16 at most") {
    asio::io_context io;
    asio_peer server{io};
    asio_peer client{io};
    for (int i = 0; i < 100; ++i) REQUIRE(client.sends(server.at(), std::to_string(i)));

    REQUIRE(server.receives(100));

    CHECK(server.received.batches.front() == 16);
    CHECK(std::ranges::max(server.received.batches) == 16);
    for (std::size_t i = 0; i < 100; ++i) CHECK(server.received.messages[i].bytes == std::to_string(i));
}

TEST_CASE_TEMPLATE("a flooded socket lets others have their turn", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer flooded{io};
    Peer other{io};
    Peer client{io};
    std::size_t before = 0;
    other.received.on_message = [&](const datagram&) { before = flooded.received.messages.size(); };
    for (int i = 0; i < 150; ++i) REQUIRE(client.sends(flooded.at(), "x"));
    REQUIRE(client.sends(other.at(), "x"));

    REQUIRE(flooded.receives(150));

    CHECK(other.received.messages.size() == 1);
    CHECK(before < 150);
}

TEST_CASE_TEMPLATE("the receiver is never called from inside listen or send", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    REQUIRE(server.sends(server.at(), "x"));
    CHECK(server.received.messages.empty());
    CHECK(server.received.ticks == 0);
}

TEST_CASE_TEMPLATE("a tick comes soon after listen, and then as the receiver asks, but not without a pause", Peer,
                   asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    server.received.next_tick = std::chrono::milliseconds::max();
    REQUIRE(run_until(io, [&] { return server.received.ticks > 0; }));
    run_for(io);
    CHECK(server.received.ticks == 1);

    Peer eager{io};
    eager.received.next_tick = -1h;
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(run_until(io, [&] { return eager.received.ticks >= 10; }));
    CHECK(std::chrono::steady_clock::now() - begin >= 9ms);
}

TEST_CASE_TEMPLATE("after stop nothing is called back", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    Peer client{io};
    REQUIRE(client.sends(server.at(), "x"));

    server.transport.stop();
    run_for(io);

    CHECK(server.received.messages.empty());
    CHECK(server.received.ticks == 0);
}

TEST_CASE("after a transport has gone nothing is called back, not even by a handler that was ready") {
    asio::io_context io;
    recording_receiver first;
    recording_receiver second;
    auto one = std::make_optional<asio_udp_transport>(io, "127.0.0.1", std::uint16_t{0});
    auto other = std::make_optional<asio_udp_transport>(io, "127.0.0.1", std::uint16_t{0});
    REQUIRE(one->listen(receiver_ref{first}));
    REQUIRE(other->listen(receiver_ref{second}));
    REQUIRE(one->send({.remote = one->endpoints()[0]}, "x"));
    REQUIRE(one->send({.remote = other->endpoints()[0]}, "x"));
    // Ticks and datagrams become ready in the same turn of the loop; the first to run finds the others queued.
    first.on_tick = [&] { other.reset(); };
    first.on_message = [&](const datagram&) { other.reset(); };
    second.on_tick = [&] { one.reset(); };
    second.on_message = [&](const datagram&) { one.reset(); };

    run_for(io);

    CHECK(one.has_value() != other.has_value());
    const auto& gone = one ? second : first;
    CHECK(gone.messages.empty());
    CHECK(gone.ticks == 0);
}

TEST_CASE("a receiver may stop its transport, or destroy it, while it is called") {
    asio::io_context io;
    asio_peer client{io};
    for (const bool destroys : {false, true}) {
        recording_receiver received;
        auto server = std::make_optional<asio_udp_transport>(io, "127.0.0.1", std::uint16_t{0});
        REQUIRE(server->listen(receiver_ref{received}));
        received.on_message = [&](const datagram&) {
            if (received.messages.size() == 16) destroys ? server.reset() : server->stop();
        };
        for (int i = 0; i < 40; ++i) REQUIRE(client.sends(server->endpoints()[0], "x"));
        run_for(io);
        CHECK(received.messages.size() == 16);
    }
}

TEST_CASE("a receiver may stop its transport, or destroy it, from its tick") {
    asio::io_context io;
    for (const bool destroys : {false, true}) {
        recording_receiver received;
        auto server = std::make_optional<asio_udp_transport>(io, "127.0.0.1", std::uint16_t{0});
        REQUIRE(server->listen(receiver_ref{received}));
        received.next_tick = 1ms;
        received.on_tick = [&] { destroys ? server.reset() : server->stop(); };
        run_for(io);
        CHECK(received.ticks == 1);
    }
}

TEST_CASE_TEMPLATE("a loop with nothing but a stopped transport comes to its end at once", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    server.received.next_tick = 1h;
    SUBCASE("stopped before it ran") { server.transport.stop(); }
    SUBCASE("stopped while it waits for its next tick") {
        REQUIRE(run_until(io, [&] { return server.received.ticks > 0; }));
        server.transport.stop();
    }
    SUBCASE("stopped from inside its tick") {
        server.received.on_tick = [&] { server.transport.stop(); };
    }

    run_for(io, 2s);

    CHECK(io.stopped());
}

TEST_CASE_TEMPLATE("a loop may go while handlers of a stopped transport wait in it", Peer, asio_peer,
                   asio_batched_peer) {
    std::optional<Peer> server;
    asio::io_context io;
    server.emplace(io);
    server->transport.stop();
}

} // namespace

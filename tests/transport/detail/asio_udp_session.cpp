// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_udp_session.hpp>

#include <support/asio_peer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;
using sipwhere_test::recording_receiver;
using sipwhere_test::run_for;
using sipwhere_test::run_until;

TEST_CASE("datagrams that wait together are handed over together, in order, 256 at most") {
    asio::io_context io;
    asio_peer server{io};
    asio_peer client{io};
    for (int i = 0; i < 300; ++i) REQUIRE(client.sends(server.at(), std::to_string(i)));

    REQUIRE(server.receives(300));

    CHECK(server.received.batches == std::vector<std::size_t>{256, 44});
    for (std::size_t i = 0; i < 300; ++i) CHECK(server.received.messages[i].bytes == std::to_string(i));
}

TEST_CASE("of long datagrams fewer are handed over together, each whole") {
    asio::io_context io;
    asio_peer server{io};
    asio_peer client{io};
    constexpr std::size_t count = 5;
    const auto text = [](std::size_t i) { return std::string(60'000 + i, static_cast<char>('a' + i)); };
    for (const std::size_t rounds : {1U, 2U, 3U, 4U}) {
        for (std::size_t i = 0; i < count; ++i) REQUIRE(client.sends(server.at(), text(i)));
        for (std::size_t i = 0; i < 10; ++i) REQUIRE(client.sends(server.at(), "short"));
        REQUIRE(server.receives(rounds * (count + 10)));
    }
    for (std::size_t i = 0; i < count; ++i) CHECK(server.received.messages[i].bytes == text(i));
    CHECK(server.received.messages.back().bytes == "short");
}

TEST_CASE("with little memory for datagrams all are handed over, as many at once as have a place") {
    asio::io_context io;
    asio_peer server{io, "127.0.0.1", {.largest_datagram = 20'000}}; // of which 16 are 320 kB
    asio_peer client{io};
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 40; ++i) texts.emplace_back(i % 2 == 0 ? 20'000 : 1, static_cast<char>('a' + i % 26));
    for (const auto& text : texts) {
        REQUIRE(client.sends(server.at(), text));
        if (text.size() == 1) REQUIRE(client.sends(server.at(), std::string(20'001, 'z'))); // dropped
    }

    REQUIRE(server.receives(40));

    CHECK(server.received.texts() == texts);
    CHECK(server.received.batches.size() > 1);
}

TEST_CASE_TEMPLATE("a flooded socket lets others have their turn", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer flooded{io};
    Peer other{io};
    Peer client{io};
    std::size_t before = 0;
    other.received.on_message = [&](const datagram&) { before = flooded.received.messages.size(); };
    for (int i = 0; i < 400; ++i) REQUIRE(client.sends(flooded.at(), "x"));
    REQUIRE(client.sends(other.at(), "x"));

    REQUIRE(flooded.receives(400));

    CHECK(other.received.messages.size() == 1);
    CHECK(before < 400);
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
            if (received.messages.size() == 256) destroys ? server.reset() : server->stop();
        };
        for (int i = 0; i < 300; ++i) REQUIRE(client.sends(server->endpoints()[0], "x"));
        run_for(io);
        CHECK(received.messages.size() == 256);
    }
}

TEST_CASE("what was read ahead of a batch in which a receiver stops its transport is not handed over") {
    asio::io_context io;
    asio_peer client{io};
    for (const bool destroys : {false, true}) {
        recording_receiver received;
        auto server = std::make_optional<asio_batched_udp_transport>(io, "127.0.0.1", std::uint16_t{0},
                                                                     asio_batched_udp_options{.batch = 10});
        REQUIRE(server->listen(receiver_ref{received}));
        received.on_message = [&](const datagram&) {
            if (received.messages.size() == 20) destroys ? server.reset() : server->stop();
        };
        for (int i = 0; i < 50; ++i) REQUIRE(client.sends(server->endpoints()[0], "x"));
        run_for(io);
        CHECK(received.messages.size() == 20);
    }
}

#if defined(SO_RXQ_OVFL)
/// Fills the socket of a server that reads nothing meanwhile, lets it read, and then reach it once more.
///
/// Returns: how many datagrams were sent.
template <typename Peer>
[[nodiscard]] auto overfill(Peer& server, asio_peer& client) -> std::size_t {
    constexpr std::size_t count = 100;
    const auto last = server.received.messages.size() + 1;
    for (std::size_t i = 0; i < count; ++i) REQUIRE(client.sends(server.at(), std::string(500, 'x')));
    REQUIRE(server.receives(last));
    run_for(server.io);
    REQUIRE(client.sends(server.at(), "after that")); // with this the system tells
    REQUIRE(run_until(server.io, [&] { return server.received.messages.back().bytes == "after that"; }));
    return count + 1;
}

TEST_CASE_TEMPLATE("a receiver is told how many datagrams the system dropped from a full socket, and which", Peer,
                   asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "0.0.0.0", {.receive_buffer = 8192}};
    server.received.next_tick = 1ms;
    asio_peer client{io};
    const endpoint at{ip_address::v4({127, 0, 0, 1}), server.at().port};
    for (int i = 0; i < 100; ++i) REQUIRE(client.sends(at, std::string(500, 'x')));
    REQUIRE(server.receives(1));
    run_for(io);
    REQUIRE(server.received.messages.size() < 100);
    REQUIRE(client.sends(at, "after that")); // with this the system tells

    REQUIRE(run_until(io, [&] { return !server.received.overruns.empty(); }));

    REQUIRE(server.received.overruns.size() == 1);
    CHECK(server.received.lost() == 101 - server.received.messages.size());
    CHECK(server.received.overruns[0].first == flow{.local = server.at()});
    run_for(io);
    CHECK(server.received.overruns.size() == 1);
}

TEST_CASE_TEMPLATE("what a socket goes on to lose is told once a second, each datagram once", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "127.0.0.1", {.receive_buffer = 8192}};
    server.received.next_tick = 1ms;
    asio_peer client{io};
    const auto start = std::chrono::steady_clock::now();
    auto sent = overfill(server, client);
    REQUIRE(run_until(io, [&] { return !server.received.overruns.empty(); }));
    for (int i = 0; i < 3; ++i) sent += overfill(server, client);
    run_for(io);
    const auto told = server.received.overruns.size();
    if (std::chrono::steady_clock::now() - start < 1s) CHECK(told == 1);

    REQUIRE(run_until(io, [&] { return server.received.overruns.size() > told; }));
    CHECK(server.received.lost() == sent - server.received.messages.size());
}

TEST_CASE("a transport that is stopped by a receiver that hears of losses calls it no more") {
    asio::io_context io;
    asio_peer client{io};
    struct giving_up : recording_receiver {
        std::optional<asio_udp_transport>* transport = nullptr;
        unsigned ticks_then = 0;
        void overrun(const flow& at, std::uint32_t count) {
            recording_receiver::overrun(at, count);
            ticks_then = ticks;
            transport->reset();
        }
    } received;
    received.next_tick = 1ms;
    auto server = std::make_optional<asio_udp_transport>(io, "127.0.0.1", std::uint16_t{0},
                                                         asio_udp_options{.receive_buffer = 8192});
    server->add("127.0.0.1", 0);
    received.transport = &server;
    REQUIRE(server->listen(receiver_ref{received}));
    const std::vector<endpoint> ends(server->endpoints().begin(), server->endpoints().end());
    for (const auto& end : ends)
        for (int i = 0; i < 100; ++i) REQUIRE(client.sends(end, std::string(500, 'x')));
    REQUIRE(run_until(io, [&] { return !received.messages.empty(); }));
    run_for(io);
    for (const auto& end : ends) REQUIRE(client.sends(end, "after that"));
    run_for(io, 50ms);

    CHECK(received.overruns.size() == 1);
    CHECK(received.ticks == received.ticks_then);
}
#endif

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
    SUBCASE("stopped when it was woken") {
        server.transport.wake();
        server.transport.stop();
    }
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

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/asio_tcp_transport.hpp>

#include <sipwhere/clock/steady_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/transport/detail/asio_prepare_tcp.hpp>

#include <support/request.hpp>
#include <support/stream_client.hpp>
#include <support/stream_receiver.hpp>
#include <support/tcp_listening.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace asio_tcp_transport_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::framed;
using sipwhere_test::run_for;
using sipwhere_test::run_until;
using sipwhere_test::stream_client;
using listening = sipwhere_test::tcp_listening;

TEST_CASE("a message arrives with its connection, and the answer goes back by that (R3261-18.2.2-a, R3261-18.2.1-a, "
          "R3261-18.2.1-b)") {
    asio::io_context io;
    listening server{io};
    stream_client client{io, server.at()};
    REQUIRE(client.is_connected());
    client.sends(framed("hello"));
    REQUIRE(server.receives(1));
    const auto& [from, bytes] = server.received.messages[0];
    CHECK(bytes == framed("hello"));
    CHECK(from.over == protocol::tcp);
    CHECK(from.connection != 0);
    CHECK(from.remote.port == client.port());
    CHECK(from.local == server.at());
    CHECK(server.transport.connections() == 1);
    CHECK(server.transport.send(from, "answer"));
    CHECK(client.hears("answer"));
    auto other = from;
    ++other.epoch;
    CHECK_FALSE(server.transport.send(other, "x"));
    other = from;
    ++other.connection;
    CHECK_FALSE(server.transport.send(other, "x"));
    other = from;
    other.over = protocol::tls;
    CHECK_FALSE(server.transport.send(other, "x"));
    CHECK_FALSE(server.transport.send({.remote = from.remote}, "x"));
}

TEST_CASE("the end of a connection is told once with its flow, and nothing can be sent to it any more") {
    asio::io_context io;
    listening server{io};
    for (const bool breaks : {false, true}) {
        server.received.messages.clear();
        server.received.ended.clear();
        stream_client client{io, server.at()};
        client.sends(framed(""));
        REQUIRE(server.receives(1));
        const auto from = server.received.messages[0].from;
        if (breaks) client.resets();
        else client.close();
        REQUIRE(server.loses(1));
        CHECK(server.received.ended == std::vector{from});
        CHECK_FALSE(server.transport.send(from, "answer"));
        run_for(io);
        CHECK(server.received.ended.size() == 1);
        CHECK(server.transport.connections() == 0);
    }
}

TEST_CASE("a client that has sent its last is answered before its connection ends") {
    asio::io_context io;
    listening server{io};
    server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, "answer")); };
    stream_client client{io, server.at()};
    client.sends(framed("1") + framed("2"));
    client.finishes();
    CHECK(client.ends());
    CHECK(client.heard == "answeranswer");
    CHECK(server.received.ended.size() == 1);
}

TEST_CASE("messages come one by one in whatever pieces, and a ping is answered at once (RFC 5626 §4.4.1)") {
    asio::io_context io;
    listening server{io};
    stream_client client{io, server.at()};
    client.sends(framed("a") + framed("b") + "\r\n\r\n" + framed("c").substr(0, 7));
    REQUIRE(server.receives(2));
    REQUIRE(client.hears(2));
    CHECK(client.heard == "\r\n");
    for (const char c : framed("c").substr(7)) {
        client.sends(std::string_view{&c, 1});
        run_for(io, 1ms);
    }
    REQUIRE(server.receives(3));
    CHECK(server.received.texts() == std::vector{framed("a"), framed("b"), framed("c")});
}

TEST_CASE("a message that is too long, or has no known end, is the last of its connection (RFC 3261 §18.3)") {
    asio::io_context io;
    listening server{io, {.frames = {.max_head = 1000, .max_message = 2000}}};
    server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, "400")); };
    stream_client endless{io, server.at()};
    endless.sends(std::string(1001, 'x'));
    CHECK(endless.ends());
    stream_client absurd{io, server.at()};
    absurd.sends("OPTIONS sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n");
    CHECK(absurd.ends());
    CHECK(server.received.messages.empty());
    stream_client unframed{io, server.at()};
    unframed.sends("OPTIONS sip:a SIP/2.0\r\n\r\n" + framed("behind"));
    CHECK(unframed.ends());
    CHECK(unframed.heard == "400"); // it can be read, although more had come than was read
    CHECK(server.received.messages.size() == 1);
    for (auto* each : {&endless, &absurd, &unframed}) each->close();
    CHECK(server.loses(3));
}

TEST_CASE("a client that does not read loses its connection, and nobody waits for it") {
    asio::io_context io;
    listening server{io, {.max_waiting = 100'000}};
    std::size_t taken = 0; // answers, until the system and the transport take no more
    server.received.on_message = [&](const datagram& got) {
        if (got.bytes == framed("little")) return static_cast<void>(server.transport.send(got.from, "little"));
        while (taken < 100'000 && server.transport.send(got.from, std::string(1000, 'x'))) ++taken;
    };
    stream_client deaf{io, server.at()};
    deaf.reads = false;
    stream_client other{io, server.at()};
    deaf.sends(framed("much"));
    REQUIRE(server.loses(1));
    CHECK(server.received.ended.size() == 1);
    CHECK(server.received.ended[0].remote.port == deaf.port());
    CHECK(taken < 100'000);
    other.sends(framed("little"));
    CHECK(other.hears("little"));
}

TEST_CASE("answers that do not fit at once go when the client reads, in their order") {
    asio::io_context io;
    listening server{io, {.max_waiting = 20'000'000}};
    std::string all;
    server.received.on_message = [&](const datagram& got) {
        for (int i = 0; i < 10'000; ++i) {
            const auto text = std::to_string(i) + std::string(990, '.');
            all += text;
            CHECK(server.transport.send(got.from, text));
        }
    };
    stream_client client{io, server.at()};
    client.sends(framed(""));
    REQUIRE(server.receives(1));
    REQUIRE(client.hears(all.size()));
    CHECK(client.heard == all);
}

TEST_CASE("what is sent while nothing is received goes as well, and a client that takes too little is ended") {
    asio::io_context io;
    listening server{io, {.max_waiting = 20'000'000}};
    server.received.next_tick = 1h; // as of a transport that another one ticks for
    stream_client client{io, server.at()};
    client.sends(framed(""));
    REQUIRE(server.receives(1));
    const auto from = server.received.messages[0].from;
    for (int i = 0; i < 10; ++i) CHECK(server.transport.send(from, std::string(1'000'000, 'x')));
    CHECK(client.hears(10'000'000));
    client.reads = false;
    bool is_taken = true;
    for (int i = 0; i < 100 && is_taken; ++i) is_taken = server.transport.send(from, std::string(1'000'000, 'x'));
    CHECK_FALSE(is_taken);
    CHECK(server.received.ended.empty()); // never from inside send
    CHECK(server.loses(1));
    CHECK(server.received.ended.size() == 1);
}

TEST_CASE("who is silent too long, or takes too long for a message, loses the connection") {
    asio::io_context io;
    listening impatient{io, {.message_time = 0s}};
    stream_client silent{io, impatient.at()};
    CHECK(run_until(io, [&] { return silent.has_ended; }));

    listening bored{io, {.idle_time = 1s}};
    stream_client idle{io, bored.at()};
    idle.sends(framed(""));
    REQUIRE(bored.receives(1));
    for (int i = 0; i < 3 && !idle.has_ended; ++i) (void)run_until(io, [&] { return idle.has_ended; });
    CHECK(idle.has_ended);
    CHECK(bored.received.ended.size() == 1);
}

TEST_CASE("stop closes all connections and calls nobody, also from inside a callback") {
    asio::io_context io;
    listening server{io};
    stream_client one{io, server.at()}, two{io, server.at()};
    server.received.on_message = [&](const datagram&) { server.transport.stop(); };
    one.sends(framed("") + framed(""));
    CHECK(one.ends());
    CHECK(two.ends());
    CHECK(server.received.messages.size() == 1);
    CHECK(server.received.ended.empty());
    CHECK(server.transport.endpoints().empty());
    REQUIRE(server.transport.listen(receiver_ref{server.received}));
    CHECK_FALSE(server.transport.listen(receiver_ref{server.received}));
    stream_client again{io, server.at()};
    server.received.on_message = [](const datagram&) {};
    again.sends(framed(""));
    CHECK(server.receives(2));
}

TEST_CASE("a transport that goes takes its connections along, and leaves nothing to be called") {
    asio::io_context io;
    auto server = std::make_unique<listening>(io);
    stream_client client{io, server->at()};
    client.sends(framed(""));
    REQUIRE(server->receives(1));
    server.reset();
    CHECK(client.ends());
    run_for(io);
}

TEST_CASE("ticks come as often as they are asked for, and soon after a wake from any thread") {
    asio::io_context io;
    listening server{io};
    REQUIRE(run_until(io, [&] { return server.received.ticks > 0; }));
    server.received.next_tick = 1ms;
    server.transport.wake();
    const auto ticks = server.received.ticks;
    CHECK(run_until(io, [&] { return server.received.ticks > ticks + 3; }));
    server.received.next_tick = 1h;
    run_for(io, 5ms);
    const auto before = server.received.ticks;
    std::thread{[&] { server.transport.wake(); }}.join();
    CHECK(run_until(io, [&] { return server.received.ticks == before + 1; }));
}

TEST_CASE("a client that is gone without a word is found to be: the system asks, and gives up in time") {
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    asio::ip::tcp::socket client{io};
    client.connect(acceptor.local_endpoint());
    auto accepted = acceptor.accept();
    detail::asio_prepare_tcp(accepted, {.user_timeout = 20s});
    const auto option = [&](int level, int name) {
        int value = 0;
        ::socklen_t size = sizeof value;
        CHECK(::getsockopt(accepted.native_handle(), level, name, &value, &size) == 0);
        return value;
    };
    CHECK(option(SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(option(IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(option(IPPROTO_TCP, TCP_USER_TIMEOUT) == 20'000);
    CHECK(option(IPPROTO_TCP, TCP_KEEPIDLE) == 20);
    CHECK(accepted.non_blocking());
}

/// Returns: a copy of the descriptor of the connection that comes from a port, as a process that was forked off has it.
auto copy_of_connection(std::uint16_t from) -> int {
    for (int i = 0; i < 1024; ++i) {
        ::sockaddr_in peer{};
        ::socklen_t size = sizeof peer;
        if (::getpeername(i, reinterpret_cast<::sockaddr*>(&peer), &size) == 0 && ntohs(peer.sin_port) == from)
            return ::dup(i);
    }
    return -1;
}

TEST_CASE("a connection that has ended costs nothing, though a process that was forked off keeps it open") {
    asio::io_context io;
    listening server{io};
    stream_client client{io, server.at()};
    client.sends(framed("1"));
    REQUIRE(server.receives(1));
    const auto copy = copy_of_connection(client.port());
    REQUIRE(copy >= 0);
    client.close();
    REQUIRE(server.loses(1));
    io.restart();
    std::size_t handlers = 0;
    while (handlers < 100 && io.poll_one() != 0) ++handlers;
    CHECK(handlers < 20);
    (void)::close(copy);
}

/// A registrar over TCP on this host.
struct registering {
    asio::io_context& io;
    settings config{};
    steady_clock clock{};
    hash_storage storage{};
    asio_tcp_transport transport{io, "127.0.0.1", 0};
    basic_registrar<steady_clock, hash_storage, asio_tcp_transport, os_random, open_access, null_observer> registrar{
        config, clock, storage, transport};

    explicit registering(asio::io_context& loop) : io(loop) { REQUIRE(registrar.start()); }

    [[nodiscard]] auto bound(std::string_view aor = "sip:alice@example.com") -> std::size_t {
        return *registrar.query(aor, [](const binding_view&) {});
    }
};

TEST_CASE("a phone registers over a connection, and is no longer bound when that has ended") {
    asio::io_context io;
    registering server{io};
    stream_client client{io, server.transport.endpoints()[0]};
    const auto contact = "<sip:a@127.0.0.1:" + std::to_string(client.port()) + ";transport=tcp>";
    const auto asked = sipwhere_test::alice_registers(contact).with("Content-Length", "0");
    client.sends(asked.text(1) + asked.text(2));
    REQUIRE(client.hears("2 REGISTER"));
    CHECK(client.heard.find("SIP/2.0 200 OK") != std::string::npos);
    CHECK(server.bound() == 1);
    client.close();
    CHECK(run_until(io, [&] { return server.bound() == 0; }));
}

TEST_CASE("a bad request that is well framed keeps its connection, one without a length is answered and the last") {
    asio::io_context io;
    registering server{io};
    stream_client client{io, server.transport.endpoints()[0]};
    const auto asked = sipwhere_test::alice_registers("<sip:a@192.0.2.1>").with("Content-Length", "0");
    client.sends(asked.with("CSeq", "no number").text(1));
    REQUIRE(client.hears("SIP/2.0 400 Malformed CSeq"));
    client.sends("GARBAGE\r\nl: 0\r\n\r\n" + asked.text(2));
    REQUIRE(client.hears("SIP/2.0 200 OK"));
    CHECK_FALSE(client.has_ended);
    client.sends(sipwhere_test::alice_registers("<sip:a@192.0.2.1>").text(3));
    REQUIRE(client.hears("SIP/2.0 400 Content-Length Missing"));
    CHECK(client.ends());
}

} // namespace asio_tcp_transport_test

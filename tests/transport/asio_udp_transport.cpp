// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/asio_udp_transport.hpp>

#include <support/asio_peer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;
using sipwhere_test::recording_receiver;
using sipwhere_test::run_for;
using sipwhere_test::run_until;

constexpr auto loopback = ip_address::v4({127, 0, 0, 1});

TEST_CASE_TEMPLATE("a datagram arrives with the way it came, and the answer goes back that way", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    Peer client{io};

    REQUIRE(client.sends(server.at(), "ping"));
    REQUIRE(server.receives(1));

    const auto& got = server.received.messages[0];
    CHECK(got.bytes == "ping");
    CHECK(got.from == flow{.remote = client.at(), .local = server.at()});
    REQUIRE(server.transport.send(got.from, "pong"));
    REQUIRE(client.receives(1));
    CHECK(client.received.messages[0].bytes == "pong");
    CHECK(client.received.messages[0].from.remote == server.at());
}

TEST_CASE_TEMPLATE("one transport listens on several addresses, and answers from the one that was asked", Peer,
                   asio_peer, asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    transport_type server{io, "127.0.0.1", 0};
    server.add("127.0.0.2", 0);
    server.add("[::1]", 0);
    recording_receiver received;
    CHECK(server.endpoints().empty());
    REQUIRE(server.listen(receiver_ref{received}));
    REQUIRE(server.endpoints().size() == 3);
    const std::vector<endpoint> ends(server.endpoints().begin(), server.endpoints().end());
    received.on_message = [&](const datagram& got) { CHECK(server.send(got.from, got.bytes)); };

    for (std::size_t i = 0; i < ends.size(); ++i) {
        CHECK(ends[i].port != 0);
        Peer client{io, i == 2 ? "::1" : "127.0.0.1"};
        REQUIRE(client.sends(ends[i], "x"));
        REQUIRE(client.receives(1));
        CHECK(client.received.messages[0].from.remote == ends[i]);
        CHECK(received.messages.back().from.local == ends[i]);
        CHECK(received.messages.back().from.listener == i);
    }
}

TEST_CASE_TEMPLATE("the bytes may be many or none", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    Peer client{io};
    const std::string most(65507, 'x');

    REQUIRE(client.sends(server.at(), most));
    REQUIRE(client.sends(server.at(), ""));

    REQUIRE(server.receives(2));
    CHECK(server.received.texts() == std::vector<std::string>{most, ""});
    CHECK_FALSE(client.sends(server.at(), most + 'x'));
}

TEST_CASE_TEMPLATE("a transport asks for a receive buffer, and tells what it got for each listener", Peer, asio_peer,
                   asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    Peer small{io, "127.0.0.1", {.receive_buffer = 50'000}};
    Peer unasked{io, "127.0.0.1", {.receive_buffer = 0}};
    transport_type usual{io, "127.0.0.1", 0};
    usual.add("127.0.0.1", 0);
    CHECK(usual.receive_buffers().empty());
    recording_receiver received;
    REQUIRE(usual.listen(receiver_ref{received}));

    REQUIRE(usual.receive_buffers().size() == 2);
    const auto& [asked, granted] = usual.receive_buffers()[1];
    const auto of_small = small.transport.receive_buffers()[0];
    const auto of_unasked = unasked.transport.receive_buffers()[0];
    CHECK(asked == 4 << 20);
    CHECK(of_small.asked == 50'000);
    CHECK(of_unasked.asked == 0);
    CHECK(of_small.granted >= 50'000);
    CHECK(granted > of_small.granted);
    CHECK(granted >= of_unasked.granted);
    asio::socket_base::receive_buffer_size of_system;
    asio::ip::udp::socket{io, asio::ip::udp::v4()}.get_option(of_system);
    CHECK(of_unasked.granted == of_system.value());
}

TEST_CASE_TEMPLATE("a port in use is named, and no other socket stays open", Peer, asio_peer, asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    Peer taken{io};
    std::uint16_t free_port = 0;
    {
        Peer probe{io};
        free_port = probe.at().port;
    }
    transport_type refused{io, "127.0.0.1", free_port};
    refused.add("127.0.0.1", taken.at().port);
    recording_receiver received;

    const auto listening = refused.listen(receiver_ref{received});

    REQUIRE_FALSE(listening);
    CHECK(listening.error().code == errc::address_in_use);
    CHECK(refused.failed_at() == "127.0.0.1:" + std::to_string(taken.at().port));
    CHECK(refused.endpoints().empty());
    transport_type other{io, "127.0.0.1", free_port};
    CHECK(other.listen(receiver_ref{received}));
    other.stop();

    taken.transport.stop();
    CHECK(refused.listen(receiver_ref{received}));
    CHECK(refused.failed_at().empty());
}

TEST_CASE_TEMPLATE("transports that reuse a port share it, and what one client sends reaches the same of them", Peer,
                   asio_peer, asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    Peer one{io, "127.0.0.1", {.reuse_port = true}};
    recording_receiver received_by_other;
    transport_type other{io, "127.0.0.1", one.at().port, {.reuse_port = true}};
    REQUIRE(other.listen(receiver_ref{received_by_other}));
    transport_type alone{io, "127.0.0.1", one.at().port};
    CHECK_FALSE(alone.listen(receiver_ref{received_by_other}));

    constexpr std::size_t clients = 32, repeats = 3;
    std::vector<std::unique_ptr<Peer>> phones;
    for (std::size_t i = 0; i < clients; ++i) phones.push_back(std::make_unique<Peer>(io));
    for (std::size_t i = 0; i < repeats; ++i)
        for (auto& phone : phones) REQUIRE(phone->sends(one.at(), "x"));
    const auto& received_by_one = one.received;
    REQUIRE(run_until(
        io, [&] { return received_by_one.messages.size() + received_by_other.messages.size() == clients * repeats; }));

    CHECK(received_by_one.messages.size() > 0);
    CHECK(received_by_other.messages.size() > 0);
    for (const auto& phone : phones) {
        const auto is_own = [&](const recording_receiver::message& got) { return got.from.remote == phone->at(); };
        const auto at_one = std::ranges::count_if(received_by_one.messages, is_own);
        CHECK((at_one == 0 || at_one == repeats));
    }
}

TEST_CASE_TEMPLATE("an address that is none, or not of this host, is named", Peer, asio_peer, asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    recording_receiver received;
    const auto errc_of_listening = [&](transport_type& transport) {
        const auto listening = transport.listen(receiver_ref{received});
        REQUIRE_FALSE(listening);
        return listening.error().code;
    };

    transport_type name{io, "localhost"};
    CHECK(errc_of_listening(name) == errc::bad_address);
    CHECK(name.failed_at() == "localhost:5060");

    transport_type foreign{io, "[2001:db8::99]", 0};
    CHECK(errc_of_listening(foreign) == errc::address_unavailable);
    CHECK(foreign.failed_at() == "[2001:db8::99]:0");
}

TEST_CASE_TEMPLATE("a transport that listens does not listen twice, but again once it has stopped", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    const auto again = server.transport.listen(receiver_ref{server.received});
    REQUIRE_FALSE(again);
    CHECK(again.error().code == errc::already_started);

    server.transport.stop();
    server.transport.stop();
    CHECK(server.transport.endpoints().empty());
    REQUIRE(server.transport.listen(receiver_ref{server.received}));
    Peer client{io};
    REQUIRE(client.sends(server.at(), "x"));
    CHECK(server.receives(1));
}

TEST_CASE_TEMPLATE("a way that leads nowhere is not sent on", Peer, asio_peer, asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    transport_type idle{io, "127.0.0.1", 0};
    Peer server{io};
    const auto v6 = ip_address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    CHECK_FALSE(idle.send({.remote = server.at()}, "x"));
    CHECK_FALSE(server.transport.send({.remote = server.at(), .listener = 1}, "x"));
    CHECK_FALSE(server.transport.send({.remote = server.at(), .over = protocol::tcp}, "x"));
    CHECK_FALSE(server.transport.send({.remote = {v6, 5060}}, "x"));
    CHECK_FALSE(server.transport.send({.remote = {ip_address{}, 5060}}, "x"));
    CHECK_FALSE(server.transport.send({.remote = {loopback, 0}}, "x"));
}

TEST_CASE_TEMPLATE("an endpoint is a transport's own if a datagram to it would come back", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer one{io};
    const auto port = one.at().port;
    const auto other_port = static_cast<std::uint16_t>(port ^ 1U);
    CHECK(one.transport.is_own(one.at()));
    CHECK(one.transport.is_own({ip_address::v4({0, 0, 0, 0}), port}));
    CHECK_FALSE(one.transport.is_own({loopback, other_port}));
    CHECK_FALSE(one.transport.is_own({ip_address::v4({127, 0, 0, 2}), port}));
    CHECK_FALSE(one.transport.is_own({ip_address::v4({198, 51, 100, 1}), port}));

    one.transport.stop();
    CHECK_FALSE(one.transport.is_own({loopback, port}));
}

TEST_CASE_TEMPLATE("each address of the host is own to a listener on all addresses", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer all{io, "0.0.0.0"};
    const auto port = all.at().port;
    for (const auto& address : detail::own_addresses())
        CHECK(all.transport.is_own({address, port}) == (address.family() == address_family::ipv4));
    CHECK(all.transport.is_own({loopback, port}));
    CHECK(all.transport.is_own({ip_address::v4({127, 255, 0, 9}), port}));
    CHECK(all.transport.is_own({ip_address::v4({0, 0, 0, 0}), port}));
    CHECK_FALSE(all.transport.is_own({ip_address::v4({198, 51, 100, 1}), port}));

    Peer both{io, "::"};
    for (const auto& address : detail::own_addresses()) CHECK(both.transport.is_own({address, both.at().port}));
    CHECK_FALSE(both.transport.is_own({ip_address::v4({198, 51, 100, 1}), both.at().port}));
}

TEST_CASE_TEMPLATE("an IPv4 listener and an IPv6 one share a port, each with its own datagrams", Peer, asio_peer,
                   asio_batched_peer) {
    using transport_type = decltype(Peer::transport);
    asio::io_context io;
    std::uint16_t port = 0;
    {
        Peer probe{io, "::"};
        port = probe.at().port;
    }
    transport_type server{io, "::", port};
    server.add("0.0.0.0", port);
    recording_receiver received;
    REQUIRE(server.listen(receiver_ref{received}));
    Peer client{io};

    REQUIRE(client.sends({loopback, port}, "x"));

    CHECK(sipwhere_test::run_until(io, [&] { return !received.messages.empty(); }));
    CHECK(received.messages[0].from.listener == 1);
    CHECK_FALSE(server.send({.remote = client.at(), .listener = 0}, "x"));
}

TEST_CASE_TEMPLATE("the kernel keeps no more than the receive buffer that was asked for", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer small{io, "127.0.0.1", {.receive_buffer = 4096}};
    Peer client{io};
    for (int i = 0; i < 50; ++i) REQUIRE(client.sends(small.at(), std::string(500, 'x')));
    run_for(io);
    CHECK(small.received.messages.size() > 0);
    CHECK(small.received.messages.size() < 50);
}

TEST_CASE_TEMPLATE("a datagram that is too long is dropped, those around it are not", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "127.0.0.1", {.largest_datagram = 100}};
    Peer client{io};

    REQUIRE(client.sends(server.at(), std::string(100, 'a')));
    REQUIRE(client.sends(server.at(), std::string(101, 'b')));
    REQUIRE(client.sends(server.at(), "c"));

    REQUIRE(server.receives(2));
    CHECK(server.received.texts() == std::vector<std::string>{std::string(100, 'a'), "c"});
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/asio_batched_udp_transport.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/testing/transport_laws.hpp>
#include <support/asio_peer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

// What both gears have in common is tested in asio_udp_transport.cpp and in detail/, for both.
namespace {

using namespace sipwhere;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;
using sipwhere_test::run_for;

constexpr std::array gears{udp_batching::segments, udp_batching::datagrams, udp_batching::none};

/// Returns: a text unlike those of other numbers, of one of the lengths that answers have.
[[nodiscard]] auto text_of(std::size_t number) -> std::string {
    constexpr std::array<std::size_t, 8> lengths{400, 400, 400, 300, 300, 700, 20, 2500};
    auto made = std::to_string(number) + ' ';
    made.resize(lengths[number % lengths.size()], static_cast<char>('a' + number % 26));
    return made;
}

TEST_CASE("a batched transport keeps the laws of a transport, in each gear") {
    for (const auto gear : gears) {
        asio::io_context io;
        asio_batched_udp_transport one{io, "127.0.0.1", 0, {.batching = gear}};
        asio_batched_udp_transport other{io, "127.0.0.1", 0, {.batch = 3, .batching = gear}};
        const auto end_of = [](const asio_batched_udp_transport& of) { return of.endpoints()[0]; };
        const auto report = [](const testing::breach& found) { FAIL_CHECK(found.law); };
        CHECK(testing::check_transport_laws<asio_batched_udp_transport>(
                  one, other, end_of, [&] { run_for(io); }, report) == 0);
    }
}

TEST_CASE("datagrams that wait together are handed over together, as many as were asked for") {
    for (const auto gear : gears) {
        asio::io_context io;
        asio_batched_peer server{io, "127.0.0.1", {.batch = 40, .batching = gear}};
        asio_peer client{io};
        for (std::size_t i = 0; i < 100; ++i) REQUIRE(client.sends(server.at(), text_of(i)));

        REQUIRE(server.receives(100));

        CHECK(server.received.batches.front() == 40);
        CHECK(std::ranges::max(server.received.batches) == 40);
        for (std::size_t i = 0; i < 100; ++i) CHECK(server.received.messages[i].bytes == text_of(i));
    }
}

TEST_CASE("answers to one peer arrive complete and in order, whatever their lengths") {
    for (const auto gear : gears) {
        for (const auto batch : std::array<std::size_t, 4>{64, 5, 1, 0}) {
            asio::io_context io;
            asio_batched_peer server{io, "127.0.0.1", {.batch = batch, .batching = gear}};
            asio_peer client{io};
            std::size_t answers = 0;
            server.received.on_message = [&](const datagram& got) {
                for (int i = 0; i < 3; ++i) CHECK(server.transport.send(got.from, text_of(answers++)));
            };

            for (std::size_t i = 0; i < 30; ++i) REQUIRE(client.sends(server.at(), "x"));
            REQUIRE(client.receives(90));

            for (std::size_t i = 0; i < 90; ++i) CHECK(client.received.messages[i].bytes == text_of(i));
        }
    }
}

TEST_CASE("answers of one length to one peer arrive apart, and so does an empty one") {
    struct pair {
        const char* server;
        const char* client;
    };
    constexpr std::array<pair, 4> pairs{
        {{"127.0.0.1", "127.0.0.1"}, {"0.0.0.0", "127.0.0.1"}, {"::", "127.0.0.1"}, {"::", "::1"}}};
    for (const auto& [server_address, client_address] : pairs) {
        asio::io_context io;
        asio_batched_peer server{io, server_address, {.batch = 200}};
        asio_peer client{io, client_address};
        server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, got.bytes)); };
        std::vector<std::string> texts;
        for (int i = 100; i < 250; ++i) texts.push_back(i == 180 ? "" : std::to_string(i));
        for (const auto& text : texts) REQUIRE(client.sends({client.at().address, server.at().port}, text));

        REQUIRE(client.receives(texts.size()));

        CHECK(client.received.texts() == texts);
        CHECK(client.received.messages[0].from.remote == endpoint{client.at().address, server.at().port});
    }
}

TEST_CASE("answers to many peers go each to its own") {
    for (const auto gear : gears) {
        asio::io_context io;
        asio_batched_peer server{io, "::", {.batching = gear}};
        server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, got.bytes)); };
        std::deque<asio_peer> clients;
        for (int i = 0; i < 8; ++i) clients.emplace_back(io, i % 2 == 0 ? "127.0.0.1" : "::1");
        const auto text_for = [](std::size_t client, std::size_t round) { return text_of(client * 100 + round); };
        for (std::size_t round = 0; round < 10; ++round)
            for (std::size_t i = 0; i < clients.size(); ++i)
                REQUIRE(clients[i].sends({clients[i].at().address, server.at().port}, text_for(i, round)));

        for (std::size_t i = 0; i < clients.size(); ++i) {
            REQUIRE(clients[i].receives(10));
            for (std::size_t round = 0; round < 10; ++round)
                CHECK(clients[i].received.messages[round].bytes == text_for(i, round));
        }
    }
}

TEST_CASE("one peer that asks two addresses of a host gets its answers from each") {
    asio::io_context io;
    asio_batched_peer server{io, "0.0.0.0"};
    asio_peer client{io};
    server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, got.bytes)); };
    const auto asked = [&](std::size_t i) {
        return endpoint{ip_address::v4({127, 0, 0, static_cast<std::uint8_t>(2 + i / 2 % 2)}), server.at().port};
    };
    for (std::size_t i = 0; i < 20; ++i) REQUIRE(client.sends(asked(i), "x"));

    REQUIRE(client.receives(20));

    CHECK(server.received.batches == std::vector<std::size_t>{20});
    for (std::size_t i = 0; i < 20; ++i) CHECK(client.received.messages[i].from.remote == asked(i));
}

TEST_CASE("while it receives, a batched transport still tells what can't be sent, and sends the rest") {
    asio::io_context io;
    asio_batched_peer server{io};
    asio_peer client{io};
    const std::string most(65507, 'x');
    server.received.on_message = [&](const datagram& got) {
        auto nowhere = got.from;
        CHECK(server.transport.send(got.from, "first"));
        CHECK_FALSE(server.transport.send(got.from, most + 'x'));
        nowhere.remote.port = 0;
        CHECK_FALSE(server.transport.send(nowhere, "x"));
        nowhere.remote = {ip_address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 5060};
        CHECK_FALSE(server.transport.send(nowhere, "x"));
        CHECK(server.transport.send(got.from, most));
        CHECK(server.transport.send(got.from, "last"));
    };

    REQUIRE(client.sends(server.at(), "x"));
    REQUIRE(client.receives(3));

    CHECK(client.received.texts() == std::vector<std::string>{"first", most, "last"});
}

TEST_CASE("what a receiver sends before it stops its transport leaves, and nothing after") {
    asio::io_context io;
    asio_batched_peer server{io};
    asio_peer client{io};
    server.received.on_message = [&](const datagram& got) {
        CHECK(server.transport.send(got.from, "bye"));
        server.transport.stop();
        CHECK_FALSE(server.transport.send(got.from, "late"));
    };

    REQUIRE(client.sends(server.at(), "x"));
    REQUIRE(client.receives(1));
    run_for(io);

    CHECK(client.received.texts() == std::vector<std::string>{"bye"});
}

TEST_CASE("answers through two listeners of a batched transport leave from both, in order") {
    asio::io_context io;
    asio_batched_udp_transport server{io, "127.0.0.1", 0};
    server.add("127.0.0.2", 0);
    sipwhere_test::recording_receiver received;
    REQUIRE(server.listen(receiver_ref{received}));
    asio_peer client{io};
    received.on_message = [&](const datagram& got) {
        for (std::uint16_t i = 0; i < 6; ++i) {
            const std::uint16_t listener = i / 2 % 2;
            CHECK(server.send({.remote = got.from.remote, .listener = listener}, std::to_string(i)));
        }
    };

    REQUIRE(client.sends(server.endpoints()[0], "x"));
    REQUIRE(client.receives(6));

    CHECK(client.received.texts() == std::vector<std::string>{"0", "1", "2", "3", "4", "5"});
    for (std::size_t i = 0; i < 6; ++i) CHECK(client.received.messages[i].from.remote == server.endpoints()[i / 2 % 2]);
}

TEST_CASE("what is collected goes by the way of each, however alike two ways are that follow one another") {
    asio::io_context io;
    asio_batched_udp_transport server{io, "::", 0};
    server.add("::", 0);
    sipwhere_test::recording_receiver received;
    REQUIRE(server.listen(receiver_ref{received}));
    std::deque<asio_udp_transport> clients;
    clients.emplace_back(io, "127.0.0.1", 0);
    std::array<sipwhere_test::recording_receiver, 4> heard;
    REQUIRE(clients[0].listen(receiver_ref{heard[0]}));
    const auto port = clients[0].endpoints()[0].port;
    for (const auto* address : {"127.0.0.2", "::1"}) clients.emplace_back(io, address, port);
    clients.emplace_back(io, "127.0.0.1", 0);
    for (std::size_t i = 1; i < clients.size(); ++i) REQUIRE(clients[i].listen(receiver_ref{heard[i]}));

    xoshiro256 random{5};
    std::array<std::vector<std::pair<std::string, endpoint>>, 4> wanted;
    received.on_message = [&](const datagram&) {
        for (int i = 0; i < 300; ++i) {
            const auto to = random.next() % clients.size();
            const auto listener = static_cast<std::uint16_t>(random.next() % 2);
            const auto remote = clients[to].endpoints()[0];
            const bool is_v4 = remote.address.family() == address_family::ipv4;
            const auto last = static_cast<std::uint8_t>(1 + random.next() % 2);
            const endpoint local{is_v4 ? ip_address::v4({127, 0, 0, last}) : remote.address,
                                 server.endpoints()[listener].port};
            const auto text = std::to_string(i);
            CHECK(server.send({.remote = remote, .local = local, .listener = listener}, text));
            wanted[to].emplace_back(text, local);
        }
    };
    REQUIRE(clients[0].send({.remote = {ip_address::v4({127, 0, 0, 1}), server.endpoints()[0].port}}, "x"));
    const auto all_came = [&] {
        std::size_t count = 0;
        for (const auto& one : heard) count += one.messages.size();
        return count >= 300;
    };
    REQUIRE(sipwhere_test::run_until(io, all_came));

    for (std::size_t i = 0; i < clients.size(); ++i) {
        REQUIRE(heard[i].messages.size() == wanted[i].size());
        for (std::size_t n = 0; n < wanted[i].size(); ++n) {
            CHECK(heard[i].messages[n].bytes == wanted[i][n].first);
            CHECK(heard[i].messages[n].from.remote == wanted[i][n].second);
        }
    }
}

} // namespace

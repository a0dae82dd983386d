// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_udp_batch_mover.hpp>

#include <support/asio_peer.hpp>
#include <support/poor_udp_system.hpp>
#include <support/skip.hpp>

#include <doctest/doctest.h>

#if defined(__linux__)
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;
using sipwhere_test::poor_udp_system;
using sipwhere_test::run_for;

using poor_transport =
    detail::asio_udp_transport_base<asio_batched_udp_options, detail::basic_asio_udp_batch_mover<poor_udp_system>>;
using poor_peer = sipwhere_test::basic_asio_peer<poor_transport, asio_batched_udp_options>;

/// Lets a server send texts to a client at once, so as runs where the system knows runs, and waits for them.
template <typename Client>
void send_together(asio_batched_peer& server, Client& client, const std::vector<std::string>& texts) {
    const auto before = client.received.messages.size();
    server.received.on_message = [&](const datagram& got) {
        for (const auto& text : texts) CHECK(server.transport.send(got.from, text));
    };
    REQUIRE(client.sends({client.at().address, server.at().port}, "x"));
    REQUIRE(client.receives(before + texts.size()));
}

/// Returns: so many texts of one length.
[[nodiscard]] auto texts_of(std::size_t count, std::size_t length = 500) -> std::vector<std::string> {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) {
        made.push_back(std::to_string(i) + ' ');
        made.back().resize(length, static_cast<char>('a' + i % 26));
    }
    return made;
}

/// Returns: whether this kernel hands over runs as one message; if not, the test counts as skipped.
[[nodiscard]] auto kernel_joins() -> bool {
    asio::io_context io;
    poor_udp_system::state = {};
    asio_batched_peer server{io};
    poor_peer client{io};
    send_together(server, client, texts_of(10));
    if (poor_udp_system::state.messages_received < 10) return true;
    sipwhere_test::skip("the kernel joins no datagrams");
    return false;
}

TEST_CASE("a run that came as one message is handed over as the datagrams it was sent as") {
    if (!kernel_joins()) return;
    for (const auto& [server_address, client_address] :
         {std::pair{"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}, {"::", "::1"}, {"::", "127.0.0.1"}}) {
        asio::io_context io;
        asio_batched_peer server{io, server_address};
        poor_peer client{io, client_address};
        auto texts = texts_of(50);
        texts.insert(texts.end(), {"shorter", "short", "", "x", "y", "z"});
        send_together(server, client, {"alone"});
        client.received.messages.clear();
        poor_udp_system::state = {};

        send_together(server, client, texts);

        CHECK(client.received.texts() == texts);
        CHECK(poor_udp_system::state.messages_received <= 5);
        const endpoint asked{client.at().address, server.at().port};
        const auto from_asked = [&](const auto& each) { return each.from == flow{asked, client.at()}; };
        CHECK(std::ranges::all_of(client.received.messages, from_asked));
    }
}

TEST_CASE("a socket for both IP versions cuts the runs of both, and knows each peer") {
    if (!kernel_joins()) return;
    asio::io_context io;
    asio_batched_peer v4{io, "127.0.0.1"};
    asio_batched_peer v6{io, "::1"};
    poor_peer both{io, "::"};
    const auto texts = texts_of(30);
    for (auto* server : {&v4, &v6})
        server->received.on_message = [&, server](const datagram& got) {
            for (const auto& text : texts) CHECK(server->transport.send(got.from, text));
        };
    REQUIRE(both.sends(v4.at(), "x"));
    REQUIRE(both.sends(v6.at(), "x"));
    REQUIRE(both.receives(60));

    for (const auto* server : {&v4, &v6}) {
        std::vector<std::string> received;
        for (const auto& [from, bytes] : both.received.messages) {
            if (from.remote != server->at()) continue;
            CHECK(from.local == endpoint{server->at().address, both.at().port});
            received.push_back(bytes);
        }
        CHECK(received == texts);
    }
}

TEST_CASE("a run longer than a batch is handed over a batch at a time, and no further once the transport stops") {
    if (!kernel_joins()) return;
    for (const bool stops : {false, true}) {
        asio::io_context io;
        asio_batched_peer server{io};
        poor_peer client{io, "127.0.0.1", {.batch = 7}};
        const auto texts = texts_of(30);
        client.received.on_message = [&](const datagram& got) {
            if (stops && got.bytes == texts[9]) client.transport.stop();
        };
        server.received.on_message = [&](const datagram& got) {
            for (const auto& text : texts) CHECK(server.transport.send(got.from, text));
        };
        REQUIRE(client.sends(server.at(), "x"));
        (void)client.receives(stops ? 14 : 30);
        run_for(io);

        CHECK(client.received.messages.size() == (stops ? 14 : 30));
        CHECK(std::ranges::max(client.received.batches) == 7);
    }
}

TEST_CASE("a peer that sends runs does not keep others waiting for much more than is read ahead, once it is known") {
    if (!kernel_joins()) return;
    asio::io_context io;
    asio_batched_peer server{io, "127.0.0.1", {.batch = 1024}};
    poor_peer flooded{io};
    asio_peer other{io};
    send_together(server, flooded, texts_of(64, 20));
    const auto before = flooded.received.messages.size();
    std::size_t then = 0;
    other.received.on_message = [&](const datagram&) { then = flooded.received.messages.size() - before; };
    server.received.on_message = [&](const datagram& got) {
        for (const auto& text : texts_of(1000, 20)) CHECK(server.transport.send(got.from, text));
        CHECK(server.transport.send({.remote = other.at()}, "x"));
    };

    REQUIRE(flooded.sends(server.at(), "x"));
    REQUIRE(other.receives(1));

    CHECK(then <= 256 + 64);
    CHECK(flooded.receives(before + 1000));
}

TEST_CASE("after a run, what waits is read in one turn again") {
    if (!kernel_joins()) return;
    asio::io_context io;
    asio_batched_peer server{io};
    poor_peer client{io, "127.0.0.1", {.batch = 20}};
    asio_peer other{io};
    send_together(server, client, texts_of(64));
    const auto before = client.received.messages.size();
    for (const auto& text : texts_of(30)) REQUIRE(other.sends(client.at(), text));

    REQUIRE(client.receives(before + 1));

    CHECK(client.received.messages.size() == before + 30);
}

TEST_CASE("without room for a run, none is asked for") {
    asio::io_context io;
    asio_batched_peer server{io};
    poor_peer client{io, "127.0.0.1", {.largest_datagram = 2000}};
    const auto texts = texts_of(50);
    poor_udp_system::state = {};

    send_together(server, client, texts);

    CHECK(client.received.texts() == texts);
    CHECK(poor_udp_system::state.messages_received == 50);
}

TEST_CASE("a socket is emptied before the first batch is handed over, as far as datagrams are read ahead") {
    for (const bool has_batches : {true, false}) {
        asio::io_context io;
        asio_peer client{io};
        poor_udp_system::state = {.has_batches = has_batches};
        poor_peer server{io};
        std::size_t at_first = 0;
        server.received.on_message = [&](const datagram&) {
            if (at_first == 0) at_first = poor_udp_system::state.messages_received;
        };
        for (int i = 0; i < 300; ++i) REQUIRE(client.sends(server.at(), std::to_string(i)));

        REQUIRE(server.receives(300));

        CHECK(at_first == 256);
        CHECK(server.received.batches == std::vector<std::size_t>{64, 64, 64, 64, 44});
        for (std::size_t i = 0; i < 300; ++i) CHECK(server.received.messages[i].bytes == std::to_string(i));
    }
}

constexpr std::array<sipwhere_test::poor_udp_state, 3> lacking_states{
    {{.has_batches = false}, {.has_gso = false}, {.has_batches = false, .has_gso = false}}};

TEST_CASE("on a system that lacks batches or segments, all arrives all the same, and together") {
    for (const auto& lacking : lacking_states) {
        asio::io_context io;
        poor_udp_system::state = lacking;
        asio_batched_peer rich{io};
        poor_peer poor{io, "127.0.0.1", {.batch = 20}};
        const auto texts = texts_of(50);
        send_together(rich, poor, texts);
        CHECK(poor.received.texts() == texts);
        CHECK(std::ranges::max(poor.received.batches) == 20);

        poor.received.on_message = [&](const datagram& got) {
            for (const auto& text : texts) CHECK(poor.transport.send(got.from, text));
        };
        rich.received.on_message = [](const datagram&) {};
        const auto before = rich.received.messages.size();
        REQUIRE(rich.sends(poor.at(), "x"));
        REQUIRE(rich.receives(before + texts.size()));
        auto answers = rich.received.texts();
        answers.erase(answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(before));
        CHECK(answers == texts);
    }
}

TEST_CASE("a full socket loses answers, never order, and the transport goes on") {
    for (const int full : {EAGAIN, ENOBUFS}) {
        asio::io_context io;
        poor_udp_system::state = {.has_gso = false, .room = 10, .full = full};
        poor_peer server{io};
        asio_peer client{io};
        server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, got.bytes)); };
        for (const auto& text : texts_of(30)) REQUIRE(client.sends(server.at(), text));
        REQUIRE(client.receives(10));
        run_for(io);
        CHECK(client.received.texts() == texts_of(10));

        poor_udp_system::state = {};
        REQUIRE(client.sends(server.at(), "later"));
        REQUIRE(client.receives(11));
        CHECK(client.received.messages.back().bytes == "later");
    }
}

} // namespace
#endif

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/asio_websocket_transport.hpp>

#include <sipwhere/transport/asio_websocket_tls_transport.hpp>

#include <support/certificates.hpp>
#include <support/stream_receiver.hpp>
#include <support/tls_client.hpp>
#include <support/websocket_frames.hpp>
#include <support/websocket_opening.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace asio_websocket_transport_test {

using namespace sipwhere;
using sipwhere_test::certificate;
using sipwhere_test::frames_in;
using sipwhere_test::run_until;
using sipwhere_test::sent_frame;
using sipwhere_test::stream_client;
using sipwhere_test::tls_client;
using sipwhere_test::ws_frame;

const std::string opening = sipwhere_test::websocket_opening();

/// A transport that listens on this host, and what it receives.
template <typename Transport, typename Options>
struct listening {
    asio::io_context& io;
    sipwhere_test::stream_receiver received{};
    Transport transport;

    listening(asio::io_context& loop, const Options& options) : io(loop), transport(loop, "127.0.0.1", 0, options) {
        REQUIRE(transport.listen(receiver_ref{received}));
        received.on_message = [this](const datagram& got) {
            CHECK(transport.send(got.from, "re: " + std::string{got.bytes}));
        };
    }
    [[nodiscard]] auto at() const -> endpoint { return transport.endpoints()[0]; }
};

using plain_listening = listening<asio_websocket_transport, asio_websocket_options>;
using safe_listening = listening<asio_websocket_tls_transport, asio_websocket_tls_options>;

/// Checks that a client is let in, asks, is answered and closes.
template <typename Server, typename Client>
void check_talk(Server& server, Client& client, protocol over) {
    client.sends(opening + "\r\n");
    REQUIRE(client.hears("\r\n\r\n"));
    CHECK(client.heard.starts_with("HTTP/1.1 101 "));
    client.heard.clear();
    client.sends(ws_frame("hello") + ws_frame("\r\n\r\n"));
    REQUIRE(client.hears(2 + 9 + 2 + 2));
    CHECK(frames_in(client.heard) == std::vector<sent_frame>{{1, "re: hello"}, {1, "\r\n"}});
    REQUIRE(server.received.messages.size() == 1);
    const auto from = server.received.messages[0].from;
    CHECK(from.over == over);
    CHECK(from.connection != 0);
    CHECK(server.transport.send(from, std::string(100'000, 'x')));
    CHECK(client.hears(100'000));
    client.sends(ws_frame("\x03\xe8", {.opcode = 8}));
    CHECK(client.ends());
}

TEST_CASE("messages go both ways over WebSocket, and the end of the connection is told (RFC 7118)") {
    asio::io_context io;
    plain_listening server{io, {}};
    {
        stream_client client{io, server.at()};
        check_talk(server, client, protocol::ws);
    }
    CHECK(run_until(io, [&] { return server.received.ended.size() == 1; }));
    CHECK(server.received.ended[0] == server.received.messages[0].from);
}

TEST_CASE("the same within TLS, whose certificates can be read again") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    safe_listening server{io, {.tls = {.certificate = shown.file(), .key = shown.key_file()}}};
    CHECK(server.transport.reload());
    {
        tls_client client{io, server.at()};
        check_talk(server, client, protocol::wss);
    }
    CHECK(run_until(io, [&] { return server.received.ended.size() == 1; }));
    CHECK(server.transport.peer_domains(server.received.ended[0]).empty());
}

TEST_CASE("what is no opening of WebSocket is refused and left, what is refused can be read") {
    asio::io_context io;
    plain_listening server{io, {.rules = {.origins = {"https://a"}}}};
    stream_client foreign{io, server.at()};
    foreign.sends(opening + "Origin: https://b\r\n\r\n");
    CHECK(foreign.ends());
    CHECK(foreign.heard.starts_with("HTTP/1.1 403 "));
    stream_client sip{io, server.at()};
    sip.sends("REGISTER sip:a SIP/2.0\r\nVia: x\r\n\r\n");
    CHECK(sip.ends());
    CHECK(sip.heard.starts_with("HTTP/1.1 400 "));
    CHECK(server.received.messages.empty());
}

TEST_CASE("a balancer may have more connections than a network, and each is whose it says") {
    asio::io_context io;
    plain_listening server{
        io, {.rules = {.forwarders = {ip_address::v4({127, 0, 0, 1})}}, .streams = {.max_of_network = 1}}};
    stream_client one{io, server.at()}, two{io, server.at()};
    one.sends(opening + "X-Forwarded-For: 192.0.2.1\r\n\r\n" + ws_frame("one"));
    two.sends(opening + "X-Forwarded-For: 198.51.100.2\r\n\r\n" + ws_frame("two"));
    REQUIRE(run_until(io, [&] { return server.received.messages.size() == 2; }));
    for (const auto& [from, bytes] : server.received.messages)
        CHECK(from.remote.address == parse_address(bytes == "one" ? "192.0.2.1" : "198.51.100.2"));
    stream_client third{io, server.at()}; // of the first one's network, which may have no more
    third.sends(opening + "X-Forwarded-For: 192.0.2.3\r\n\r\n");
    CHECK(third.ends());
    CHECK(server.transport.connections() == 2);
}

} // namespace asio_websocket_transport_test

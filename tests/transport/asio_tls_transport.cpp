// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/asio_tls_transport.hpp>

#include <support/certificates.hpp>
#include <support/stream_receiver.hpp>
#include <support/tls_client.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace asio_tls_transport_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::certificate;
using sipwhere_test::run_for;
using sipwhere_test::run_until;
using sipwhere_test::stream_client;
using sipwhere_test::tls_client;

[[nodiscard]] auto framed(std::string_view body) -> std::string {
    return "OPTIONS sip:a SIP/2.0\r\nl: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// A transport that listens on this host, and what it receives.
struct listening {
    asio::io_context& io;
    sipwhere_test::stream_receiver received{};
    asio_tls_transport transport;

    listening(asio::io_context& loop, const asio_tls_options& options)
        : io(loop), transport(loop, "127.0.0.1", 0, options) {
        REQUIRE(transport.listen(receiver_ref{received}));
    }
    listening(asio::io_context& loop, const certificate& shown)
        : listening(loop, asio_tls_options{.certificate = shown.file(), .key = shown.key_file()}) {}
    [[nodiscard]] auto at() const -> endpoint { return transport.endpoints()[0]; }
    [[nodiscard]] auto receives(std::size_t count) -> bool {
        return run_until(io, [&] { return received.messages.size() >= count; });
    }
};

TEST_CASE("messages go both ways within TLS 1.2 and 1.3, and no older one (R3261-26.3.2.1-a, R3261-26.3.1-a)") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, got.bytes)); };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_client client{io, server.at(), {.version = version}};
        const auto text = framed("hello") + framed(std::string(50'000, 'x'));
        client.sends(text.substr(0, 100));
        client.sends(text.substr(100));
        REQUIRE(client.hears(text.size()));
        CHECK(client.heard == text);
        CHECK(server.received.messages.back().from.over == protocol::tls);
        CHECK(SSL_version(client.tls()) == version);
        client.sends("\r\n\r\n");
        CHECK(client.hears(text.size() + 2));
    }
    tls_client old{io, server.at(), {.version = TLS1_1_VERSION}};
    CHECK_FALSE(old.shakes_hands());
    CHECK(run_until(io, [&] { return server.received.ended.size() >= 2; }));
}

TEST_CASE("all that records bring is served, however much of them OpenSSL holds") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    tls_client client{io, server.at()};
    std::string many;
    for (int i = 0; i < 2000; ++i) many += framed(std::to_string(i));
    client.sends(many);
    REQUIRE(server.receives(2000));
    CHECK(server.received.messages[1999].bytes == framed("1999"));

    // More records than are read at once, and nothing behind them that the system would tell of.
    constexpr std::size_t pings = 300;
    for (std::size_t i = 0; i < pings; ++i) REQUIRE(SSL_write(client.tls(), "\r\n\r\n", 4) == 4);
    client.move();
    CHECK(client.hears(2 * pings));
    CHECK(client.heard.size() == 2 * pings);
}

TEST_CASE("what is no TLS, or a handshake that breaks off, ends the connection and nothing else") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    stream_client plain{io, server.at()};
    plain.sends(framed("hello"));
    CHECK(plain.ends());
    {
        stream_client cut{io, server.at()};
        cut.sends("\x16\x03\x01\x02");
        run_for(io, 5ms);
        cut.resets();
    }
    run_for(io, 5ms);
    CHECK(server.received.messages.empty());
    tls_client client{io, server.at()};
    client.sends(framed("hello"));
    CHECK(server.receives(1));
}

TEST_CASE("a client is told when its connection is closed, and that of a client that closes has ended") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    tls_client told{io, server.at()};
    told.sends(framed(""));
    REQUIRE(server.receives(1));
    server.transport.stop();
    CHECK(told.ends());
    CHECK((SSL_get_shutdown(told.tls()) & SSL_RECEIVED_SHUTDOWN) != 0);

    REQUIRE(server.transport.listen(receiver_ref{server.received}));
    tls_client closing{io, server.at()};
    closing.sends(framed(""));
    SSL_shutdown(closing.tls());
    closing.move();
    CHECK(run_until(io, [&] { return server.received.ended.size() == 1; }));
    CHECK_FALSE(server.transport.send(server.received.ended[0], "x"));
}

TEST_CASE("a client gets the certificate of the domain that it names (R5922-7.8-a, R5922-6-a)") {
    asio::io_context io;
    const certificate first{"DNS:example.com,URI:sip:by-uri.example.com,URI:sip:a@ample.com"},
        second{"DNS:example.org,DNS:www.example.org"}, wild{"DNS:*.example.net"};
    listening server{io,
                     asio_tls_options{.certificate = first.file(),
                                      .key = first.key_file(),
                                      .others = {{second.file(), second.key_file()}, {wild.file(), wild.key_file()}}}};
    const auto shows = [&](const std::string& name, const certificate& expected) {
        tls_client client{io, server.at(), {.name = name}};
        REQUIRE(client.shakes_hands());
        return client.server_shows(expected);
    };
    CHECK(shows("example.com", first));
    CHECK(shows("EXAMPLE.org", second));
    CHECK(shows("www.example.org", second));
    CHECK(shows("a.example.net", wild));
    CHECK(shows("a.b.example.net", first));
    CHECK(shows("example.net", first));
    CHECK(shows("unknown.example.com", first));
    for (const auto* domain : {"example.com", "EXAMPLE.org", "www.example.org", "by-uri.example.com"})
        CHECK(server.transport.certifies(domain));
    for (const auto* domain : {"a.example.net", "example.net", "ample.com", "com", ""})
        CHECK_FALSE(server.transport.certifies(domain)); // a wildcard is for no domain of SIP
    CHECK(shows("", first));
}

TEST_CASE("certificates are read again while connections go on, and bad ones change nothing") {
    asio::io_context io;
    const certificate old{"DNS:example.com"}, fresh{"DNS:example.com"};
    listening server{io, old};
    tls_client before{io, server.at()};
    before.sends(framed("1"));
    REQUIRE(server.receives(1));
    const auto kept = server.received.messages[0].from;

    std::ofstream{old.key_file()} << "no key";
    const auto failed = server.transport.reload();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == errc::bad_certificate);
    CHECK(server.transport.fault().starts_with(old.key_file() + ": "));
    {
        tls_client meanwhile{io, server.at()};
        REQUIRE(meanwhile.shakes_hands());
        CHECK(meanwhile.server_shows(old));
    }
    fresh.replaces(old);
    REQUIRE(server.transport.reload());
    CHECK(server.transport.fault().empty());
    tls_client after{io, server.at()};
    REQUIRE(after.shakes_hands());
    CHECK(after.server_shows(fresh));
    CHECK(server.transport.send(kept, "still here"));
    CHECK(before.hears("still here"));
    before.sends(framed("2"));
    CHECK(server.receives(2));
}

TEST_CASE("a certificate that can't be read keeps the transport from listening, and it says which") {
    asio::io_context io;
    const certificate one{"DNS:example.com"}, other{"DNS:example.org"};
    sipwhere_test::stream_receiver nobody;
    const auto fault_of = [&](const asio_tls_options& options) {
        asio_tls_transport transport{io, "127.0.0.1", 0, options};
        const auto made = transport.listen(receiver_ref{nobody});
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::bad_certificate);
        CHECK(transport.failed_at() == transport.fault());
        return transport.fault();
    };
    CHECK(fault_of({.certificate = "/nowhere.pem", .key = one.key_file()}).starts_with("/nowhere.pem: "));
    CHECK(fault_of({.certificate = one.file(), .key = "/nowhere.key"}).starts_with("/nowhere.key: "));
    CHECK(fault_of({.certificate = one.file(), .key = other.key_file()}).starts_with(other.key_file() + ": "));
    CHECK(fault_of({.certificate = one.file(), .key = one.key_file(), .client_ca = "/no.ca"}).starts_with("/no.ca: "));
    CHECK(fault_of({.certificate = one.file(), .key = one.key_file(), .others = {{"/no.pem", ""}}})
              .starts_with("/no.pem: "));
    asio_tls_transport without{io}; // a listener
    CHECK(without.listen(receiver_ref{nobody}));
}

/// Keeps the session that a server has given to a client.
struct kept_session {
    SSL_SESSION* session = nullptr;
    explicit kept_session(tls_client& client) : session(SSL_get1_session(client.tls())) {}
    kept_session(const kept_session&) = delete;
    auto operator=(const kept_session&) -> kept_session& = delete;
    ~kept_session() { SSL_SESSION_free(session); }
};

TEST_CASE("a session goes on in a new connection, also when certificates have been read again") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    server.received.on_message = [&](const datagram& got) { (void)server.transport.send(got.from, "answer"); };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_client first{io, server.at(), {.version = version}};
        first.sends(framed(""));
        REQUIRE(first.hears("answer")); // and the ticket before it
        const kept_session session{first};
        REQUIRE(server.transport.reload());
        tls_client second{io, server.at(), {.version = version, .resumes = session.session}};
        second.sends(framed(""));
        REQUIRE(second.hears("answer"));
        CHECK(SSL_session_reused(second.tls()) == 1);
    }
}

TEST_CASE("the domains of a client's certificate are told: SIP URIs, or DNS names without such (R5922-7.1-a)") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"}, root{""}, other_root{""};
    const asio_tls_options asking{.certificate = shown.file(), .key = shown.key_file(), .client_ca = root.file()};
    listening server{io, asking};
    const auto domains = [&](const certificate* shows) -> std::string {
        const auto before = server.received.messages.size();
        tls_client client{io, server.at(), {.shows = shows}};
        if (!client.shakes_hands()) return "refused";
        client.sends(framed(""));
        if (!run_until(io,
                       [&] { return client.move(), client.has_ended || server.received.messages.size() > before; }) ||
            client.has_ended)
            return "refused";
        return std::string{server.transport.peer_domains(server.received.messages.back().from)};
    };
    CHECK(domains(nullptr).empty());
    const certificate by_name{"DNS:Gate.Example.org,DNS:example.org", &root};
    CHECK(domains(&by_name) == "gate.example.org example.org");
    const certificate by_uri{"DNS:gate.example.org,URI:sip:example.org,URI:SIP:example.net,URI:sip:alice@example.com,"
                             "URI:https://example.com",
                             &root};
    CHECK(domains(&by_uri) == "example.org example.net");
    const certificate nameless{"", &root};
    CHECK(domains(&nameless).empty());
    const certificate of_user{"URI:sip:alice@example.org", &root};
    CHECK(domains(&of_user).empty());
    const certificate of_other{"DNS:example.org", &other_root};
    CHECK(domains(&of_other) == "refused");
    const certificate expired{"DNS:example.org", &root, -3600};
    CHECK(domains(&expired) == "refused");
    const certificate of_server{"DNS:example.org", &root, 3600, "serverAuth"};
    CHECK(domains(&of_server) == "refused");
    CHECK(server.transport.peer_domains({}).empty());

    auto strict = asking;
    strict.require_client_certificate = true;
    listening demanding{io, strict};
    tls_client without{io, demanding.at(), {.version = TLS1_2_VERSION}};
    CHECK_FALSE(without.shakes_hands());
    tls_client with{io, demanding.at(), {.shows = &by_name, .version = TLS1_2_VERSION}};
    CHECK(with.shakes_hands());
}

TEST_CASE("a session that is resumed keeps the certificate that its client has shown") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"}, root{""};
    const certificate own{"DNS:example.org", &root};
    listening server{io, {.certificate = shown.file(), .key = shown.key_file(), .client_ca = root.file()}};
    server.received.on_message = [&](const datagram& got) {
        CHECK(server.transport.peer_domains(got.from) == "example.org");
        (void)server.transport.send(got.from, "answer");
    };
    tls_client first{io, server.at(), {.shows = &own}};
    first.sends(framed(""));
    REQUIRE(first.hears("answer"));
    const kept_session session{first};
    {
        tls_client second{io, server.at(), {.resumes = session.session}};
        second.sends(framed(""));
        REQUIRE(second.hears("answer"));
        CHECK(SSL_session_reused(second.tls()) == 1);
    }
    REQUIRE(server.transport.reload()); // by which its root may have gone
    tls_client third{io, server.at(), {.shows = &own, .resumes = session.session}};
    third.sends(framed(""));
    REQUIRE(third.hears("answer"));
    CHECK(SSL_session_reused(third.tls()) == 0);
}

TEST_CASE("so many handshakes go on at a time, and others wait without loss; who dawdles makes way") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{
        io,
        {.certificate = shown.file(), .key = shown.key_file(), .max_handshakes = 3, .streams = {.message_time = 8s}}};
    std::deque<stream_client> dawdlers;
    for (int i = 0; i < 3; ++i) dawdlers.emplace_back(io, server.at());
    REQUIRE(run_until(io, [&] { return server.transport.connections() == 3; }));
    tls_client waiting{io, server.at()};
    run_for(io, 30ms);
    CHECK(server.transport.connections() == 3);
    dawdlers.pop_front();
    REQUIRE(waiting.shakes_hands());
    waiting.sends(framed("1"));
    CHECK(server.receives(1));

    dawdlers.emplace_back(io, server.at());
    tls_client second{io, server.at()};
    bool is_done = false; // after an eighth of the time that a message may take, at the next look
    for (int i = 0; i < 3 && !is_done; ++i) is_done = second.shakes_hands();
    CHECK(is_done);
}

TEST_CASE("a client that exchanges its keys over and over keeps nobody waiting") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    server.received.on_message = [&](const datagram& got) { (void)server.transport.send(got.from, got.bytes); };
    tls_client client{io, server.at(), {.version = TLS1_3_VERSION}}, other{io, server.at()};
    REQUIRE(client.shakes_hands());
    REQUIRE(other.shakes_hands());
    for (int i = 0; i < 500; ++i) {
        SSL_key_update(client.tls(), SSL_KEY_UPDATE_NOT_REQUESTED);
        (void)SSL_do_handshake(client.tls());
    }
    client.move();
    other.sends(framed("other"));
    std::size_t handlers = 0;
    io.restart();
    while (server.received.messages.empty() && io.poll_one() != 0) ++handlers;
    CHECK(server.received.messages.size() == 1); // before all of these were read
    CHECK(handlers < 400);
    SSL_key_update(client.tls(), SSL_KEY_UPDATE_NOT_REQUESTED); // which comes by one read with what follows it
    client.sends(framed("still here"));
    CHECK(client.hears("still here"));
}

TEST_CASE("renegotiation is refused") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, shown};
    tls_client client{io, server.at(), {.version = TLS1_2_VERSION}};
    client.sends(framed("1"));
    REQUIRE(server.receives(1));
    SSL_renegotiate(client.tls());
    (void)SSL_do_handshake(client.tls());
    client.move();
    run_for(io, 5ms);
    client.move();
    CHECK((client.has_ended || SSL_is_init_finished(client.tls()) == 0));
}

TEST_CASE("a client that does not read within TLS loses its connection as well, and no signal comes") {
    asio::io_context io;
    const certificate shown{"DNS:example.com"};
    listening server{io, {.certificate = shown.file(), .key = shown.key_file(), .streams = {.max_waiting = 100'000}}};
    server.received.on_message = [&](const datagram& got) {
        for (int i = 0; i < 100'000 && server.transport.send(got.from, std::string(1000, 'x')); ++i) {
        }
    };
    tls_client deaf{io, server.at()};
    deaf.sends(framed(""));
    deaf.plain().reads = false;
    REQUIRE(run_until(io, [&] { return server.received.ended.size() == 1; }));
    tls_client gone{io, server.at()};
    gone.sends(framed(""));
    gone.plain().resets();
    CHECK(run_until(io, [&] { return server.received.ended.size() == 2; }));
}

} // namespace asio_tls_transport_test

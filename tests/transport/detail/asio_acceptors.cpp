// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_acceptors.hpp>

#include <support/stream_client.hpp>
#include <support/stream_receiver.hpp>
#include <support/tcp_listening.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <ctime>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

namespace asio_acceptors_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::framed;
using sipwhere_test::run_for;
using sipwhere_test::run_until;
using sipwhere_test::stream_client;
using listening = sipwhere_test::tcp_listening;

TEST_CASE("no more connections are kept than may be, of one network and in all") {
    asio::io_context io;
    listening server{io, {.max_connections = 5, .max_of_network = 3}};
    std::deque<stream_client> clients;
    for (int i = 0; i < 4; ++i) clients.emplace_back(io, server.at());
    CHECK(clients[3].ends());
    CHECK(server.transport.connections() == 3);
    clients.pop_front();
    REQUIRE(server.loses(1));
    clients.emplace_back(io, server.at());
    clients.back().sends(framed(""));
    CHECK(server.receives(1));

    listening narrow{io, {.max_connections = 2, .max_of_network = 0}};
    std::deque<stream_client> few;
    for (int i = 0; i < 3; ++i) few.emplace_back(io, narrow.at());
    CHECK(few[2].ends());
    CHECK(narrow.transport.connections() == 2);
}

TEST_CASE("a port that is taken, or an address that is none, is told with its listener") {
    asio::io_context io;
    listening server{io};
    sipwhere_test::stream_receiver nobody;
    asio_tcp_transport second{io, "127.0.0.1", server.at().port};
    const auto taken = second.listen(receiver_ref{nobody});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == errc::address_in_use);
    CHECK(second.failed_at() == "127.0.0.1:" + std::to_string(server.at().port));
    asio_tcp_transport nowhere{io, "nowhere", 0};
    const auto bad = nowhere.listen(receiver_ref{nobody});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code == errc::bad_address);
    asio_tcp_transport without{io};
    CHECK(without.listen(receiver_ref{nobody}));
    CHECK(without.endpoints().empty());
}

TEST_CASE("it listens on several addresses, of both versions, and several may share a port") {
    asio::io_context io;
    sipwhere_test::stream_receiver received;
    asio_tcp_transport server{io, "127.0.0.1", 0};
    server.add("[::1]", 0);
    REQUIRE(server.listen(receiver_ref{received}));
    stream_client v4{io, server.endpoints()[0]}, v6{io, server.endpoints()[1]};
    v4.sends(framed("4"));
    v6.sends(framed("6"));
    REQUIRE(run_until(io, [&] { return received.messages.size() == 2; }));
    for (const auto& each : received.messages) {
        const bool is_v6 = each.bytes == framed("6");
        CHECK(each.from.listener == (is_v6 ? 1 : 0));
        CHECK(each.from.local == server.endpoints()[is_v6 ? 1 : 0]);
    }
    listening shared{io, {.reuse_port = true}};
    sipwhere_test::stream_receiver other;
    asio_tcp_transport beside{io, "127.0.0.1", shared.at().port, {.reuse_port = true}};
    CHECK(beside.listen(receiver_ref{other}));
}

TEST_CASE("an IPv6 wildcard takes IPv4 too, whose addresses are told as such") {
    asio::io_context io;
    sipwhere_test::stream_receiver received;
    asio_tcp_transport server{io, "::", 0};
    REQUIRE(server.listen(receiver_ref{received}));
    stream_client client{io, {ip_address::v4({127, 0, 0, 1}), server.endpoints()[0].port}};
    REQUIRE(client.is_connected());
    client.sends(framed(""));
    REQUIRE(run_until(io, [&] { return received.messages.size() == 1; }));
    CHECK(received.messages[0].from.remote.address == ip_address::v4({127, 0, 0, 1}));
    CHECK(received.messages[0].from.local.address == ip_address::v4({127, 0, 0, 1}));
}

TEST_CASE("where the system has no descriptors left it waits, and goes on when there are some") {
    asio::io_context io;
    listening server{io};
    std::vector<std::unique_ptr<stream_client>> clients;
    clients.push_back(std::make_unique<stream_client>(io, server.at()));
    clients.back()->sends(framed("first"));
    REQUIRE(server.receives(1));
    ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    asio::ip::tcp::socket waiting{io, asio::ip::tcp::v4()}; // with a descriptor of its own
    auto none = before;
    none.rlim_cur = static_cast<::rlim_t>(waiting.native_handle()) + 1;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    asio::error_code failed;
    waiting.connect({asio::ip::address_v4::loopback(), server.at().port}, failed);
    const auto busy = [&] {
        const auto begin = std::clock();
        run_for(io, 50ms);
        return std::clock() - begin;
    }();
    clients[0]->sends(framed("second"));
    const bool serves = server.receives(2);
    const auto connections = server.transport.connections();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_FALSE(failed);
    CHECK(serves);
    CHECK(connections == 1);
    CHECK(busy < CLOCKS_PER_SEC / 40); // it does not spin
    CHECK(run_until(io, [&] { return server.transport.connections() == 2; }));
}

TEST_CASE("a connection of a balancer begins with whom it is of, in whatever pieces that comes") {
    asio::io_context io;
    listening server{io, {.max_of_network = 1, .proxies = {ip_address::v4({127, 0, 0, 1})}}};
    stream_client client{io, server.at()};
    const std::string header = "PROXY TCP4 192.0.2.1 198.51.100.7 40000 5060\r\n";
    for (const char c : header) {
        client.sends(std::string_view{&c, 1});
        run_for(io, 1ms);
    }
    client.sends(framed("hello"));
    REQUIRE(server.receives(1));
    const auto from = server.received.messages[0].from;
    CHECK(from.remote.address == ip_address::v4({192, 0, 2, 1}));
    CHECK(from.remote.port == 40000);
    CHECK(from.local.address == ip_address::v4({198, 51, 100, 7}));
    CHECK(server.received.messages[0].bytes == framed("hello"));
    CHECK(server.transport.send(from, "answer"));
    CHECK(client.hears("answer"));

    stream_client same{io, server.at()}; // of the same network, which may have no more
    same.sends("PROXY TCP4 192.0.2.9 198.51.100.7 40000 5060\r\n" + framed(""));
    CHECK(same.ends());
    stream_client other{io, server.at()};
    other.sends("PROXY TCP4 203.0.113.9 198.51.100.7 40000 5060\r\n" + framed("other"));
    CHECK(server.receives(2));
    for (const auto* wrong : {"OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n", "PROXY TCP4 x\r\n"}) {
        stream_client liar{io, server.at()};
        liar.sends(wrong);
        CHECK(liar.ends());
    }
    stream_client cut{io, server.at()};
    cut.sends("PROXY TCP4 192.0.2.1");
    run_for(io);
    cut.finishes();
    CHECK(cut.ends());
    CHECK(server.received.messages.size() == 2);
}

TEST_CASE("a header of a balancer from anybody else is no SIP") {
    asio::io_context io;
    listening server{io};
    stream_client client{io, server.at()};
    client.sends("PROXY TCP4 192.0.2.1 198.51.100.7 40000 5060\r\n" + framed(""));
    REQUIRE(server.receives(1));
    CHECK(server.received.messages[0].from.remote.address == ip_address::v4({127, 0, 0, 1}));
    CHECK(server.received.messages[0].bytes.starts_with("PROXY"));
}

} // namespace asio_acceptors_test

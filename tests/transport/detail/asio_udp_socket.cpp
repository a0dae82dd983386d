// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_udp_socket.hpp>

#include <support/asio_peer.hpp>
#include <support/skip.hpp>

#include <doctest/doctest.h>

#include <net/if.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace {

using namespace sipwhere;
using sipwhere_test::asio_batched_peer;
using sipwhere_test::asio_peer;

constexpr auto localhost = ip_address::v4({127, 0, 0, 1});
constexpr auto localhost_v6 = ip_address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

/// Sends a datagram to one address of a server and sees that it answers from there.
template <typename Peer>
void check_answer_from(Peer& server, const ip_address& asked, std::string_view client_address) {
    Peer client{server.io, client_address};
    server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, "pong")); };

    REQUIRE(client.sends({asked, server.at().port}, "ping"));
    REQUIRE(client.receives(1));

    CHECK(server.received.messages.back().from.remote == client.at());
    CHECK(server.received.messages.back().from.local == endpoint{asked, server.at().port});
    CHECK(client.received.messages.back().from.remote == endpoint{asked, server.at().port});
}

TEST_CASE_TEMPLATE("on a wildcard address the answer leaves from the address that was asked", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "0.0.0.0"};
    check_answer_from(server, ip_address::v4({127, 0, 0, 2}), "127.0.0.1");
    check_answer_from(server, ip_address::v4({127, 0, 0, 3}), "127.0.0.9");
}

TEST_CASE_TEMPLATE("an IPv6 wildcard socket serves IPv4 too, and shows it as IPv4", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "::"};
    check_answer_from(server, ip_address::v4({127, 0, 0, 2}), "127.0.0.1");
    check_answer_from(server, localhost_v6, "::1");
}

TEST_CASE_TEMPLATE("an address that the host no longer has can't be answered from", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "0.0.0.0"};
    Peer client{io};
    const endpoint gone{ip_address::v4({198, 51, 100, 1}), server.at().port};
    CHECK_FALSE(server.transport.send({.remote = client.at(), .local = gone}, "x"));
}

TEST_CASE_TEMPLATE("an address of the other IP version is no source to choose", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "::"};
    Peer client{io};
    REQUIRE(server.transport.send({.remote = client.at(), .local = {localhost_v6, 5060}}, "x"));
    CHECK(client.receives(1));
}

TEST_CASE_TEMPLATE("a mapped IPv4 address is listened on as IPv4", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "::ffff:127.0.0.1"};
    CHECK(server.at().address == localhost);
    check_answer_from(server, localhost, "127.0.0.1");
}

/// Returns: an address of this host that counts on one interface alone, with that interface; port 0 if there is none.
[[nodiscard]] auto own_link_local(std::uint16_t port) -> asio::ip::udp::endpoint {
    asio::ip::udp::endpoint made;
    ::ifaddrs* list = nullptr;
    REQUIRE(::getifaddrs(&list) == 0);
    for (const auto* each = list; each != nullptr; each = each->ifa_next) {
        const auto address = detail::address_in(each->ifa_addr);
        const auto bytes = address.bytes();
        if (bytes.size() == 16 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)
            made = detail::to_asio({address, port}, address_family::ipv6, ::if_nametoindex(each->ifa_name));
    }
    ::freeifaddrs(list);
    return made;
}

TEST_CASE_TEMPLATE("a link-local peer is answered through the interface it came by, which its listener's number tells",
                   Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "::"};
    const auto at_server = own_link_local(server.at().port);
    if (at_server.port() == 0) return sipwhere_test::skip("no interface has a link-local address");
    server.received.on_message = [&](const datagram& got) { CHECK(server.transport.send(got.from, "pong")); };
    asio::ip::udp::socket client{io, asio::ip::udp::v6()};
    client.non_blocking(true);

    for (std::size_t i = 0; i < 2; ++i) {
        client.send_to(asio::buffer("ping", 4), at_server);
        REQUIRE(server.receives(i + 1));

        std::array<char, 8> answer{};
        asio::ip::udp::endpoint from;
        asio::error_code failed;
        CHECK(client.receive_from(asio::buffer(answer), from, 0, failed) == 4);
        CHECK(from == at_server);
        CHECK(server.received.messages[i].from.local == detail::from_asio(at_server));
        CHECK(server.received.messages[i].from.listener == 1);
    }
}

/// A socket in a multicast group on the loopback interface, that reads the hops left to what it receives.
class group_member {
public:
    explicit group_member(asio::io_context& io) : socket_(io, asio::ip::udp::v4()) {
        const auto group = asio::ip::make_address_v4("239.255.77.77");
        socket_.bind({asio::ip::address_v4::any(), 0});
        socket_.set_option(asio::ip::multicast::join_group{group, asio::ip::address_v4::loopback()});
        const int on = 1;
        REQUIRE(::setsockopt(socket_.native_handle(), IPPROTO_IP, IP_RECVTTL, &on, sizeof on) == 0);
    }

    [[nodiscard]] auto at() const -> endpoint {
        return {ip_address::v4({239, 255, 77, 77}), socket_.local_endpoint().port()};
    }

    /// Returns: the hops left to the next datagram, -1 if there is none.
    [[nodiscard]] auto hops_of_next() -> int {
        std::array<char, 16> bytes{};
        alignas(::cmsghdr) std::array<unsigned char, 64> control{};
        ::iovec piece{bytes.data(), bytes.size()};
        ::msghdr message{};
        message.msg_iov = &piece;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        if (::recvmsg(socket_.native_handle(), &message, MSG_DONTWAIT) < 0) return -1;
        int hops = -1;
        std::memcpy(&hops, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof hops);
        return hops;
    }

private:
    asio::ip::udp::socket socket_;
};

TEST_CASE_TEMPLATE("an answer to a multicast group goes as many hops as its way says, or one (RFC 3261 §18.2.2)", Peer,
                   asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io};
    group_member member{io};
    constexpr std::array<std::uint8_t, 3> hops{5, 0, 7};
    const auto send_all = [&] {
        for (const auto asked : hops)
            CHECK(server.transport.send({.remote = member.at(), .local = server.at(), .multicast_ttl = asked}, "x"));
    };
    SUBCASE("at any time") { send_all(); }
    SUBCASE("while it receives") {
        server.received.on_message = [&](const datagram&) { send_all(); };
        REQUIRE(server.sends(server.at(), "go"));
        REQUIRE(server.receives(1));
    }
    for (const auto asked : hops) CHECK(member.hops_of_next() == (asked == 0 ? 1 : asked));
}

TEST_CASE_TEMPLATE("a datagram to a multicast group is answered from the host's own address", Peer, asio_peer,
                   asio_batched_peer) {
    asio::io_context io;
    asio::ip::udp::socket asker{io, {asio::ip::address_v4::loopback(), 0}};
    asio::ip::udp::socket joined{io, asio::ip::udp::v4()};
    Peer server{io, "0.0.0.0"};
    const auto group = asio::ip::make_address_v4("239.255.77.77");
    // The group is joined by another socket; the system hands its datagrams to all sockets on the port.
    joined.set_option(asio::ip::multicast::join_group{group, asio::ip::address_v4::loopback()});
    asker.set_option(asio::ip::multicast::outbound_interface{asio::ip::address_v4::loopback()});
    asker.send_to(asio::buffer("ping", 4), {group, server.at().port});

    REQUIRE(server.receives(1));
    CHECK(server.received.messages[0].from.local.address == localhost);
    CHECK(server.transport.send(server.received.messages[0].from, "pong"));
}

#if defined(IP_PMTUDISC_DO) && defined(IPV6_PMTUDISC_DO)
/// Returns: how the system looks for what the path of a socket's datagrams takes.
auto path_rule_of(const char* address, detail::ip_versions versions, detail::fragments rule, int level, int name)
    -> int {
    asio::io_context io;
    detail::asio_udp_socket socket{io.get_executor()};
    REQUIRE_FALSE(socket.open({asio::ip::make_address(address), 0}, versions, 0, detail::port_use::exclusive, rule));
    int found = -1;
    ::socklen_t size = sizeof found;
    REQUIRE(::getsockopt(socket.handle(), level, name, &found, &size) == 0);
    return found;
}

TEST_CASE("a socket sends fragments unless it is told not to") {
    using detail::fragments;
    using detail::ip_versions;
    const auto of_ipv4 = [](const char* address, ip_versions versions, fragments rule) {
        return path_rule_of(address, versions, rule, IPPROTO_IP, IP_MTU_DISCOVER);
    };
    const auto of_ipv6 = [](const char* address, ip_versions versions, fragments rule) {
        return path_rule_of(address, versions, rule, IPPROTO_IPV6, IPV6_MTU_DISCOVER);
    };
    CHECK(of_ipv4("127.0.0.1", ip_versions::one, fragments::never) == IP_PMTUDISC_DO);
    CHECK(of_ipv4("127.0.0.1", ip_versions::one, fragments::allowed) != IP_PMTUDISC_DO);
    CHECK(of_ipv6("::", ip_versions::both, fragments::never) == IPV6_PMTUDISC_DO);
    CHECK(of_ipv4("::", ip_versions::both, fragments::never) == IP_PMTUDISC_DO);
    CHECK(of_ipv6("::1", ip_versions::one, fragments::never) == IPV6_PMTUDISC_DO);
    CHECK(of_ipv6("::1", ip_versions::one, fragments::allowed) != IPV6_PMTUDISC_DO);
}

TEST_CASE_TEMPLATE("a transport that sends no fragments serves as any other", Peer, asio_peer, asio_batched_peer) {
    asio::io_context io;
    Peer server{io, "127.0.0.1", {.never_fragment = true}};
    check_answer_from(server, localhost, "127.0.0.1");
}
#endif

} // namespace

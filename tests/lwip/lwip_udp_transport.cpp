// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/lwip_udp_transport.hpp>

#include "listener.hpp"
#include "wire.hpp"

#include <doctest/doctest.h>

#include <lwip/igmp.h>
#include <lwip/mld6.h>

#include <list>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;

TEST_CASE("a datagram tells its way, and the answer goes back that way whatever the routes say") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        wire other_net{each.also_here};
        netif_set_default(&other_net.nic());
        listener server;

        net.deliver({{each.far_peer, 5070}, {each.also_here, 5060}, "ping"});

        const auto& got = server.only();
        CHECK(got.bytes == "ping");
        CHECK(got.from.remote == endpoint{each.far_peer, 5070});
        CHECK(got.from.local == endpoint{each.also_here, 5060});
        CHECK(got.from.listener == net.index());
        REQUIRE(server.transport.send(got.from, "pong"));
        CHECK(other_net.sent.empty());
        REQUIRE(net.sent.size() == 1);
        CHECK(net.sent[0] == udp_packet{{each.also_here, 5060}, {each.far_peer, 5070}, "pong", UDP_TTL});
    }
}

TEST_CASE("what names no interface and no address of ours leaves by lwIP's routes") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        wire other_net{each.also_here};
        netif_set_default(&other_net.nic());
        listener server;

        REQUIRE(server.transport.send({.remote = {each.peer, 5070}}, "near"));
        REQUIRE(net.sent.size() == 1);
        CHECK(net.sent[0].from == endpoint{each.here, 5060});
        CHECK(server.transport.send({.remote = {each.peer, 5070}, .local = {each.any, 5060}}, "near"));
        CHECK(net.sent.back().from.address == each.here);
        CHECK(other_net.sent.empty());
    }
}

TEST_CASE("send is false where no interface leads") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener server;
        CHECK_FALSE(server.transport.send({.remote = {each.far_peer, 5070}}, "no route"));
        const sipwhere::flow flow{.remote = {each.peer, 5070}, .local = {each.here, 5060}, .listener = net.index()};
        CHECK(server.transport.send(flow, "x"));
        auto none = flow;
        none.listener = 200;
        CHECK_FALSE(server.transport.send(none, "no such interface"));
        none.listener = static_cast<std::uint16_t>(flow.listener + 256);
        CHECK_FALSE(server.transport.send(none, "no such interface"));
        auto stolen = flow;
        stolen.local.address = each.far_peer;
        CHECK_FALSE(server.transport.send(stolen, "not our address"));
        auto tcp = flow;
        tcp.over = protocol::tcp;
        CHECK_FALSE(server.transport.send(tcp, "not UDP"));
        netif_set_link_down(&net.nic());
        CHECK_FALSE(server.transport.send(flow, "the cable is out"));
        netif_set_link_up(&net.nic());
        netif_set_down(&net.nic());
        CHECK_FALSE(server.transport.send(flow, "down"));
        server.transport.stop();
        netif_set_up(&net.nic());
        CHECK_FALSE(server.transport.send(flow, "stopped"));
        CHECK(net.sent.size() == 1);
    }
}

TEST_CASE("send is false while lwIP has no memory, and for what no datagram can hold") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener server;
        const sipwhere::flow flow{.remote = {each.peer, 5070}};
        std::list<pbuf*> hoard;
        while (auto* const taken = pbuf_alloc(PBUF_RAW, 100, PBUF_RAM)) hoard.push_back(taken);

        CHECK_FALSE(server.transport.send(flow, "an answer that needs some memory"));
        for (auto* const taken : hoard) pbuf_free(taken);
        CHECK(server.transport.send(flow, "an answer that needs some memory"));
        CHECK_FALSE(server.transport.send(flow, std::string(MEM_SIZE, 'x')));
        CHECK_FALSE(server.transport.send(flow, std::string(65508, 'x')));
        CHECK_FALSE(server.transport.send(flow, std::string(65536 + 4, 'x')));
        CHECK(net.sent.size() == 1);
    }
}

TEST_CASE("a datagram in many pbufs arrives whole") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener server;
        std::string long_one;
        while (long_one.size() < 1400) long_one += std::to_string(long_one.size()) + ' ';
        const auto send = [&](const std::string& bytes) -> udp_packet {
            return {{each.peer, 5070}, {each.here, 5060}, bytes};
        };
        const std::size_t headers = each.here.family() == address_family::ipv4 ? 28 : 48;

        net.deliver(send(long_one));
        net.deliver(send(long_one), {headers}); // nothing but headers in the first
        net.deliver(send(long_one), {headers + 1, 0, 200});
        net.deliver(send("short"));
        net.deliver(send(""));
        net.deliver(send(""), {headers});

        CHECK(server.received.texts() == std::vector<std::string>{long_one, long_one, long_one, "short", "", ""});
    }
}

TEST_CASE("a datagram longer than the largest is dropped and counted") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener<lwip_udp_transport<300>> server;
        const auto deliver = [&](std::size_t size) {
            net.deliver({{each.peer, 5070}, {each.here, 5060}, std::string(size, 'x')});
            net.deliver({{each.peer, 5070}, {each.here, 5060}, std::string(size, 'x')}, {});
        };

        deliver(300);
        CHECK(server.received.messages.size() == 2);
        CHECK(server.transport.too_long() == 0);
        deliver(301);
        CHECK(server.received.messages.size() == 2);
        CHECK(server.transport.too_long() == 2);
    }
}

TEST_CASE("is_own knows what comes back to it") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener everywhere;
        listener anywhere{each.any, 5061};
        listener somewhere{each.loopback, 5062};
        const auto& all = everywhere.transport;

        CHECK(all.is_own({each.here, 5060}));
        CHECK(all.is_own({each.loopback, 5060}));
        CHECK(all.is_own({each.any, 5060}));
        CHECK_FALSE(all.is_own({each.here, 5061}));
        CHECK_FALSE(all.is_own({each.also_here, 5060}));
        CHECK_FALSE(all.is_own({ip_address{}, 5060}));
        CHECK(anywhere.transport.is_own({each.here, 5061}));
        CHECK_FALSE(anywhere.transport.is_own({each.also_here, 5061}));
        const bool v4_first = each.here.family() == address_family::ipv4;
        CHECK_FALSE(anywhere.transport.is_own({v4_first ? v6("::1") : v4(127, 0, 0, 1), 5061}));
        CHECK(somewhere.transport.is_own({each.loopback, 5062}));
        CHECK(somewhere.transport.is_own({each.any, 5062}));
        CHECK_FALSE(somewhere.transport.is_own({each.here, 5062}));

        wire second{each.also_here};
        CHECK(all.is_own({each.also_here, 5060}));
        everywhere.transport.stop();
        CHECK_FALSE(all.is_own({each.here, 5060}));
    }
}

#if LWIP_IPV6
TEST_CASE("is_own does not know an address that may be another's still (RFC 4862 §5.4)") {
    lwip_stack stack;
    wire net{v6("2001:db8::1")};
    listener server;

    CHECK(server.transport.is_own({v6("2001:db8::1"), 5060}));
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; ++i) netif_ip6_addr_set_state(&net.nic(), i, IP6_ADDR_TENTATIVE);
    CHECK_FALSE(server.transport.is_own({v6("2001:db8::1"), 5060}));
}
#endif

#if LWIP_IPV4
TEST_CASE("a datagram to all is answered from the interface's own address") {
    lwip_stack stack;
    wire net{v4(192, 0, 2, 1)};
    listener server;

    net.deliver({{v4(192, 0, 2, 9), 5070}, {v4(192, 0, 2, 255), 5060}, "to the network"});
    net.deliver({{v4(192, 0, 2, 9), 5070}, {v4(255, 255, 255, 255), 5060}, "to all"});

    REQUIRE(server.received.messages.size() == 2);
    for (const auto& got : server.received.messages) {
        CHECK(got.from.local == endpoint{v4(192, 0, 2, 1), 5060});
        CHECK(server.transport.send(got.from, "answer"));
    }
    CHECK(net.sent.size() == 2);
}
#endif

#if LWIP_MULTICAST_TX_OPTIONS
TEST_CASE("a datagram to a group is answered from the interface's own address (RFC 3261 §10.2.6)") {
    for (const auto& each : families()) {
        lwip_stack stack;
        const bool is_v4 = each.here.family() == address_family::ipv4;
        const auto group = is_v4 ? v4(224, 0, 1, 75) : v6("ff05::1:3");
        wire net{each.here};
        ip_addr_t joined{};
        REQUIRE(detail::to_lwip(group, joined));
#if LWIP_IPV4
        if (is_v4) REQUIRE(igmp_joingroup_netif(&net.nic(), ip_2_ip4(&joined)) == ERR_OK);
#endif
#if LWIP_IPV6
        if (!is_v4) REQUIRE(mld6_joingroup_netif(&net.nic(), ip_2_ip6(&joined)) == ERR_OK);
#endif
        listener server;

        net.deliver({{each.peer, 5070}, {group, 5060}, "who is there"});

        const auto& got = server.only();
        CHECK(got.from.local == endpoint{each.here, 5060});
        REQUIRE(server.transport.send(got.from, "me"));
        CHECK(net.sent.back() == udp_packet{{each.here, 5060}, {each.peer, 5070}, "me", UDP_TTL});
    }
}
#endif

TEST_CASE("what is sent to a group goes as far as it is told, else one hop (RFC 3261 §18.2.2)") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener server;
        const bool is_v4 = each.here.family() == address_family::ipv4;
        sipwhere::flow flow{.remote = {is_v4 ? v4(224, 0, 1, 75) : v6("ff05::1:3"), 5060},
                            .local = {each.here, 5060},
                            .listener = net.index()};

        REQUIRE(server.transport.send(flow, "near"));
        flow.multicast_ttl = 16;
        REQUIRE(server.transport.send(flow, "far"));
        flow.remote.address = each.peer;
        REQUIRE(server.transport.send(flow, "to one"));

        REQUIRE(net.sent.size() == 3);
        CHECK(net.sent[0].hops == 1);
        CHECK(net.sent[1].hops == 16);
        CHECK(net.sent[2].hops == UDP_TTL);
    }
}

#if LWIP_IPV6
TEST_CASE("link-local peers are answered on their own link (RFC 4007 §9)") {
    lwip_stack stack;
    wire first{v6("2001:db8:1::1")}, second{v6("2001:db8:2::1")};
    first.also(v6("fe80::1"));
    second.also(v6("fe80::1"));
    listener server;
    const udp_packet asked{{v6("fe80::9"), 5070}, {v6("fe80::1"), 5060}, "which link"};

    first.deliver(asked);
    second.deliver(asked);

    REQUIRE(server.received.messages.size() == 2);
    for (const auto& got : server.received.messages) {
        CHECK(got.from.remote == asked.from);
        CHECK(got.from.local == asked.to);
        CHECK(server.transport.send(got.from, "this"));
    }
    const udp_packet answered{asked.to, asked.from, "this", UDP_TTL};
    CHECK(first.sent == std::vector{answered});
    CHECK(second.sent == std::vector{answered});
}
#endif

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/lwip_udp_transport.hpp>

#include "listener.hpp"
#include "wire.hpp"

#include <sipwhere/testing/transport_laws.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <list>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using namespace sipwhere_test;

TEST_CASE("it keeps the laws of a transport, over lwIP's loopback interface") {
    for (const auto& each : families()) {
        lwip_stack stack;
        lwip_udp_transport one{each.loopback, 5060}, other{each.loopback, 5061};

        const auto breaches = testing::check_transport_laws<lwip_udp_transport<>>(
            one, other, [](const lwip_udp_transport<>& of) { return of.bound(); }, [&] { stack.run_for(10); },
            [](const testing::breach& found) { MESSAGE(found.law << ", tried: " << found.where); });

        CHECK(breaches == 0);
    }
}

TEST_CASE("the receiver may stop the transport, which then hears nothing") {
    for (const auto& each : families()) {
        lwip_stack stack;
        wire net{each.here};
        listener server;
        server.received.on_message = [&](const datagram& got) {
            server.transport.stop();
            CHECK_FALSE(server.transport.send(got.from, "too late"));
        };

        net.deliver({{each.peer, 5070}, {each.here, 5060}, "one"});
        net.deliver({{each.peer, 5070}, {each.here, 5060}, "two"});

        CHECK(server.received.texts() == std::vector<std::string>{"one"});
        server.received.on_message = [](const datagram&) {};
        CHECK(server.transport.listen(receiver_ref{server.received}));
        net.deliver({{each.peer, 5070}, {each.here, 5060}, "three"});
        CHECK(server.received.texts() == std::vector<std::string>{"one", "three"});
    }
}

TEST_CASE("listen fails where lwIP can't, and leaves nothing behind") {
    lwip_stack stack;
    recording_receiver received;
    const auto at = families().front().loopback;
    listener server{at, 5060};
    CHECK(server.transport.listen(receiver_ref{received}).error().code == errc::already_started);

    lwip_udp_transport second{at, 5060};
    CHECK(second.listen(receiver_ref{received}).error().code == errc::address_in_use);
    CHECK(second.bound() == endpoint{at, 0});
    server.transport.stop();
    CHECK(second.listen(receiver_ref{received}));
    second.stop();

    std::list<udp_pcb*> pcbs;
    while (auto* const taken = udp_new()) pcbs.push_back(taken);
    CHECK(second.listen(receiver_ref{received}).error().code == errc::transport_failed);
    for (auto* const taken : pcbs) udp_remove(taken);

    std::list<void*> timeouts;
    while (auto* const taken = memp_malloc(MEMP_SYS_TIMEOUT)) timeouts.push_back(taken);
    CHECK(second.listen(receiver_ref{received}).error().code == errc::transport_failed);
    for (auto* const taken : timeouts) memp_free(MEMP_SYS_TIMEOUT, taken);
    CHECK(second.listen(receiver_ref{received}));
    CHECK(second.bound() == endpoint{at, 5060});
}

TEST_CASE("an address of a family that lwIP was built without is not available") {
    lwip_stack stack;
    recording_receiver received;
    lwip_udp_transport on_v4{v4(0, 0, 0, 0)}, on_v6{v6("::"), 5061};

    const auto v4_listens = on_v4.listen(receiver_ref{received});
    const auto v6_listens = on_v6.listen(receiver_ref{received});

    CHECK(bool{v4_listens} == bool{LWIP_IPV4});
    CHECK(bool{v6_listens} == bool{LWIP_IPV6});
    if (!v4_listens) CHECK(v4_listens.error().code == errc::address_unavailable);
    if (!v6_listens) CHECK(v6_listens.error().code == errc::address_unavailable);
    const auto other = families().size() == 2 ? ip_address{} : LWIP_IPV4 ? v6("2001:db8::9") : v4(192, 0, 2, 9);
    CHECK_FALSE(on_v4.send({.remote = {other, 5070}}, "x"));
    CHECK_FALSE(on_v6.send({.remote = {other, 5070}}, "x"));
}

TEST_CASE("lwIP chooses the port when none is named") {
    lwip_stack stack;
    listener server{0};

    CHECK(server.transport.bound().port != 0);
    CHECK(server.transport.bound().address == ip_address{});
}

TEST_CASE("tick is called soon, and then as often as it asks for within a millisecond and an hour") {
    lwip_stack stack;
    listener server;
    CHECK(server.received.ticks == 0);
    server.received.next_tick = 100ms;
    stack.run_for(1);
    CHECK(server.received.ticks == 1);
    stack.run_for(99);
    CHECK(server.received.ticks == 1);
    server.received.next_tick = -5ms;
    stack.run_for(1);
    CHECK(server.received.ticks == 2);
    stack.run_for(3);
    CHECK(server.received.ticks == 5);
    server.received.next_tick = std::chrono::milliseconds::max();
    stack.run_for(1);
    CHECK(server.received.ticks == 6);
    stack.skip(1h - 2ms);
    stack.run_for(1);
    CHECK(server.received.ticks == 6);
    stack.run_for(1);
    CHECK(server.received.ticks == 7);
}

TEST_CASE("a transport that is stopped and started in its tick has one series of ticks") {
    lwip_stack stack;
    listener server;
    server.received.next_tick = 10ms;
    server.received.on_tick = [&] {
        if (server.received.ticks > 1) return;
        server.transport.stop();
        REQUIRE(server.transport.listen(receiver_ref{server.received}));
    };

    stack.run_for(1);
    CHECK(server.received.ticks == 2); // the first, and the one soon after listen
    stack.run_for(100);
    CHECK(server.received.ticks == 12);
}

} // namespace

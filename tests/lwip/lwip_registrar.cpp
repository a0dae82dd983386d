// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/lwip_udp_transport.hpp>

#include "listener.hpp"
#include "wire.hpp"

#include <sipwhere/sipwhere.hpp>

#include <support/reply.hpp>
#include <support/request.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using namespace sipwhere_test;

/// A registrar of a board's size on lwIP.
struct board {
    lwip_stack stack;
    wire net;
    endpoint here, peer;
    manual_clock clock;
    fixed_storage<8, 16, 4096> storage;
    lwip_udp_transport<> transport;
    seeded_random random{7};
    open_access access;
    basic_registrar<manual_clock, fixed_storage<8, 16, 4096>, lwip_udp_transport<>, seeded_random, open_access>
        registrar{{}, clock, storage, transport, random, access};
    unsigned requests = 0;

    explicit board(const addresses& of) : net(of.here), here{of.here, 5060}, peer{of.peer, 5060} {
        REQUIRE(registrar.start());
    }

    auto sends(const request& asked) -> reply {
        net.sent.clear();
        net.deliver({peer, here, asked.text(++requests)});
        if (net.sent.empty()) return {};
        CHECK(net.sent.size() == 1);
        CHECK(net.sent[0].from == here);
        CHECK(net.sent[0].to == peer);
        return {{}, {}, net.sent[0].bytes};
    }
    void passes(std::chrono::seconds time) {
        clock.advance(time);
        stack.run_for(static_cast<unsigned>(time / 1ms));
    }
};

TEST_CASE("a registrar on lwIP registers, answers a query and removes (R3261-10.3-a)") {
    for (const auto& each : families()) {
        const auto made = std::make_unique<board>(each);

        const auto registered = made->sends(alice_registers("<sip:alice@192.0.2.9>", 60s));
        CHECK(registered.status() == status::ok);
        CHECK(registered.uris() == "sip:alice@192.0.2.9");
        CHECK(made->sends(alice_asks()).uris() == "sip:alice@192.0.2.9");
        CHECK(made->sends(alice_registers("<sip:alice@192.0.2.9>", 0s)).contacts().empty());
    }
}

TEST_CASE("bindings on lwIP expire by its timeouts") {
    for (const auto& each : families()) {
        const auto made = std::make_unique<board>(each);
        REQUIRE(made->sends(alice_registers("<sip:alice@192.0.2.9>", 60s)).status() == status::ok);

        made->passes(59s);
        CHECK(made->storage.size() == 1);
        made->passes(3s);
        CHECK(made->storage.size() == 0);
    }
}

TEST_CASE("a repeat is answered with the same bytes, also when lwIP had no memory for the first answer") {
    for (const auto& each : families()) {
        const auto made = std::make_unique<board>(each);
        const auto asked = alice_registers("<sip:alice@192.0.2.9>", 60s);
        const auto text = asked.text(1);
        const udp_packet packet{made->peer, made->here, text};
        std::vector<pbuf*> hoard;
        while (auto* const taken = pbuf_alloc(PBUF_RAW, 100, PBUF_RAM)) hoard.push_back(taken);

        made->net.deliver(packet);
        CHECK(made->net.sent.empty());
        for (auto* const taken : hoard) pbuf_free(taken);
        made->net.deliver(packet);
        made->net.deliver(packet);

        REQUIRE(made->net.sent.size() == 2);
        CHECK(reply{{}, {}, made->net.sent[0].bytes}.status() == status::ok);
        CHECK(made->net.sent[0].bytes == made->net.sent[1].bytes);
        CHECK(made->storage.size() == 1);
    }
}

} // namespace

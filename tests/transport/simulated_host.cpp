// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/simulated_host.hpp>

#include <support/wire.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::wire;

TEST_CASE("a simulated datagram arrives after its delay, with the way it came") {
    wire w{{.min_delay = 5ms, .max_delay = 5ms}};

    REQUIRE(w.a.send({.remote = w.b.at()}, "hello"));
    w.network.run_for(4ms);
    CHECK(w.at_b.messages.empty());
    w.network.run_for(1ms);

    REQUIRE(w.at_b.messages.size() == 1);
    CHECK(w.at_b.messages[0].bytes == "hello");
    CHECK(w.at_b.messages[0].from == flow{.remote = w.a.at(), .local = w.b.at()});
    CHECK(w.clock.now() == manual_clock{}.now() + 5ms);
}

TEST_CASE("a simulated answer finds its way back") {
    wire w;
    w.at_b.on_message = [&](const datagram& got) { CHECK(w.b.send(got.from, "pong")); };

    REQUIRE(w.a.send({.remote = w.b.at()}, "ping"));

    CHECK(w.network.settle());
    CHECK(w.at_a.texts() == std::vector<std::string>{"pong"});
}

TEST_CASE("a simulated host never receives from inside send or listen") {
    wire w{{.min_delay = 0ms, .max_delay = 0ms}};

    w.send_numbers(1);

    CHECK(w.at_b.messages.empty());
    CHECK(w.at_b.ticks == 0);
    w.network.run_for(0ms);
    CHECK(w.at_b.messages.size() == 1);
    CHECK(w.at_b.ticks == 1);
}

TEST_CASE("the bytes of a simulated datagram are copied when it is sent") {
    wire w;
    std::string text = "first";

    REQUIRE(w.a.send({.remote = w.b.at()}, text));
    text = "later";

    CHECK(w.network.settle());
    CHECK(w.at_b.texts() == std::vector<std::string>{"first"});
}

TEST_CASE("the bytes of a simulated datagram hold although the receiver sends meanwhile") {
    wire w;
    std::string seen;
    w.at_b.on_message = [&](const datagram& got) {
        for (int i = 0; i < 1000; ++i) REQUIRE(w.b.send({.remote = w.a.at()}, std::string(2000, 'x')));
        seen = got.bytes;
    };

    REQUIRE(w.a.send({.remote = w.b.at()}, "short"));

    CHECK(w.network.settle());
    CHECK(seen == "short");
}

TEST_CASE("datagrams of one instant for one simulated host come in one call") {
    wire w;
    w.send_numbers(3);
    CHECK(w.network.settle());
    CHECK(w.at_b.batches == std::vector<std::size_t>{3});
}

TEST_CASE("datagrams of different instants for one simulated host come apart") {
    wire w{{.min_delay = 5ms, .max_delay = 5ms}};
    w.send_numbers(1);
    w.network.run_for(1ms);
    w.send_numbers(1);
    w.network.run_for(4ms);
    CHECK(w.at_b.messages.size() == 1);
    w.network.run_for(1ms);
    CHECK(w.at_b.messages.size() == 2);
}

TEST_CASE("a simulated host that has stopped is not called, nor when it listens again by ticks of old") {
    wire w;
    w.network.run_for(0ms);
    REQUIRE(w.at_b.ticks == 1);

    w.b.stop();
    w.b.stop();
    w.network.run_for(10s);
    CHECK(w.at_b.ticks == 1);

    REQUIRE(w.b.listen(receiver_ref{w.at_b}));
    w.b.stop();
    REQUIRE(w.b.listen(receiver_ref{w.at_b}));
    w.network.run_for(999ms);
    CHECK(w.at_b.ticks == 2);
}

TEST_CASE("a simulated host may stop from inside its receiver") {
    wire w;
    w.at_b.on_message = [&](const datagram&) { w.b.stop(); };
    w.at_a.on_tick = [&] { w.a.stop(); };

    REQUIRE(w.a.send({.remote = w.b.at()}, "x"));
    w.network.run_for(10s);

    CHECK(w.at_b.messages.size() == 1);
    CHECK(w.at_a.ticks == 1);
    CHECK(w.at_b.ticks == 1);
}

TEST_CASE("a simulated host that restarts from inside a tick does not tick twice as often") {
    wire w;
    w.at_a.on_tick = [&] {
        if (w.at_a.ticks > 1) return;
        w.a.stop();
        REQUIRE(w.a.listen(receiver_ref{w.at_a}));
    };
    w.network.run_for(5s);
    CHECK(w.at_a.ticks == 7);
}

TEST_CASE("a simulated host ticks as often as it asks, within 1 ms and 1 h") {
    wire w;
    w.at_a.next_tick = 250ms;
    w.network.run_for(1s);
    CHECK(w.at_a.ticks == 5);

    w.at_a.next_tick = -5ms;
    w.network.run_for(250ms);
    w.at_a.ticks = 0;
    w.network.run_for(10ms);
    CHECK(w.at_a.ticks == 10);

    w.at_a.next_tick = std::chrono::milliseconds::max();
    w.network.run_for(1ms);
    w.at_a.ticks = 0;
    w.network.run_for(1h);
    CHECK(w.at_a.ticks == 1);
}

TEST_CASE("a simulated host that is woken ticks at that instant, once, and then as it asks") {
    wire w;
    w.at_a.next_tick = 100ms;
    w.network.run_for(0ms);
    w.network.run_for(30ms);
    REQUIRE(w.at_a.ticks == 1);

    w.a.wake();
    w.a.wake();
    CHECK(w.at_a.ticks == 1);
    w.network.run_for(0ms);
    CHECK(w.at_a.ticks == 2);

    w.network.run_for(99ms); // past the tick that was asked for before
    CHECK(w.at_a.ticks == 2);
    w.network.run_for(1ms);
    CHECK(w.at_a.ticks == 3);
    CHECK(w.at_b.ticks == 1);
}

TEST_CASE("a simulated host that is woken while it is called ticks afterwards, at the same instant") {
    wire w;
    w.network.run_for(0ms);
    unsigned then = 0;
    w.at_b.on_message = [&](const datagram&) {
        w.b.wake();
        then = w.at_b.ticks;
    };
    w.at_a.on_tick = [&] {
        if (w.at_a.ticks == 2) w.a.wake();
    };

    REQUIRE(w.a.send({.remote = w.b.at()}, "x"));
    w.network.run_for(1ms);
    CHECK(then == 1);
    CHECK(w.at_b.ticks == 2);

    w.a.wake();
    w.network.run_for(0ms);
    CHECK(w.at_a.ticks == 3);
}

TEST_CASE("a simulated host is woken in vain unless it listens, and not later") {
    wire w;
    w.network.run_for(0ms);
    w.a.stop();
    w.a.wake();
    w.network.run_for(10s);
    CHECK(w.at_a.ticks == 1);
    CHECK(w.network.settle());

    REQUIRE(w.a.listen(receiver_ref{w.at_a}));
    w.network.run_for(0ms);
    CHECK(w.at_a.ticks == 2);

    w.b.wake();
    w.a.wake();
    w.at_a.on_tick = [&] { w.b.stop(); }; // whose tick is due as well
    CHECK(w.network.settle());
    CHECK(w.at_a.ticks == 3);
    CHECK(w.at_b.ticks == 11);
}

TEST_CASE("a simulated network is settled only when hosts that were woken have had their tick") {
    wire w{{.min_delay = 5ms, .max_delay = 5ms}};
    CHECK(w.network.settle());
    w.at_a.on_tick = [&] {
        if (w.at_a.ticks == 2) REQUIRE(w.a.send({.remote = w.b.at()}, "late"));
    };
    w.network.run_for(0ms);

    w.a.wake();
    CHECK(w.network.settle());

    CHECK(w.at_b.texts() == std::vector<std::string>{"late"});
    CHECK(w.clock.now() == manual_clock{}.now() + 5ms);
}

TEST_CASE("a simulated host that is woken, perhaps again, while others tick at that instant ticks once") {
    for (const bool again : {false, true}) {
        wire w;
        w.network.run_for(0ms);
        w.clock.advance(1s); // when the other ticks
        w.at_b.on_tick = [&] {
            if (again) w.a.wake();
        };

        w.a.wake();
        CHECK(w.network.settle());

        CHECK(w.at_b.ticks == 2);
        CHECK(w.at_a.ticks == 2);
    }
}

TEST_CASE("a simulated host sends only while it listens, and nothing that UDP can't carry") {
    wire w;
    CHECK(w.a.send({.remote = w.b.at()}, std::string(65507, 'x')));
    CHECK_FALSE(w.a.send({.remote = w.b.at()}, std::string(65508, 'x')));
    w.a.stop();
    CHECK_FALSE(w.a.send({.remote = w.b.at()}, "x"));
    CHECK(w.network.counters().sent == 1);
}

TEST_CASE("a simulated host can be made to fail") {
    wire w;
    w.a.jam();
    CHECK_FALSE(w.a.send({.remote = w.b.at()}, "x"));
    w.a.unjam();
    CHECK(w.a.send({.remote = w.b.at()}, "x"));

    CHECK(w.a.listen(receiver_ref{w.at_a}).error().code == errc::already_started);
    w.a.stop();
    w.a.deny_listen(errc::address_in_use);
    CHECK(w.a.listen(receiver_ref{w.at_a}).error().code == errc::address_in_use);
    w.a.allow_listen();
    CHECK(w.a.listen(receiver_ref{w.at_a}));
}

TEST_CASE("a simulated host knows its own address and no other") {
    wire w;
    CHECK(w.a.is_own(w.a.at()));
    CHECK_FALSE(w.a.is_own(w.b.at()));
    CHECK_FALSE(w.a.is_own({w.a.at().address, 5061}));
}

} // namespace

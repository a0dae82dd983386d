// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/simulated_network.hpp>

#include <support/wire.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::recording_receiver;
using sipwhere_test::wire;

[[nodiscard]] auto are_in_order(const recording_receiver& receiver) -> bool {
    return std::ranges::is_sorted(receiver.messages, {}, [](const auto& each) { return std::stoi(each.bytes); });
}

TEST_CASE("simulated hosts have IPv6 addresses too") {
    wire w;
    auto& c = w.network.host("2001:db8::1");
    recording_receiver at_c;
    REQUIRE(c.listen(receiver_ref{at_c}));

    REQUIRE(w.a.send({.remote = w.network.host("[2001:db8::1]").at()}, "x"));

    CHECK(w.network.settle());
    CHECK(at_c.messages.size() == 1);
}

TEST_CASE("the same address names the same simulated host, another port another") {
    wire w;
    CHECK(&w.network.host("192.0.2.1") == &w.a);
    CHECK(&w.network.host("192.0.2.1", 5060) == &w.a);
    CHECK(&w.network.host("192.0.2.1", 5061) != &w.a);
}

TEST_CASE("a simulated datagram to nobody vanishes") {
    wire w;
    REQUIRE(w.a.send({.remote = {w.a.at().address, 9}}, "x"));
    w.b.stop();
    w.send_numbers(1);

    CHECK(w.network.settle());
    CHECK(w.network.counters().unclaimed == 2);
    CHECK(w.at_b.messages.empty());
}

TEST_CASE("simulated loss takes the share it was told to") {
    wire w{{.seed = 7, .loss = 0.1}};
    w.send_numbers(10'000);
    CHECK(w.network.settle());
    CHECK(w.network.counters().lost > 900);
    CHECK(w.network.counters().lost < 1100);
    CHECK(w.at_b.messages.size() == 10'000 - w.network.counters().lost);
}

TEST_CASE("simulated loss of 0 takes nothing and of 1 all") {
    wire none;
    none.send_numbers(1000);
    CHECK(none.network.settle());
    CHECK(none.at_b.messages.size() == 1000);

    wire all{{.loss = 1}};
    all.send_numbers(1000);
    CHECK(all.network.settle());
    CHECK(all.at_b.messages.empty());
}

TEST_CASE("simulated duplication doubles the share it was told to") {
    wire w{{.seed = 7, .duplication = 0.25}};
    w.send_numbers(10'000);
    CHECK(w.network.settle());
    CHECK(w.network.counters().duplicated > 2300);
    CHECK(w.network.counters().duplicated < 2700);
    CHECK(w.at_b.messages.size() == 10'000 + w.network.counters().duplicated);
}

TEST_CASE("simulated datagrams keep their order whatever the delay, unless reordering is asked for") {
    wire kept{{.seed = 7, .duplication = 0.1, .min_delay = 1ms, .max_delay = 50ms}};
    wire mixed{{.seed = 7, .reordering = 0.1, .min_delay = 1ms, .max_delay = 50ms}};

    kept.send_numbers(1000);
    mixed.send_numbers(1000);

    CHECK(kept.network.settle());
    CHECK(mixed.network.settle());
    CHECK(are_in_order(kept.at_b));
    CHECK_FALSE(are_in_order(mixed.at_b));
    CHECK(mixed.at_b.messages.size() == 1000);
    CHECK(mixed.network.counters().held_back > 70);
    CHECK(mixed.network.counters().held_back < 130);
}

TEST_CASE("simulated delays fill their range and never leave it") {
    wire w{{.seed = 7, .min_delay = 10ms, .max_delay = 12ms}};
    const auto begin = w.clock.now();
    std::vector<std::chrono::milliseconds> delays;
    w.at_b.on_message = [&](const datagram&) { delays.push_back(w.clock.now() - begin); };
    for (std::uint16_t port = 1; port <= 100; ++port) {
        auto& from = w.network.host("198.51.100.1", port);
        REQUIRE(from.listen(receiver_ref{w.at_a}));
        REQUIRE(from.send({.remote = w.b.at()}, "x"));
    }

    CHECK(w.network.settle());

    REQUIRE(delays.size() == 100);
    CHECK(delays.front() == 10ms);
    CHECK(delays.back() == 12ms);
    CHECK(std::ranges::count(delays, 11ms) > 0);
}

TEST_CASE("a simulated network does the same from the same seed and something else from another") {
    const auto run = [](std::uint64_t seed) {
        wire w{{.seed = seed, .loss = 0.2, .duplication = 0.2, .reordering = 0.2, .max_delay = 9ms}};
        std::string seen;
        w.at_b.on_message = [&](const datagram& got) {
            seen += std::string{got.bytes} + "@" + std::to_string(w.clock.now().milliseconds) + " ";
        };
        w.send_numbers(200);
        CHECK(w.network.settle());
        return seen;
    };
    CHECK(run(7) == run(7));
    CHECK(run(7) != run(8));
}

TEST_CASE("a partition parts two simulated hosts until it is healed, and those alone") {
    wire w;
    auto& c = w.network.host("192.0.2.3");
    recording_receiver at_c;
    REQUIRE(c.listen(receiver_ref{at_c}));

    w.network.partition(w.a, w.b);
    REQUIRE(w.a.send({.remote = w.b.at()}, "1"));
    REQUIRE(w.b.send({.remote = w.a.at()}, "2"));
    REQUIRE(w.a.send({.remote = c.at()}, "3"));
    REQUIRE(w.b.send({.remote = c.at()}, "4"));
    CHECK(w.network.settle());
    CHECK(w.at_a.messages.empty());
    CHECK(w.at_b.messages.empty());
    CHECK(at_c.texts() == std::vector<std::string>{"3", "4"});
    CHECK(w.network.counters().cut == 2);

    w.network.heal(w.b, w.a);
    REQUIRE(w.a.send({.remote = w.b.at()}, "5"));
    REQUIRE(w.b.send({.remote = w.a.at()}, "6"));
    CHECK(w.network.settle());
    CHECK(w.at_b.texts() == std::vector<std::string>{"5"});
    CHECK(w.at_a.texts() == std::vector<std::string>{"6"});
}

TEST_CASE("a cut simulated link loses what is sent one way, and what is under way") {
    wire w;
    w.send_numbers(1);
    w.network.cut(w.a, w.b);
    REQUIRE(w.b.send({.remote = w.a.at()}, "back"));

    CHECK(w.network.settle());

    CHECK(w.at_b.messages.empty());
    CHECK(w.at_a.messages.size() == 1);
}

TEST_CASE("what is sent over a cut simulated link stays lost when the link is healed") {
    wire w;
    w.network.cut(w.a, w.b);
    w.send_numbers(1);
    w.network.heal(w.a, w.b);
    CHECK(w.network.settle());
    CHECK(w.at_b.messages.empty());
}

TEST_CASE("a simulated host can be parted from all others") {
    wire w;
    w.network.partition(w.b);
    w.send_numbers(1);
    REQUIRE(w.b.send({.remote = w.a.at()}, "x"));
    CHECK(w.network.settle());
    CHECK(w.network.counters().cut == 2);

    w.network.heal(w.b);
    w.send_numbers(1);
    CHECK(w.network.settle());
    CHECK(w.at_b.messages.size() == 1);
}

TEST_CASE("a simulated host behind a NAT is seen, and reached, at the NAT's address alone") {
    wire w;
    const auto inside = w.a.at();
    w.network.nat(w.a, "203.0.113.9");
    w.at_b.on_message = [&](const datagram& got) { CHECK(w.b.send(got.from, "pong")); };

    w.send_numbers(1);
    CHECK(w.network.settle());

    REQUIRE(w.at_b.messages.size() == 1);
    CHECK(w.at_b.messages[0].from.remote == w.a.seen_as());
    CHECK(w.a.seen_as().address == w.network.host("203.0.113.9").at().address);
    CHECK(w.at_a.texts() == std::vector<std::string>{"pong"});
    CHECK(w.at_a.messages[0].from.local == inside);
    REQUIRE(w.b.send({.remote = inside}, "direct"));
    CHECK(w.network.settle());
    CHECK(w.at_a.messages.size() == 1);
}

TEST_CASE("a NAT that has forgotten a simulated host gives it another port, and the old one leads nowhere") {
    wire w;
    w.network.nat(w.a, "203.0.113.9");
    const auto before = w.a.seen_as();

    w.network.nat(w.a, "203.0.113.9");
    REQUIRE(w.b.send({.remote = before}, "old"));
    REQUIRE(w.b.send({.remote = w.a.seen_as()}, "new"));

    CHECK(w.network.settle());
    CHECK(w.a.seen_as().address == before.address);
    CHECK(w.at_a.texts() == std::vector<std::string>{"new"});
}

TEST_CASE("a NAT gives no port to two simulated hosts, however many it has given out") {
    wire w;
    w.network.nat(w.b, "203.0.113.9");
    for (int i = 0; i < 64'511; ++i) w.network.nat(w.a, "203.0.113.9");
    CHECK(w.a.seen_as() != w.b.seen_as());
    w.network.nat(w.a, "203.0.113.9");
    CHECK(w.a.seen_as() != w.b.seen_as());
    REQUIRE(w.a.send({.remote = w.b.seen_as()}, "x"));
    CHECK(w.network.settle());
    CHECK(w.at_b.messages.size() == 1);
}

TEST_CASE("a simulated network does one thing a step, and none when there is nothing to do") {
    manual_clock clock;
    simulated_network network{clock, {.seed = 7, .loss = 0.1}};
    CHECK_FALSE(network.step());

    auto& host = network.host("192.0.2.1");
    recording_receiver receiver;
    REQUIRE(host.listen(receiver_ref{receiver}));
    CHECK(network.step());
    CHECK(receiver.ticks == 1);
    CHECK(network.step());
    CHECK(clock.now() == manual_clock{}.now() + 1s);
    CHECK(receiver.ticks == 2);

    host.stop();
    CHECK_FALSE(network.step());
    CHECK(clock.now() == manual_clock{}.now() + 1s);
}

TEST_CASE("a simulated network catches up with a clock that the test moved on") {
    wire w;
    w.send_numbers(1);
    w.clock.advance(1min);

    w.network.run_for(0ms);

    CHECK(w.at_b.messages.size() == 1);
    CHECK(w.clock.now() == manual_clock{}.now() + 1min);
}

TEST_CASE("settling gives up after its time") {
    wire w{{.min_delay = 5s, .max_delay = 5s}};
    w.send_numbers(1);
    CHECK_FALSE(w.network.settle(4s));
    CHECK(w.network.in_flight() == 1);
    CHECK(w.network.settle(4s));
}

TEST_CASE("no simulated datagram is unaccounted for") {
    wire w{{.seed = 7, .loss = 0.1, .duplication = 0.1, .reordering = 0.1, .max_delay = 100ms}};
    w.send_numbers(500);
    REQUIRE(w.a.send({.remote = {w.a.at().address, 9}}, "x"));
    CHECK(w.network.settle());
    w.send_numbers(500);
    w.network.cut(w.a, w.b);
    CHECK(w.network.settle());
    w.network.heal(w.a, w.b);
    w.send_numbers(10);

    const auto& n = w.network.counters();
    CHECK(n.cut > 0);
    CHECK(n.sent == 1011);
    CHECK(n.delivered > 0);
    CHECK(w.network.in_flight() > 0);
    CHECK(n.sent + n.duplicated == n.delivered + n.lost + n.cut + n.unclaimed + w.network.in_flight());
}

} // namespace

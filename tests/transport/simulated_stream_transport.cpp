// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/simulated_stream_transport.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/transport/simulated_network.hpp>
#include <sipwhere/transport/transport_set.hpp>

#include <support/request.hpp>
#include <support/stream_receiver.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace simulated_stream_transport_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::at;

using network_type = simulated_network<manual_clock>;
using transport_type = simulated_stream_transport<network_type>;
static_assert(transport_policy<transport_type> && has_wake<transport_type>);

[[nodiscard]] auto framed(std::string_view body) -> std::string {
    return "OPTIONS sip:a SIP/2.0\r\nl: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// A server in a simulated network, which answers each message with its bytes.
struct served {
    manual_clock clock;
    network_type network{clock};
    transport_type transport;
    sipwhere_test::stream_receiver received;

    explicit served(const simulated_stream_options& options = {}) : transport(network, at("192.0.2.100"), options) {
        received.on_message = [this](const datagram& got) { (void)transport.send(got.from, got.bytes); };
        REQUIRE(transport.listen(receiver_ref{received}));
    }
    auto connects(std::uint16_t port = 40000) -> transport_type::stream& {
        return transport.connect(at("192.0.2.1", port));
    }
};

TEST_CASE("what a client sends arrives in order, in pieces too, and its answers come back") {
    served w{{.min_delay = 5ms, .max_delay = 50ms}};
    auto& client = w.connects();
    CHECK(client.is_open());
    std::string all;
    for (int i = 0; i < 50; ++i) {
        const auto message = framed(std::to_string(i));
        all += message;
        client.sends(message.substr(0, 9));
        client.sends(message.substr(9));
    }
    CHECK(w.received.messages.empty());
    w.network.run_for(4ms);
    CHECK(w.received.messages.empty());
    w.network.run_for(200ms);
    CHECK(w.received.messages.size() == 50);
    CHECK(client.take_heard() == all);
    const auto from = w.received.messages[0].from;
    CHECK(from.over == protocol::tcp);
    CHECK(from.remote == at("192.0.2.1", 40000));
    CHECK(from.local == at("192.0.2.100"));
    client.sends("\r\n\r\n");
    w.network.run_for(200ms);
    CHECK(client.take_heard() == "\r\n");
}

TEST_CASE("both ends learn of the end of the other, and of a reset") {
    for (const bool resets : {false, true}) {
        served w;
        auto& client = w.connects();
        client.sends(framed("x"));
        w.network.run_for(10ms);
        if (resets) client.reset();
        else client.close();
        CHECK_FALSE(client.is_open());
        CHECK(w.received.ended.empty());
        w.network.run_for(10ms);
        REQUIRE(w.received.ended.size() == 1);
        CHECK(w.received.ended[0] == w.received.messages[0].from);
        CHECK_FALSE(w.transport.send(w.received.ended[0], "late"));
        CHECK(w.transport.connections() == 0);
    }
    served w;
    auto& client = w.connects();
    client.sends("OPTIONS sip:a SIP/2.0\r\n\r\n");
    w.network.run_for(10ms);
    CHECK_FALSE(client.is_open()); // which it hears behind what was answered
    CHECK(client.heard() == "OPTIONS sip:a SIP/2.0\r\n\r\n");
}

TEST_CASE("what a cut connection carries comes when it is healed in time, and both give up when it is not") {
    served w{{.user_timeout = 20s}};
    auto& client = w.connects();
    client.cut();
    client.sends(framed("1"));
    w.network.run_for(19s);
    CHECK(w.received.messages.empty());
    CHECK(client.is_open());
    client.heal();
    w.network.run_for(10ms);
    CHECK(w.received.messages.size() == 1);
    client.cut();
    w.network.run_for(19s);
    CHECK(w.received.ended.empty());
    w.network.run_for(2s);
    CHECK(w.received.ended.size() == 1);
    CHECK_FALSE(client.is_open());
}

TEST_CASE("a client that vanishes is missed after the time that the system takes, and not before") {
    served w{{.user_timeout = 20s}};
    auto& client = w.connects();
    client.sends(framed("1"));
    w.network.run_for(10ms);
    client.vanish();
    client.sends(framed("2"));
    w.network.run_for(19s);
    CHECK(w.received.ended.empty());
    CHECK(w.received.messages.size() == 1);
    w.network.run_for(2s);
    CHECK(w.received.ended.size() == 1);
}

TEST_CASE("a client that does not read gets a window of bytes, then the rest waits, and too much ends it") {
    served w{{.window = 1000, .max_waiting = 3000}};
    auto& client = w.connects();
    client.stop_reading();
    client.sends(framed(std::string(1500, 'x')));
    w.network.run_for(10ms);
    CHECK(client.heard().empty());
    CHECK(w.received.ended.empty());
    client.go_on_reading();
    w.network.run_for(10ms);
    CHECK(client.take_heard() == framed(std::string(1500, 'x')));
    client.stop_reading();
    for (int i = 0; i < 3; ++i) client.sends(framed(std::string(1500, 'x')));
    w.network.run_for(10ms);
    CHECK(w.received.ended.size() == 1);
}

TEST_CASE("who takes too long for a message, or is silent for too long, loses the connection") {
    served w{{.message_time = 5s, .idle_time = 60s}};
    auto& slow = w.connects(1);
    auto& idle = w.connects(2);
    idle.sends(framed(""));
    slow.sends("O");
    w.network.run_for(4s);
    CHECK(w.received.ended.empty());
    w.network.run_for(3s);
    REQUIRE(w.received.ended.size() == 1);
    CHECK(w.received.ended[0].remote.port == 1);
    w.network.run_for(60s);
    CHECK(w.received.ended.size() == 2);
    CHECK_FALSE(idle.is_open());
}

TEST_CASE("stop closes all connections, of which only the clients hear, and later ones find nobody") {
    served w;
    auto& client = w.connects();
    w.network.run_for(10ms);
    w.transport.stop();
    w.network.run_for(10ms);
    CHECK_FALSE(client.is_open());
    CHECK(w.received.ended.empty());
    CHECK_FALSE(w.connects().is_open());
    CHECK(w.transport.listen(receiver_ref{w.received}));
    CHECK(w.connects().is_open());
}

TEST_CASE("it ticks as often as it is asked to, and when it is woken") {
    served w;
    w.received.next_tick = 100ms;
    w.network.run_for(1s);
    CHECK(w.received.ticks >= 10);
    CHECK(w.received.ticks <= 12);
}

TEST_CASE("the same seed gives the same history") {
    const auto story = [](std::uint64_t seed) {
        served w{{.seed = seed, .min_delay = 1ms, .max_delay = 90ms}};
        std::string told;
        w.received.on_message = [&](const datagram& got) {
            told += std::to_string(w.clock.now().milliseconds) + " " + std::to_string(got.from.remote.port) + "\n";
        };
        for (std::uint16_t i = 1; i <= 20; ++i) w.connects(i).sends(framed("x"));
        w.network.run_for(1s);
        return told;
    };
    CHECK(story(1) == story(1));
    CHECK(story(1) != story(2));
}

TEST_CASE("one registrar serves datagrams and connections in one simulated network") {
    manual_clock clock;
    network_type network{clock};
    transport_type tcp{network, at("192.0.2.100")};
    auto& udp = network.host("192.0.2.100");
    transport_set set{udp, tcp};
    hash_storage storage;
    seeded_random random{7};
    const settings config{};
    basic_registrar registrar{config, clock, storage, set, random};
    REQUIRE(registrar.start());
    const auto bound = [&](std::string_view user) {
        return *registrar.query("sip:" + std::string{user} + "@example.com", [](const binding_view&) {});
    };
    auto& phone = tcp.connect(at("192.0.2.1", 40000));
    phone.sends(sipwhere_test::alice_registers("<sip:a@192.0.2.1:40000>").with("Content-Length", "0").text(1));
    auto& other = network.host("192.0.2.7");
    sipwhere_test::recording_receiver answers;
    REQUIRE(other.listen(receiver_ref{answers}));
    REQUIRE(other.send({.remote = at("192.0.2.100")}, sipwhere_test::bob_registers("sip:b@192.0.2.7").text(1)));
    network.run_for(10ms);
    CHECK(phone.heard().starts_with("SIP/2.0 200 OK\r\n"));
    CHECK(bound("alice") == 1);
    CHECK(bound("bob") == 1);
    phone.vanish();
    network.run_for(59s);
    CHECK(bound("alice") == 1);
    network.run_for(2s);
    CHECK(bound("alice") == 0);
    CHECK(bound("bob") == 1);
    network.run_for(300s);
    CHECK(bound("bob") == 0);
}

} // namespace simulated_stream_transport_test

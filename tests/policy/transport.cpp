// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/transport.hpp>

#include <sipwhere/observer/null_observer.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <chrono>

namespace transport_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// Keeps what was told of datagrams that were lost.
struct overrun_observer : null_observer {
    using null_observer::on;
    traffic_event last{};

    void on(const traffic_event& event) { last = event; }
};

TEST_CASE("a registrar's observer hears how many datagrams its transport lost, where and when") {
    manual_clock clock;
    hash_storage storage;
    capturing_transport transport;
    seeded_random random{7};
    overrun_observer observer;
    basic_registrar registrar{{}, clock, storage, transport, random, observer};
    REQUIRE(registrar.start());
    clock.advance(5s);

    transport.receiver->overrun({.local = at("192.0.2.100"), .listener = 1}, 12);

    CHECK(observer.last.kind == traffic::overrun);
    CHECK(observer.last.count == 12);
    CHECK(observer.last.from == flow{.local = at("192.0.2.100"), .listener = 1});
    CHECK(observer.last.at == clock.now());
}

template <typename T>
concept hears_of_overruns = requires(T& server) { server.overrun(flow{}, 1U); };

/// A transport that does not know what was lost.
struct plain_transport : capturing_transport {
    static constexpr bool counts_overruns = false;
};

template <typename Transport>
using server_over = basic_server<heap_memory, manual_clock, Transport, seeded_random, recording_observer, std::tuple<>>;

TEST_CASE("a server over a transport that counts no lost datagrams has no code for them") {
    static_assert(hears_of_overruns<server_over<capturing_transport>>);
    static_assert(!hears_of_overruns<server_over<plain_transport>>);
    CHECK(true);
}

} // namespace transport_test

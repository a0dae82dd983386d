// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/transport_set.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/transport/simulated_network.hpp>

#include <support/recording_receiver.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace transport_set_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::recording_receiver;

/// A transport of one protocol, which the test drives.
template <protocol Over>
struct driven {
    static constexpr protocol over = Over;
    result<void> when_listening{};
    std::optional<receiver_ref> receiver;
    std::vector<std::string> sent;
    unsigned stops = 0, wakes = 0;
    int executor = 0;

    auto listen(receiver_ref to) -> result<void> {
        if (when_listening) receiver.emplace(to);
        return when_listening;
    }
    void stop() { receiver.reset(), ++stops; }
    auto send(const flow&, std::string_view bytes) -> bool { return sent.emplace_back(bytes), true; }
    auto is_own(const endpoint& end) const -> bool { return end.port == static_cast<std::uint16_t>(Over) + 1; }
    void wake() noexcept { ++wakes; }
    [[nodiscard]] auto failed_at() const -> std::string { return std::to_string(static_cast<int>(Over)); }
    [[nodiscard]] auto get_executor() const -> int { return executor; }
};

struct three {
    driven<protocol::udp> udp;
    driven<protocol::tcp> tcp;
    driven<protocol::ws> ws;
    transport_set<driven<protocol::udp>, driven<protocol::tcp>, driven<protocol::ws>> set{udp, tcp, ws};
    recording_receiver received;
};

static_assert(transport_policy<decltype(three::set)> && has_wake<decltype(three::set)>);

TEST_CASE("an answer leaves by the transport of its protocol, and by none where there is none") {
    three it;
    REQUIRE(it.set.listen(receiver_ref{it.received}));
    CHECK(it.set.send({.over = protocol::tcp}, "a"));
    CHECK(it.set.send({.over = protocol::ws}, "b"));
    CHECK(it.set.send({}, "c"));
    CHECK_FALSE(it.set.send({.over = protocol::tls}, "d"));
    CHECK(it.udp.sent == std::vector<std::string>{"c"});
    CHECK(it.tcp.sent == std::vector<std::string>{"a"});
    CHECK(it.ws.sent == std::vector<std::string>{"b"});
    CHECK(it.set.is_own({.address = {}, .port = 2}));
    CHECK_FALSE(it.set.is_own({.address = {}, .port = 3}));
}

TEST_CASE("what any of them receives comes to the receiver, and only the first one ticks") {
    three it;
    REQUIRE(it.set.listen(receiver_ref{it.received}));
    const datagram one{{.over = protocol::tcp, .connection = 1}, "hello"};
    it.tcp.receiver->receive({&one, 1});
    it.udp.receiver->receive({&one, 1});
    it.ws.receiver->overrun(one.from, 3);
    CHECK(it.received.texts() == std::vector<std::string>{"hello", "hello"});
    CHECK(it.received.lost() == 3);
    it.received.next_tick = 7ms;
    CHECK(it.udp.receiver->tick() == 7ms);
    CHECK(it.received.ticks == 1);
    CHECK(it.tcp.receiver->tick() >= 1min);
    CHECK(it.ws.receiver->tick() >= 1min);
    CHECK(it.received.ticks == 1);
    it.set.wake();
    CHECK(it.udp.wakes == 1);
    CHECK(it.tcp.wakes == 0);
}

/// Hears of connections that ended.
struct closing_receiver {
    std::vector<std::uint32_t> ended;
    void receive(std::span<const datagram>) {}
    void closed(const flow& lost) { ended.push_back(lost.connection); }
    auto tick() -> std::chrono::milliseconds { return 1s; }
};

TEST_CASE("the end of a connection is told by whichever it was of") {
    three it;
    closing_receiver closing;
    REQUIRE(it.set.listen(receiver_ref{closing}));
    it.tcp.receiver->closed({.over = protocol::tcp, .connection = 5});
    it.ws.receiver->closed({.over = protocol::ws, .connection = 6});
    CHECK(closing.ended == std::vector<std::uint32_t>{5, 6});
}

TEST_CASE("if one can't listen none does, and the set says which and why") {
    three it;
    it.tcp.when_listening = fail(errc::address_in_use);
    const auto made = it.set.listen(receiver_ref{it.received});
    REQUIRE_FALSE(made);
    CHECK(made.error().code == errc::address_in_use);
    CHECK(it.set.failed_at() == "1");
    CHECK_FALSE(it.udp.receiver);
    CHECK_FALSE(it.ws.receiver);
    it.tcp.when_listening = {};
    CHECK(it.set.listen(receiver_ref{it.received}));
    CHECK(it.set.failed_at().empty());
    it.set.stop();
    CHECK_FALSE(it.udp.receiver);
    CHECK_FALSE(it.tcp.receiver);
    CHECK_FALSE(it.ws.receiver);
}

TEST_CASE("transports that run on different executors are no set") {
    three it;
    it.ws.executor = 1;
    const auto made = it.set.listen(receiver_ref{it.received});
    REQUIRE_FALSE(made);
    CHECK(made.error().code == errc::different_executors);
    CHECK_FALSE(it.udp.receiver);
}

} // namespace transport_set_test

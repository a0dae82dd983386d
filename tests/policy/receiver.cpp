// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/receiver.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace receiver_test {

using namespace sipwhere;
using namespace std::chrono_literals;

struct counting_receiver {
    std::size_t received = 0;
    unsigned ticks = 0;

    void receive(std::span<const datagram> arrived) { received += arrived.size(); }
    auto tick() -> std::chrono::milliseconds { return std::chrono::milliseconds{++ticks}; }
};

struct minding_receiver : counting_receiver {
    std::uint32_t lost = 0;

    std::uint32_t overruns = 0;
    flow listener{};

    void closed(const flow& gone) { lost = gone.connection; }
    void overrun(const flow& at, std::uint32_t count) {
        listener = at;
        overruns += count;
    }
};

TEST_CASE("a receiver hears what arrives and when time passes") {
    counting_receiver receiver;
    const receiver_ref to{receiver};
    const std::array<datagram, 3> arrived{};
    to.receive(arrived);
    to.receive(std::span{arrived}.first(1));

    CHECK(receiver.received == 4);
    CHECK(to.tick() == 1ms);
    CHECK(to.tick() == 2ms);
}

TEST_CASE("a receiver may leave out what it does not mind") {
    counting_receiver careless;
    minding_receiver minding;
    receiver_ref{careless}.closed({.connection = 7});
    receiver_ref{minding}.closed({.connection = 7});

    receiver_ref{careless}.overrun({.listener = 2}, 5);
    receiver_ref{minding}.overrun({.listener = 2}, 5);

    CHECK(minding.lost == 7);
    CHECK(minding.overruns == 5);
    CHECK(minding.listener.listener == 2);
}

TEST_CASE("a receiver_ref is empty until it refers to a receiver, and again when it is told so") {
    counting_receiver receiver;
    receiver_ref to;
    CHECK_FALSE(to);

    to = receiver_ref{receiver};
    CHECK(to);
    CHECK(to.tick() == 1ms);

    to = {};
    CHECK_FALSE(to);
}

TEST_CASE("a copy of a receiver_ref speaks to the same receiver") {
    counting_receiver receiver;
    receiver_ref first{receiver};
    receiver_ref copy{first};
    (void)copy.tick();
    first = copy;
    (void)first.tick();

    CHECK(receiver.ticks == 2);
}

} // namespace receiver_test

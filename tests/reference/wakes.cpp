// SPDX-License-Identifier: BSL-1.0
#include <support/at_once.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/transport/simulated_network.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <span>

/// Threads that wake the hosts of a simulated network while one runs it.
namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

/// Sees in its ticks what threads have said.
struct attentive {
    std::atomic<unsigned> said = 0;
    unsigned seen = 0;

    void receive(std::span<const datagram>) {}
    auto tick() -> std::chrono::milliseconds {
        seen = said.load(std::memory_order_relaxed);
        return 1h;
    }
};

} // namespace

TEST_CASE("what threads said before they woke a simulated host is seen by a tick at the instant of then") {
    constexpr std::size_t wakers = 3;
    constexpr unsigned rounds = 500, times = 20;
    for (unsigned time = 0; time < times; ++time) {
        manual_clock clock;
        simulated_network network{clock};
        auto& one = network.host("192.0.2.1");
        auto& other = network.host("192.0.2.2");
        std::array<attentive, 2> heard;
        REQUIRE(one.listen(receiver_ref{heard[0]}));
        REQUIRE(other.listen(receiver_ref{heard[1]}));
        std::atomic<std::size_t> working = wakers;

        sipwhere_test::at_once(wakers + 1, [&](std::size_t number) {
            if (number == wakers) {
                while (working != 0) network.run_for(0ms);
                return;
            }
            for (unsigned i = 0; i < rounds; ++i) {
                heard[i % 2].said.fetch_add(1, std::memory_order_relaxed);
                (i % 2 == 0 ? one : other).wake();
            }
            --working;
        });

        CHECK(network.settle());
        CHECK(heard[0].seen == wakers * rounds / 2);
        CHECK(heard[1].seen == wakers * rounds / 2);
    }
}

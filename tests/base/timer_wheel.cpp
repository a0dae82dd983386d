// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/timer_wheel.hpp>

#include <sipwhere/base/xoshiro.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <vector>

namespace timer_wheel_test {

using sipwhere::timer_node;

constexpr std::uint32_t never = 0xffff'ffff;
constexpr std::uint32_t day = 86'400;

struct wheel_fixture {
    using nodes = std::vector<timer_node>;

    nodes timers = nodes(256);
    sipwhere::timer_wheel<nodes> wheel{timers};

    /// Returns: what is due at `now`, in its order.
    auto due_at(std::uint32_t now) -> std::vector<std::uint32_t> {
        std::vector<std::uint32_t> popped;
        for (unsigned steps = 1'000'000;;) {
            const auto index = wheel.pop(now, steps);
            if (index == wheel.none) return popped;
            popped.push_back(index);
        }
    }
};

using indices = std::vector<std::uint32_t>;

TEST_CASE("a timer comes in its tick, neither before nor twice") {
    for (const std::uint32_t due : indices{0, 1, 63, 64, 4095, 4096, 100'000, 30 * day, 0x8000'0000, 0xffff'fffe}) {
        CAPTURE(due);
        wheel_fixture fresh;
        fresh.wheel.arm(7, due);
        if (due != 0) CHECK(fresh.due_at(due - 1) == indices{});
        CHECK(fresh.wheel.is_armed(7));
        CHECK(fresh.due_at(due) == indices{7});
        CHECK(!fresh.wheel.is_armed(7));
        CHECK(fresh.due_at(never - 1) == indices{});
    }
}

TEST_CASE_FIXTURE(wheel_fixture, "a leap over many ticks brings what was due, in the order of its ticks") {
    const std::array<std::uint32_t, 6> dues{40 * day, 5, 70, 4097, 3 * day, 500 * day};
    for (std::uint32_t i = 0; i < dues.size(); ++i) wheel.arm(i, dues[i]);

    CHECK(due_at(400 * day) == indices{1, 2, 3, 4, 0});
    CHECK(due_at(500 * day) == indices{5});
}

TEST_CASE_FIXTURE(wheel_fixture, "a wheel may begin at any tick") {
    CHECK(due_at(0x7fff'fff0) == indices{});
    wheel.arm(1, 0x8000'0000);
    wheel.arm(2, 3);

    CHECK(due_at(0x7fff'fff0) == indices{2});
    CHECK(due_at(0x7fff'ffff) == indices{});
    CHECK(due_at(0x8000'0000) == indices{1});
}

TEST_CASE_FIXTURE(wheel_fixture, "a timer for a tick that has passed comes at once, whatever else is armed") {
    CHECK(due_at(100'000) == indices{});
    for (const std::uint32_t past : {99'999U, 99'000U, 90'000U, 5U, 0U}) {
        wheel.arm(1, 100'002);
        wheel.arm(2, past);
        CHECK(wheel.next() == 100'000);
        CHECK(due_at(100'000) == indices{2});
    }
}

TEST_CASE_FIXTURE(wheel_fixture, "arming again moves a timer, and disarming takes it away") {
    for (const std::uint32_t due : {10U, 1000U, 20U}) wheel.arm(1, due);
    for (const std::uint32_t index : {2U, 3U, 4U}) wheel.arm(index, 15);
    wheel.disarm(3);
    wheel.disarm(3);
    wheel.arm(4, never);

    CHECK(due_at(19) == indices{2});
    CHECK(due_at(1000) == indices{1});
}

TEST_CASE_FIXTURE(wheel_fixture, "a timer that is put off touches no other, and comes in its new tick") {
    for (const std::uint32_t index : {1U, 2U, 3U}) wheel.arm(index, 10);
    const auto before = timers;
    for (const std::uint32_t due : {10U, 500U, 1000U}) wheel.arm(2, due);
    for (const std::uint32_t index : {1U, 3U}) {
        CHECK(timers[index].next == before[index].next);
        CHECK(timers[index].previous == before[index].previous);
    }

    CHECK(due_at(10) == indices{3, 1});
    CHECK(due_at(999) == indices{});
    CHECK(due_at(1000) == indices{2});
}

TEST_CASE_FIXTURE(wheel_fixture, "a timer that is put off and then brought forward comes in time") {
    wheel.arm(1, 10);
    wheel.arm(1, 1000);
    wheel.arm(1, 20);
    wheel.arm(2, 1000);
    wheel.arm(2, never);

    CHECK_FALSE(wheel.is_armed(2));
    CHECK(due_at(19) == indices{});
    CHECK(due_at(1000) == indices{1});
}

TEST_CASE_FIXTURE(wheel_fixture, "what never comes is not armed") {
    wheel.arm(1, never);

    CHECK(!wheel.is_armed(1));
    CHECK(wheel.next() == never);
    CHECK(due_at(never) == indices{});
}

TEST_CASE_FIXTURE(wheel_fixture, "next is never late, and exact once the timer is near") {
    wheel.arm(1, 1000);

    CHECK(wheel.next() <= 1000);
    CHECK(due_at(980) == indices{});
    CHECK(wheel.next() == 1000);
}

TEST_CASE_FIXTURE(wheel_fixture, "an idle wheel goes on with time, so that a new timer is near at once") {
    CHECK(due_at(1'000'000) == indices{});
    wheel.arm(1, 1'000'010);

    CHECK(wheel.next() == 1'000'010);
}

TEST_CASE_FIXTURE(wheel_fixture, "a call does a bounded number of steps, and the next goes on") {
    for (std::uint32_t i = 0; i < 256; ++i) wheel.arm(i, 5000 + i % 2);
    unsigned calls = 0;
    indices popped;
    while (popped.size() < 256 && ++calls < 1000) {
        unsigned steps = 10;
        const auto index = wheel.pop(6000, steps);
        if (index != wheel.none) popped.push_back(index);
        else CHECK(wheel.next() <= 6000);
    }

    CHECK(popped.size() == 256);
    CHECK(calls > 256);
    CHECK(timers[popped.front()].due == 5000);
    CHECK(timers[popped.back()].due == 5001);
}

TEST_CASE("a wheel does what a sorted map does") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        sipwhere::xoshiro256 random{seed};
        const auto below = [&](std::uint64_t count) { return static_cast<std::uint32_t>(random.next() % count); };
        wheel_fixture real;
        std::map<std::uint32_t, std::uint32_t> model; // due by index
        std::uint32_t now = below(2) == 0 ? 0 : below(0x8000'0000);
        for (unsigned i = 0; i < 3000; ++i) {
            const auto index = below(256);
            const std::uint32_t spans[]{1, 3, 70, 5000, day, 300 * day};
            switch (below(8)) {
            case 0: real.wheel.disarm(index), model.erase(index); break;
            case 1:
                if (now < 0xf000'0000) now += below(spans[below(6)] + 1);
                [[fallthrough]];
            case 2:
                for (unsigned steps = below(2) == 0 ? below(8) : 100'000;;) {
                    const auto popped = real.wheel.pop(now, steps);
                    if (popped == never) break;
                    REQUIRE(model.count(popped) == 1);
                    CHECK(model[popped] <= now);
                    for (const auto& [other, due] : model) CHECK(model[popped] <= due);
                    model.erase(popped);
                }
                break;
            default: {
                const auto due = now + below(spans[below(6)] + 1) + 1;
                real.wheel.arm(index, due), model[index] = due;
            }
            }
            CHECK(real.wheel.is_armed(index) == (model.count(index) == 1));
            std::uint32_t first = never;
            for (const auto& [other, due] : model) first = due < first ? due : first;
            CHECK(real.wheel.next() <= first);
            CHECK((real.wheel.next() == never) == model.empty());
        }
        for (const auto popped : real.due_at(never - 1)) CHECK(model.erase(popped) == 1);
        CHECK(model.empty());
    }
}

} // namespace timer_wheel_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/answer_budget.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace answer_budget_test {

using namespace sipwhere;
using sipwhere_test::at;

constexpr hash_key secret{1, 2};
constexpr std::uint32_t rate = 1000;

/// A budget and its table.
template <std::size_t Size>
struct table {
    std::array<network_budget, Size> entries{};
    answer_budget budget{entries};

    auto take(const std::string& address, std::size_t bytes, std::uint64_t milliseconds = 0) -> bool {
        return budget.take(at(address).address, bytes, rate, instant{milliseconds}, secret);
    }
};

TEST_CASE("what a network was sent drains as time passes, and never is more than a second's worth free") {
    table<16> t;
    CHECK(t.take("192.0.2.1", 600));
    CHECK(!t.take("192.0.2.1", 401));
    CHECK(t.take("192.0.2.1", 400));
    CHECK(!t.take("192.0.2.1", 1));
    CHECK(!t.take("192.0.2.1", 500, 499));
    CHECK(t.take("192.0.2.1", 500, 500));
    CHECK(!t.take("192.0.2.1", 1001, 3'600'000));
    CHECK(t.take("192.0.2.1", 1000, 3'600'000));
}

TEST_CASE("a refused answer takes nothing") {
    table<16> t;
    CHECK(!t.take("192.0.2.1", 1001));
    CHECK(t.take("192.0.2.1", 1000));
}

TEST_CASE("all of an IPv4 /24 and of an IPv6 /56 share one budget, and others have theirs") {
    table<16> t;
    CHECK(t.take("192.0.2.1", 1000));
    CHECK(!t.take("192.0.2.254", 1));
    CHECK(t.take("192.0.3.1", 1000));
    CHECK(t.take("[2001:db8:1:100::1]", 1000));
    CHECK(!t.take("[2001:db8:1:1ff::2]", 1));
    CHECK(t.take("[2001:db8:1:200::1]", 1000));
}

TEST_CASE("a network without an entry has no budget while all entries are in use") {
    table<4> t;
    for (const auto* address : {"192.0.2.1", "192.0.3.1", "192.0.4.1", "192.0.5.1"}) CHECK(t.take(address, 100));
    CHECK(!t.take("192.0.6.1", 1));
    CHECK(t.take("192.0.2.1", 100)); // whoever has one keeps it
    CHECK(t.take("192.0.6.1", 1, 100)); // the others owe nothing any more
}

TEST_CASE("what drained is right when the milliseconds of 32 bits begin anew") {
    constexpr std::uint64_t wrap = std::uint64_t{5} << 32U;
    table<1> t;
    CHECK(t.take("192.0.2.1", 1000, wrap - 100));
    CHECK(!t.take("192.0.2.1", 201, wrap + 100));
    CHECK(t.take("192.0.2.1", 200, wrap + 100));
}

TEST_CASE("without a rate or without a table every answer may be sent") {
    std::array<network_budget, 4> entries{};
    answer_budget unlimited{entries};
    answer_budget without{{}};
    for (int i = 0; i < 10; ++i) {
        CHECK(unlimited.take(at("192.0.2.1").address, 60'000, 0, {}, secret));
        CHECK(without.take(at("192.0.2.1").address, 60'000, rate, {}, secret));
    }
}

} // namespace answer_budget_test

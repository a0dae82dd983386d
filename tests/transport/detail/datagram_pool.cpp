// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/datagram_pool.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;

constexpr endpoint pool_source{ip_address::v4({192, 0, 2, 1}), 5060};
constexpr endpoint pool_target{ip_address::v4({192, 0, 2, 2}), 5080};

TEST_CASE("a pool keeps a datagram until its slot is released, and then uses the slot again") {
    detail::datagram_pool pool;
    const auto first = pool.put(pool_source, pool_target, 7, "first");
    const auto second = pool.put(pool_target, pool_source, 8, "second");
    CHECK(pool.size() == 2);
    CHECK(pool[first].text() == "first");
    CHECK(pool[first].from == pool_source);
    CHECK(pool[first].to == pool_target);
    CHECK(pool[first].sender == 7);
    CHECK(pool[second].text() == "second");

    pool.release(first);
    CHECK(pool.size() == 1);
    CHECK(pool.put(pool_source, pool_target, 9, "") == first);
    CHECK(pool[first].text().empty());
    CHECK(pool[first].sender == 9);
}

TEST_CASE("the bytes of a datagram stay where they are when its pool grows") {
    detail::datagram_pool pool;
    const auto text = pool[pool.put(pool_source, pool_target, 0, "x")].text();
    for (int i = 0; i < 1000; ++i) (void)pool.put(pool_source, pool_target, 0, "y");
    CHECK(text == "x");
    CHECK(text.data() == pool[0].text().data());
}

} // namespace

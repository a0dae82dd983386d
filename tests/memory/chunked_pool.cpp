// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/chunked_pool.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace chunked_pool_test {

TEST_CASE("a pool makes as many objects as it may, and they stay where they are") {
    sipwhere::chunked_pool<std::size_t, 200> pool;
    std::vector<std::size_t*> made;
    for (std::size_t i = 0; i < 200; ++i) {
        auto* const one = pool.make();
        REQUIRE(one != nullptr);
        *one = i;
        made.push_back(one);
    }
    CHECK(pool.make() == nullptr);
    CHECK(pool.size() == 200);
    for (std::size_t i = 0; i < 200; ++i) {
        CHECK(&pool[i] == made[i]);
        CHECK(pool[i] == i);
    }
}

TEST_CASE("a pool that gets no memory makes nothing, and goes on later") {
    sipwhere::chunked_pool<int, 200> pool;
    {
        const sipwhere_test::memory_shortage none{0};
        CHECK(pool.make() == nullptr);
    }
    CHECK(pool.size() == 0);
    {
        const sipwhere_test::memory_shortage little{1}; // for the objects, not for the list of them
        CHECK(pool.make() == nullptr);
    }
    CHECK(pool.make() != nullptr);
    CHECK(pool.size() == 1);
}

} // namespace chunked_pool_test

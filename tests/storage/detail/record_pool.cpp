// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/record_pool.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace record_pool_test {

using sipwhere::detail::record_pool;

/// A pool whose nodes in use all have a block, as in a store.
struct used_pool {
    record_pool pool;
    std::set<std::uint32_t> used;

    auto take() -> std::uint32_t {
        const auto index = pool.take();
        if (index == record_pool::none) return index;
        CHECK(used.insert(index).second);
        CHECK(pool[index].block == record_pool::none);
        pool[index].block = 7;
        return index;
    }
    void give_back(std::uint32_t index) {
        pool[index].block = record_pool::none;
        pool.give_back(index);
        used.erase(index);
    }
    [[nodiscard]] auto walk() const -> std::set<std::uint32_t> {
        std::set<std::uint32_t> found;
        for (auto at = pool.next_in_use(0); at != record_pool::none; at = pool.next_in_use(at + 1)) found.insert(at);
        return found;
    }
};

TEST_CASE("a pool hands out each node once, and a walk finds those in use") {
    sipwhere::xoshiro256 random{3};
    used_pool some;
    for (unsigned i = 0; i < 20'000; ++i) {
        if (random.next() % 3000 >= some.used.size()) {
            REQUIRE(some.take() != record_pool::none);
        } else {
            const auto any = static_cast<std::uint32_t>(random.next() % (*some.used.rbegin() + 1));
            some.give_back(*some.used.lower_bound(any));
        }
        if (i % 1000 == 0) CHECK(some.walk() == some.used);
    }
    CHECK(some.walk() == some.used);
    CHECK(*some.used.rbegin() < 3000 + record_pool::segment_size);
}

TEST_CASE("nodes stay where they are") {
    used_pool some;
    const auto* const first = &some.pool[some.take()];
    for (unsigned i = 0; i < 10'000; ++i) some.take();

    CHECK(first == &some.pool[0]);
}

TEST_CASE("a segment is freed with its last node") {
    used_pool some;
    for (unsigned i = 0; i < 2 * record_pool::segment_size; ++i) some.take();
    for (std::uint32_t i = 0; i < record_pool::segment_size; ++i) some.give_back(i);

    const sipwhere_test::allocation_counter allocations;
    CHECK(some.take() < record_pool::segment_size);
    CHECK(allocations.count() > 0);
    CHECK(some.walk() == some.used);
}

TEST_CASE("without memory there is no node, and later there is") {
    used_pool some;
    for (std::size_t allowed = 0; allowed < 3; ++allowed) {
        const sipwhere_test::memory_shortage little{allowed};
        CHECK((some.take() != record_pool::none) == (allowed == 2));
    }
    {
        const sipwhere_test::memory_shortage none{0};
        while (some.take() != record_pool::none) {
        }
        CHECK(some.used.size() == record_pool::segment_size);
    }
    CHECK(some.take() != record_pool::none);
}

} // namespace record_pool_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/block_pool.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <support/allocation_counter.hpp>
#include <support/resident_bytes.hpp>
#include <support/skip.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

namespace block_pool_test {

using sipwhere::detail::block_pool;
constexpr auto none = block_pool::none;

/// A pool whose blocks tell whose they are, and are filled with a byte of their owner's.
struct owned_blocks {
    block_pool pool;
    std::vector<std::uint32_t> place; ///< by owner
    std::map<std::size_t, std::size_t> count; ///< by units

    auto take(std::size_t units) -> bool {
        const auto block = pool.take(units);
        if (block == none) return false;
        CHECK(pool.units(block) == units);
        const auto owner = static_cast<std::uint32_t>(place.size());
        std::memset(pool.at(block), static_cast<char>(owner * 7), units * block_pool::unit);
        std::memcpy(pool.at(block), &owner, sizeof owner);
        place.push_back(block);
        ++count[units];
        return true;
    }

    void give_back(std::uint32_t owner) {
        const auto block = place[owner];
        --count[pool.units(block)];
        place[owner] = none;
        if (pool.give_back(block)) place[owner_at(block)] = block;
    }

    [[nodiscard]] auto owner_at(std::uint32_t block) const -> std::uint32_t {
        std::uint32_t owner = 0;
        std::memcpy(&owner, pool.at(block), sizeof owner);
        return owner;
    }

    /// Returns: whether each block in use has the bytes that were written to it.
    [[nodiscard]] auto is_intact() const -> bool {
        for (std::uint32_t owner = 0; owner < place.size(); ++owner) {
            if (place[owner] == none) continue;
            const std::string_view rest{pool.at(place[owner]) + 4, pool.units(place[owner]) * block_pool::unit - 4};
            if (owner_at(place[owner]) != owner) return false;
            if (rest.find_first_not_of(static_cast<char>(owner * 7)) != rest.npos) return false;
        }
        return true;
    }

    /// Returns: how many pages the blocks need when they lie side by side.
    [[nodiscard]] auto fewest_pages() const -> std::ptrdiff_t {
        std::size_t pages = 0;
        for (const auto& [units, blocks] : count) {
            const auto in_page = units > block_pool::largest_shared ? 1 : block_pool::page_size / (units * 8);
            pages += (blocks + in_page - 1) / in_page;
        }
        return static_cast<std::ptrdiff_t>(pages);
    }
};

/// Returns: how many empty pages a pool may keep.
auto most_kept(const block_pool& pool) -> std::ptrdiff_t {
    return static_cast<std::ptrdiff_t>(std::max(pool.bytes() / 8, std::size_t{256} << 10U) / block_pool::page_size);
}

TEST_CASE("blocks keep their bytes and leave no gaps, whatever comes and goes") {
    sipwhere::xoshiro256 random{5};
    const auto below = [&](std::size_t count) { return static_cast<std::size_t>(random.next() % count); };
    constexpr std::array<std::size_t, 7> sizes{2, 3, 29, 30, 100, 256, 512};
    const sipwhere_test::allocation_counter allocations;
    owned_blocks some;
    some.place.reserve(30'000);
    std::vector<std::uint32_t> alive;
    alive.reserve(30'000);
    for (const auto units : sizes) some.count[units] = 0;
    const auto lists = allocations.held() + 1; // and the one of the pages
    for (unsigned i = 0; i < 30'000; ++i) {
        const bool grows = below(100) < (i / 5000 % 2 == 0 ? 80U : 20U);
        if (grows || alive.empty()) {
            REQUIRE(some.take(sizes[below(sizes.size())]));
            alive.push_back(static_cast<std::uint32_t>(some.place.size() - 1));
        } else {
            std::swap(alive[below(alive.size())], alive.back());
            some.give_back(alive.back());
            alive.pop_back();
        }
        if (i % 500 == 0) {
            REQUIRE(some.is_intact());
            CHECK(allocations.held() >= lists + some.fewest_pages());
            CHECK(allocations.held() <= lists + some.fewest_pages() + most_kept(some.pool));
        }
    }
    CHECK(some.is_intact());
    while (!alive.empty()) {
        some.give_back(alive.back());
        alive.pop_back();
    }
    CHECK(allocations.held() <= lists + most_kept(some.pool));
    CHECK(some.pool.bytes() == 0);
}

TEST_CASE("bytes() is what all blocks have") {
    owned_blocks some;
    for (const std::size_t units : {2U, 30U, 30U, 1024U}) REQUIRE(some.take(units));
    CHECK(some.pool.bytes() == 8 * 1086);

    some.give_back(1);
    some.give_back(3);
    CHECK(some.pool.bytes() == 8 * 32);
}

TEST_CASE("a block of more than 2 KiB has whole multiples of 4 KiB") {
    CHECK(block_pool::units_for(1) == 1);
    CHECK(block_pool::units_for(9) == 2);
    CHECK(block_pool::units_for(2048) == 256);
    CHECK(block_pool::units_for(2049) == 512);
    CHECK(block_pool::units_for(4096) == 512);
    CHECK(block_pool::units_for(4097) == 1024);
}

TEST_CASE("a block with a page of its own gives back what a smaller one does not need, one of a shared page does not") {
    owned_blocks some;
    REQUIRE(some.take(1536));
    REQUIRE(some.take(100));
    some.pool.shrink(some.place[0], 1024);
    some.pool.shrink(some.place[1], 10);
    if (sipwhere::detail::system_memory::can_shrink) CHECK(some.pool.units(some.place[0]) == 1024);
    some.pool.shrink(some.place[0], 10);
    CHECK(some.pool.units(some.place[1]) == 100);
    if (sipwhere::detail::system_memory::can_shrink) {
        CHECK(some.pool.units(some.place[0]) == 512);
        CHECK(some.pool.bytes() == 8 * 612);
    }
    REQUIRE_FALSE(some.pool.give_back(some.place[0]));
    CHECK(some.pool.bytes() == 8 * 100);
}

TEST_CASE("a pool gives all its pages back when it goes") {
    const sipwhere_test::allocation_counter allocations;
    {
        owned_blocks some;
        for (const std::size_t units : {2U, 30U, 512U, 1024U}) REQUIRE(some.take(units));
        CHECK(allocations.held() > 4);
    }
    CHECK(allocations.held() == 0);
}

TEST_CASE("blocks that grow by turns, size after size, take no memory from the system and give none back") {
    constexpr std::uint32_t blocks = 5000;
    owned_blocks some;
    some.place.reserve(blocks);
    for (std::uint32_t i = 0; i < blocks; ++i) REQUIRE(some.take(40));
    const auto grow_all_to = [&](std::size_t units) {
        for (std::uint32_t owner = 0; owner < blocks; ++owner) {
            const auto block = some.pool.take(units);
            REQUIRE(block != none);
            std::memset(some.pool.at(block), static_cast<char>(owner * 7), units * block_pool::unit);
            std::memcpy(some.pool.at(block), &owner, sizeof owner);
            ++some.count[units];
            some.give_back(owner);
            some.place[owner] = block;
        }
    };
    grow_all_to(42);
    const auto returned = some.pool.returned();
    {
        const sipwhere_test::memory_shortage hardly_any{4}; // what they grow by
        for (const std::size_t units : {43U, 44U, 43U, 42U, 41U, 42U, 43U}) grow_all_to(units);
    }
    CHECK(some.pool.returned() == returned);
    CHECK(some.is_intact());
}

TEST_CASE("without memory there is no block, and later there is") {
    for (const std::size_t units : {30U, 1024U}) {
        owned_blocks some;
        for (std::size_t allowed = 0; allowed < 3; ++allowed) {
            const sipwhere_test::memory_shortage little{allowed};
            CHECK(some.take(units) == (allowed == 2)); // the list of pages and a page
            CHECK(some.pool.bytes() == (allowed == 2 ? 8 * units : 0));
        }
        const sipwhere_test::memory_shortage none_at_all{0};
        while (some.take(units)) {
        }
        CHECK(some.fewest_pages() == 1);
        CHECK(some.place.size() == (units == 30 ? block_pool::page_size / 240 : 1));
        CHECK(some.is_intact());
    }
}

TEST_CASE("a block that goes needs no memory") {
    owned_blocks some;
    for (unsigned i = 0; i < 2000; ++i) REQUIRE(some.take(30));
    const sipwhere_test::memory_shortage none_at_all{0};
    for (std::uint32_t owner = 0; owner < 2000; owner += 2) some.give_back(owner);

    CHECK(some.is_intact());
}

TEST_CASE("a page gives back to the system what lies behind its last block, but for a few KiB") {
    if (sipwhere_test::resident_bytes() == 0) return sipwhere_test::skip("the system does not tell memory in use");
    owned_blocks some;
    some.place.reserve(1'000'000);
    const auto before = sipwhere_test::resident_bytes();
    for (std::size_t units = 2; units <= block_pool::largest_shared; ++units)
        for (auto left = block_pool::page_size / (units * block_pool::unit); left != 0; --left)
            REQUIRE(some.take(units));
    constexpr auto pages = block_pool::largest_shared - 1;
    const auto full = sipwhere_test::resident_bytes();
    CHECK(full > before + pages * 60'000);
    for (auto owner = static_cast<std::uint32_t>(some.place.size()); owner-- > 0;)
        if (owner != 0 && some.pool.units(some.place[owner]) == some.pool.units(some.place[owner - 1]))
            some.give_back(owner); // all but the first of each page
    CHECK(some.is_intact());
    CHECK(full - sipwhere_test::resident_bytes() > pages * 50'000);
}

} // namespace block_pool_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/slot_table.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace slot_table_test {

using sipwhere::detail::slot_table;

struct counted_table {
    slot_table table;
    std::map<std::uint32_t, std::uint32_t> model; // hash by number

    /// Returns: the number found under a hash when one is looked for, 0 if none is.
    [[nodiscard]] auto find(std::uint32_t hash, std::uint32_t number) const -> std::uint32_t {
        return table.find(hash, [&](std::uint32_t candidate) { return candidate == number; });
    }

    auto insert(std::uint32_t hash, std::uint32_t number) -> bool {
        table.step();
        if (!table.insert(hash, number)) return false;
        model[number] = hash;
        return true;
    }

    void erase(std::uint32_t number) {
        table.step();
        table.erase(model[number], number);
        CHECK(find(model[number], number) == 0);
        model.erase(number);
    }

    [[nodiscard]] auto holds_all() const -> bool {
        return std::all_of(model.begin(), model.end(),
                           [&](const auto& one) { return find(one.second, one.first) == one.first; });
    }
};

TEST_CASE("an empty table finds nothing and needs no memory") {
    const sipwhere_test::allocation_counter allocations;
    const counted_table empty;

    CHECK(empty.find(5, 1) == 0);
    CHECK(allocations.count() == 0);
}

TEST_CASE("entries of one hash are told apart by who asks") {
    counted_table same;
    for (std::uint32_t number = 1; number <= 200; ++number) REQUIRE(same.insert(77, number));

    CHECK(same.holds_all());
    CHECK(same.find(77, 201) == 0);
    for (std::uint32_t number = 200; number > 0; number -= 2) same.erase(number);
    CHECK(same.holds_all());
    CHECK(same.find(77, 200) == 0);
}

TEST_CASE("who asks is shown no entry of another hash") {
    counted_table near;
    for (std::uint32_t number = 1; number <= 100; ++number) REQUIRE(near.insert(number << 20U, number));
    unsigned asked = 0;
    const auto found = near.table.find(7U << 20U, [&](std::uint32_t number) { return ++asked, number == 7; });

    CHECK(found == 7);
    CHECK(asked == 1);
}

TEST_CASE("entries at the end of the array go on at its beginning") {
    counted_table wrapped;
    for (std::uint32_t number = 1; number <= 64; ++number) REQUIRE(wrapped.insert(0xffff'fff0 + number % 16, number));
    for (std::uint32_t number = 1; number <= 64; number += 3) wrapped.erase(number);

    CHECK(wrapped.holds_all());
}

TEST_CASE("a table that grows and shrinks again finds all it holds at each step") {
    counted_table some;
    sipwhere::xoshiro256 random{1};
    const auto hash = [&] { return static_cast<std::uint32_t>(random.next()); };
    for (std::uint32_t number = 1; number <= 6000; ++number) {
        REQUIRE(some.insert(hash(), number));
        if (number % 97 == 0) REQUIRE(some.holds_all());
    }
    for (std::uint32_t number = 1; number <= 6000; ++number) {
        some.erase(number);
        if (number % 97 == 0) REQUIRE(some.holds_all());
    }
}

/// Inserts and erases at random; each step may allocate so often, or as often as it wants when that is 0.
void walk(std::uint64_t seed, std::size_t allowances) {
    CAPTURE(seed);
    sipwhere::xoshiro256 random{seed};
    const auto below = [&](std::size_t count) { return static_cast<std::uint32_t>(random.next() % count); };
    counted_table some;
    std::uint32_t most = 1 + below(3000);
    for (unsigned i = 0; i < 20'000; ++i) {
        const auto number = 1 + below(most);
        const auto hash = below(2000) * 0x0100'0001U;
        std::optional<sipwhere_test::memory_shortage> shortage;
        if (allowances != 0) shortage.emplace(below(allowances));
        if (some.model.count(number) == 1) some.erase(number);
        else if (!some.insert(hash, number)) REQUIRE(allowances != 0);
        shortage.reset();
        if (i % 997 == 0) REQUIRE(some.holds_all());
        if (i % 5000 == 4999) most = 1 + below(3000);
    }
    CHECK(some.holds_all());
}

TEST_CASE("a table does what a map does") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) walk(seed, 0);
}

TEST_CASE("a table does what a map does while memory runs out again and again") {
    for (std::uint32_t seed = 1; seed <= 10; ++seed) walk(seed, 1 + seed % 3);
}

TEST_CASE("without memory nothing is taken in, nothing is lost, and later it goes on") {
    counted_table some;
    std::uint32_t number = 0;
    const auto hash_of_next = [&] { return (number + 1) * 0x9e37'79b9; };
    const auto insert_next = [&] {
        if (!some.insert(hash_of_next(), number + 1)) return false;
        ++number;
        return true;
    };
    while (number < 1760) REQUIRE(insert_next());
    {
        const sipwhere_test::memory_shortage none{0};
        while (insert_next()) {
        }
        CHECK(number < 2048);
        CHECK(some.holds_all());
        CHECK(some.find(hash_of_next(), number + 1) == 0);
        some.erase(1);
        CHECK(some.holds_all());
    }
    for (unsigned allowed = 0; allowed < 6; ++allowed) {
        const sipwhere_test::memory_shortage little{allowed};
        for (unsigned i = 0; i < 1200; ++i) (void)insert_next();
        CHECK(some.holds_all());
    }
    while (number < 12'000) REQUIRE(insert_next());
    CHECK(some.holds_all());
}

TEST_CASE("a table that gets no chance to step takes what it can, and loses nothing") {
    counted_table some;
    std::uint32_t number = 0;
    while (some.table.insert((number + 1) * 0x9e37'79b9, number + 1)) {
        ++number;
        some.model[number] = number * 0x9e37'79b9;
    }
    CHECK(number < 40'000);
    CHECK(some.holds_all());
    for (unsigned i = 0; i < 400; ++i) some.table.step();
    CHECK(some.insert(1, number + 1));
    CHECK(some.holds_all());
}

TEST_CASE("pages come and go a few at a time, and all of them go with the last entry") {
    constexpr std::uint32_t most = 100'000;
    const auto hash_of = [](std::uint32_t number) { return number * 0x9e37'79b9; };
    const sipwhere_test::allocation_counter allocations;
    slot_table table;
    std::ptrdiff_t held = 0, most_taken = 0, most_given = 0;
    const auto look = [&] {
        const auto change = allocations.held() - held;
        most_taken = std::max(most_taken, change);
        most_given = std::max(most_given, -change);
        held += change;
    };
    bool inserted = true;
    for (std::uint32_t number = 1; number <= most; ++number, look()) {
        table.step();
        inserted = table.insert(hash_of(number), number) && inserted;
    }
    const auto held_by_all = held;
    for (std::uint32_t number = 1; number < most; ++number, look()) {
        table.step();
        table.erase(hash_of(number), number);
    }
    const auto held_by_last = held;
    table.erase(hash_of(most), most);

    CHECK(inserted);
    CHECK(held_by_all == 1 + 64); // the list of pages, and 2^17 slots
    CHECK(most_taken <= 4); // a list, the page of the new entry, and two for entries that move: neighbours stay so
    CHECK(most_given <= 4);
    CHECK(held_by_last <= 2 + 3); // it may be changing its size
    CHECK(allocations.held() == 0);
}

} // namespace slot_table_test

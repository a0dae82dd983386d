// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/config/setting_list.hpp>

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;

struct twice {
    constexpr twice() noexcept = default;
    constexpr twice(int half) noexcept : value(2 * half) {}
    int value = 0;
};

struct both {
    int first = 0;
    int last = 0;
};

TEST_CASE("a list keeps the few values that stand in braces") {
    const setting_list<int, 3> list{1, 2, 3};
    REQUIRE(list.view().size() == 3);
    CHECK(list.view()[2] == 3);
    CHECK_FALSE(list.overflowed());
    CHECK(setting_list<int, 3>{1, 2, 3, 4}.overflowed());
    CHECK(setting_list<int>{}.view().empty());
    CHECK(setting_list<int, 3>::most_in_braces() == 3);
}

TEST_CASE("a list borrows any number of values") {
    std::array<int, 20> many{1, 2, 3};
    const setting_list<int, 3> list{std::span<const int>{many}};
    many[19] = 7;
    CHECK(list.view().size() == 20);
    CHECK(list.view()[19] == 7);
    CHECK_FALSE(list.overflowed());
}

TEST_CASE("a copy of a list looks at its own values") {
    setting_list<int, 3> first{1, 2};
    const auto second = first;
    first = {7, 8, 9};
    CHECK(second.view().size() == 2);
    CHECK(second.view()[0] == 1);
}

TEST_CASE("what is borrowed is made a value of the list when it is looked at") {
    const std::vector<int> halves{1, 2, 3};
    const setting_list<twice> list = halves;
    int sum = 0;
    for (const auto each : list.view()) sum += each.value;
    CHECK(sum == 12);

    const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
    const setting_view<both> made = pairs;
    REQUIRE(made.size() == 2);
    CHECK(made[1].first == 3);
    CHECK(made[1].last == 4);
}

static_assert(is_lasting_argument<std::vector<int>&>);
static_assert(is_lasting_argument<std::span<int>>);
static_assert(is_lasting_argument<const char*>);
static_assert(!is_lasting_argument<std::vector<int>>);
static_assert(!is_lasting_argument<std::array<int, 3>>);

} // namespace

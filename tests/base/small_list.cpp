// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/small_list.hpp>

#include <doctest/doctest.h>

#include <array>
#include <span>

namespace {

using namespace sipwhere;

TEST_CASE("a small list keeps a few values itself") {
    const small_list<int, 3> list{1, 2, 3};
    CHECK(list.values().size() == 3);
    CHECK(list.values()[2] == 3);
    CHECK_FALSE(list.overflowed());
    CHECK(small_list<int, 3>{1, 2, 3, 4}.overflowed());
    CHECK(small_list<int>{}.empty());
}

TEST_CASE("a small list borrows any number of values") {
    constexpr std::array<int, 20> many{1, 2, 3};
    const small_list<int, 3> list{std::span<const int>{many}};
    CHECK(list.values().data() == many.data());
    CHECK(list.values().size() == 20);
    CHECK_FALSE(list.overflowed());
}

TEST_CASE("a copy of a small list looks at its own values") {
    small_list<int, 3> first{1, 2};
    const auto second = first;
    first = {7, 8, 9};
    CHECK(second.values().size() == 2);
    CHECK(second.values()[0] == 1);
}

} // namespace

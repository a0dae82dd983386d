// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/fixed_vector.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

TEST_CASE("a fixed vector takes values until it is full and says when it was asked for more") {
    fixed_vector<int, 2> values;
    CHECK(values.empty());

    CHECK(values.push_back(1));
    CHECK(values.push_back(2));
    CHECK(values.full());
    CHECK_FALSE(values.overflowed());
    CHECK_FALSE(values.push_back(3));

    CHECK(values.overflowed());
    CHECK(values.size() == 2);
    CHECK(values[0] == 1);
    CHECK(values[1] == 2);
}

TEST_CASE("a fixed vector begins anew when it is cleared") {
    fixed_vector<int, 2> values{1, 2, 3};
    CHECK(values.overflowed());

    values.clear();

    CHECK(values.empty());
    CHECK_FALSE(values.overflowed());
    CHECK(values.push_back(4));
}

TEST_CASE("a fixed vector can be walked over and changed in place") {
    fixed_vector<int, 4> values{1, 2, 3};

    for (int& value : values) value *= 10;
    values[2] += 1;

    int sum = 0;
    for (const int value : values) sum += value;
    CHECK(sum == 61);
    CHECK(values.capacity() == 4);
}

} // namespace

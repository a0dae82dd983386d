// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/result.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

struct result_sample {
    int number = 0;
};

TEST_CASE("a result holds a value or the failure that kept it away") {
    constexpr result<result_sample> good = result_sample{7};
    constexpr result<result_sample> bad = fail(errc::bad_uri, 3);

    static_assert(good && good->number == 7 && (*good).number == 7);
    static_assert(!bad && bad.error() == failure{errc::bad_uri, 3});
    CHECK(good);
    CHECK_FALSE(bad);
}

TEST_CASE("the value of a result can be changed") {
    result<result_sample> good = result_sample{7};

    good->number = 8;
    (*good).number += 1;

    CHECK(good->number == 9);
}

TEST_CASE("a result of nothing is success unless it failed") {
    CHECK(result<void>{});
    const result<void> bad = fail(errc::no_capacity);
    CHECK_FALSE(bad);
    CHECK(bad.error() == failure{errc::no_capacity, 0});
}

} // namespace

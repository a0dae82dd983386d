// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

TEST_CASE("a seeded random gives the same from the same seed and something else from another") {
    seeded_random a{7};
    seeded_random b{7};
    seeded_random other{8};
    xoshiro256 published{7};
    for (int i = 0; i < 100; ++i) {
        const auto drawn = a.next();
        CHECK(drawn == b.next());
        CHECK(drawn != other.next());
        CHECK(drawn == published.next());
    }
}

TEST_CASE("a seed of 0 is as good as any") {
    seeded_random zero{0};
    CHECK(zero.next() != 0);
    CHECK(zero.next() != zero.next());
}

} // namespace

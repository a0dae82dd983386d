// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/xoshiro.hpp>

#include <doctest/doctest.h>

#include <cstdint>

namespace {

using namespace sipwhere;

TEST_CASE("splitmix64 gives the numbers that its author's code gives") {
    splitmix64 generator{1234567};
    for (const std::uint64_t expected : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                         4593380528125082431ULL, 16408922859458223821ULL})
        CHECK(generator.next() == expected);
}

TEST_CASE("xoshiro256** gives the numbers that its authors' code gives") {
    xoshiro256 generator{{1, 2, 3, 4}};
    for (const std::uint64_t expected :
         {11520ULL, 0ULL, 1509978240ULL, 1215971899390074240ULL, 1216172134540287360ULL, 607988272756665600ULL,
          16172922978634559625ULL, 8476171486693032832ULL, 10595114339597558777ULL, 2904607092377533576ULL})
        CHECK(generator.next() == expected);
}

TEST_CASE("xoshiro256** takes a seed by way of splitmix64, as its authors advise") {
    splitmix64 spread{7};
    const auto a = spread.next();
    const auto b = spread.next();
    const auto c = spread.next();
    const auto d = spread.next();
    xoshiro256 by_state{{a, b, c, d}};
    xoshiro256 by_seed{7};
    for (int i = 0; i < 100; ++i) CHECK(by_seed.next() == by_state.next());
}

TEST_CASE("xoshiro256** runs while compiling") {
    constexpr auto first = xoshiro256{{1, 2, 3, 4}}.next();
    static_assert(first == 11520);
}

} // namespace

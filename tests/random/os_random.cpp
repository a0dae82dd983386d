// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/random/os_random.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>

namespace {

using namespace sipwhere;

TEST_CASE("the system's random words never repeat, nor between objects") {
    constexpr std::size_t enough = 1000;
    os_random a;
    os_random b;
    std::set<std::uint64_t> seen;
    for (std::size_t i = 0; i < enough; ++i) {
        seen.insert(a.next());
        seen.insert(b.next());
    }
    CHECK(seen.size() == 2 * enough);
}

TEST_CASE("each bit of the system's random words is set about half of the time") {
    constexpr int draws = 4000;
    os_random random;
    std::array<int, 64> set{};
    for (int i = 0; i < draws; ++i) {
        const auto word = random.next();
        for (std::size_t bit = 0; bit < set.size(); ++bit) set[bit] += static_cast<int>(word >> bit & 1);
    }
    // Eight standard deviations to either side: chance breaks this once in 10^13 runs.
    for (const auto count : set) {
        CHECK(count > draws / 2 - 253);
        CHECK(count < draws / 2 + 253);
    }
}

#ifdef __linux__
TEST_CASE("where the kernel does not know the call, its device gives the words") {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 64; ++i) seen.insert(detail::word_from_file());
    CHECK(seen.size() == 64);
    CHECK_FALSE(seen.contains(0));
}
#endif

} // namespace

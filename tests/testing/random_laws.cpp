// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/random_laws.hpp>

#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>

namespace random_laws_test {

using namespace sipwhere;

/// Returns: the laws that a source of randomness is said not to keep.
template <typename Random>
[[nodiscard]] auto broken_by(Random random) -> std::set<std::string> {
    std::set<std::string> laws;
    const auto note = [&](const testing::breach& found) { laws.emplace(found.law); };
    const auto breaches = testing::check_random_laws(random, note);
    CHECK(breaches == laws.size());
    return laws;
}

TEST_CASE("the library's sources of randomness keep the laws") {
    CHECK(broken_by(os_random{}).empty());
    for (const std::uint64_t seed : {0ULL, 1ULL, 2ULL, ~0ULL}) CHECK(broken_by(seeded_random{seed}).empty());
}

/// Good words, spoiled.
template <std::uint64_t (*Spoil)(std::uint64_t, std::uint64_t)>
struct spoiled_random {
    seeded_random good{1};
    std::uint64_t count = 0;

    auto next() noexcept -> std::uint64_t { return Spoil(good.next(), count++); }
};

auto counted(std::uint64_t, std::uint64_t count) -> std::uint64_t { return count; }
auto in_31_bits(std::uint64_t word, std::uint64_t) -> std::uint64_t { return word >> 33; }
auto in_pairs(std::uint64_t word, std::uint64_t) -> std::uint64_t { return (word & 0x5555'5555'5555'5555) * 3; }
auto blinking(std::uint64_t word, std::uint64_t count) -> std::uint64_t { return (word & ~1ULL) | (count & 1); }
auto short_of_words(std::uint64_t word, std::uint64_t) -> std::uint64_t { return seeded_random{word % 1000}.next(); }

TEST_CASE("a source of randomness that is plainly broken is found out") {
    CHECK(broken_by(spoiled_random<counted>{}).count("each bit is set in half of all words") == 1);
    CHECK(broken_by(spoiled_random<in_31_bits>{}).count("each bit is set in half of all words") == 1);
    CHECK(broken_by(spoiled_random<in_pairs>{}).count("each bit differs from the next one in half of all words") == 1);
    CHECK(broken_by(spoiled_random<blinking>{})
              .count("each bit differs from that of the next word in half of all words") == 1);
    CHECK(broken_by(spoiled_random<short_of_words>{}).count("no word comes twice") == 1);
}

} // namespace random_laws_test

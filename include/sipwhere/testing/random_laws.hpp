// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/random.hpp>
#include <sipwhere/testing/law.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace sipwhere::testing {

/// Checks that a source of randomness is not plainly broken; that it can't be predicted no test can show.
///
/// A good one fails once in 10^12 runs.
/// Returns: how many breaches there were; each was reported.
template <typename Random>
auto check_random_laws(Random& random, breach_report report) -> unsigned {
    static_assert(explain_random<Random>());
    constexpr int draws = 4096;
    constexpr int deviation = 8 * 32; // eight standard deviations of a fair coin thrown 4,096 times
    judge verdicts{report};

    std::array<std::uint64_t, draws> words{};
    for (auto& word : words) word = random.next();
    const auto is_even = [](int ones) { return ones > draws / 2 - deviation && ones < draws / 2 + deviation; };

    bool ones_are_even = true, changes_are_even = true, pairs_are_even = true;
    for (unsigned bit = 0; bit < 64; ++bit) {
        int ones = 0, changes = 0, pairs = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto word = words[i];
            ones += static_cast<int>(word >> bit & 1U);
            changes += static_cast<int>((word ^ words[(i + 1) % words.size()]) >> bit & 1U);
            pairs += static_cast<int>((word >> bit ^ word >> (bit + 1) % 64) & 1U);
        }
        ones_are_even = ones_are_even && is_even(ones);
        changes_are_even = changes_are_even && is_even(changes);
        pairs_are_even = pairs_are_even && is_even(pairs);
    }
    verdicts.tries("4,096 words");
    verdicts.expects(ones_are_even, "each bit is set in half of all words");
    verdicts.expects(changes_are_even, "each bit differs from that of the next word in half of all words");
    verdicts.expects(pairs_are_even, "each bit differs from the next one in half of all words");
    std::sort(words.begin(), words.end());
    verdicts.expects(std::adjacent_find(words.begin(), words.end()) == words.end(), "no word comes twice");
    return verdicts.breaches();
}

} // namespace sipwhere::testing

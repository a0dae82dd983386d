// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace sipwhere_test {

/// How many histories the longest tests play, each of its own seed.
inline constexpr std::uint64_t most_seeds = 1000;

/// Returns: the number in a variable of the environment.
[[nodiscard]] inline auto number_in(const char* variable, std::uint64_t otherwise) -> std::uint64_t {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Returns: how many histories of a kind to play: the usual number, but at most SIPWHERE_SEEDS, for machines and
///          compilers that make slow programs. More than 1000 is what every kind plays.
[[nodiscard]] inline auto seeds(std::uint64_t usual) -> std::uint64_t {
    const auto asked = number_in("SIPWHERE_SEEDS", most_seeds);
    return asked > most_seeds ? asked : std::min(asked, usual);
}

/// Returns: how many texts of a kind to try; fewer where SIPWHERE_SEEDS says that the machine is very slow.
[[nodiscard]] inline auto rounds(std::size_t usual) -> std::size_t {
    return seeds(most_seeds) < most_seeds / 10 ? usual / 20 : usual;
}

} // namespace sipwhere_test

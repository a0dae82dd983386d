// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>

namespace sipwhere {

namespace detail {

template <typename T>
concept has_next = requires(T& random) {
    { random.next() } noexcept -> std::same_as<std::uint64_t>;
};

} // namespace detail

/// Gives chance, and the secrets of the keyed hashes.
///
/// 1. All 64 bits of `next()` are uniform and independent.
/// 2. Where attackers can reach the registrar, nobody can predict them; a seeded one is for tests and simulations.
template <typename T>
concept random_policy = detail::has_next<T>;

/// `using policy = random_tag;` says that a type is meant to be a source of randomness, where its members alone do not.
struct random_tag {};

/// Says in one sentence what a type lacks to be a source of randomness.
template <typename T>
[[nodiscard]] consteval auto explain_random() -> bool {
    static_assert(detail::has_next<T>, "random policy needs: next() noexcept -> std::uint64_t");
    return random_policy<T>;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/policy/random.hpp>

#include <cstdint>

namespace sipwhere {

/// The same numbers from the same seed on every platform: for tests and simulations alone.
class seeded_random {
public:
    constexpr explicit seeded_random(std::uint64_t seed) noexcept : generator_(seed) {}

    constexpr auto next() noexcept -> std::uint64_t { return generator_.next(); }

private:
    xoshiro256 generator_;
};

static_assert(random_policy<seeded_random>);

} // namespace sipwhere

// EXPECT: random policy needs: next() noexcept -> std::uint64_t
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct narrow_random {
    auto next() noexcept -> std::uint32_t;
};
static_assert(sipwhere::explain_random<narrow_random>());

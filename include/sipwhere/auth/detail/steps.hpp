// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>

#include <utility>

namespace sipwhere::detail {

/// Takes 64 steps of a hash: one after the other in the code, where it may be large, so that each is compiled for its
/// number.
template <typename Rounds, typename State, typename Block>
constexpr void take_steps(State& state, Block& block) noexcept {
    constexpr unsigned count = 64;
    if constexpr (SIPWHERE_SMALL != 0) {
        for (unsigned i = 0; i < count; ++i) Rounds::step(state, block, i);
    } else {
        [&]<unsigned... I>(std::integer_sequence<unsigned, I...>) {
            (Rounds::step(state, block, I), ...);
        }(std::make_integer_sequence<unsigned, count>{});
    }
}

} // namespace sipwhere::detail

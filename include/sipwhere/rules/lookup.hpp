// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/record.hpp>

#include <cstddef>

namespace sipwhere {

/// Visits live bindings in the order in which a proxy should try them: by descending q, those of the same q in the
/// order of their creation.
///
/// Returns: how many were visited.
/// Cost:    one pass for each different q, no memory.
/// Spec:    RFC 3261 §16.6 step 4.
template <typename Visit>
auto for_each_by_preference(const live_bindings& bindings, Visit&& visit) -> std::size_t {
    std::size_t visited = 0;
    for (int below = 1001; below > 0;) {
        int highest = -1;
        for (const auto binding : bindings)
            if (binding.q < below && binding.q > highest) highest = binding.q;
        if (highest < 0) break;
        for (const auto binding : bindings) {
            if (binding.q != highest) continue;
            visit(binding);
            ++visited;
        }
        below = highest;
    }
    return visited;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>

namespace sipwhere::testing {

/// How slow a `slow_access` or a `slow_storage` is, and how often it fails; chances go from 0 to 1.
struct slow_options {
    std::uint64_t seed = 1;
    std::chrono::milliseconds max_delay{0}; ///< until it answers, drawn from 0 on; even 0 is not at once
    double at_once = 0;     ///< chance that it answers at once
    double failure = 0;     ///< chance that it fails instead
    bool in_order = false;  ///< a slow_access answers in the order in which it was asked
    bool slow_reads = false; ///< a slow_storage knows no record at first
};

} // namespace sipwhere::testing

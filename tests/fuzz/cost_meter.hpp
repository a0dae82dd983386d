// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace sipwhere_fuzz {

/// Begins to count what the code under test does: each edge between its blocks, and each 16 bytes that it lets the C
/// library compare, search or copy. Only a program built with a coverage flag, and linked with these functions of the
/// C library wrapped, counts anything.
void start_meter();

/// Ends that.
///
/// Returns: how much it was.
auto stop_meter() -> std::uint64_t;

} // namespace sipwhere_fuzz

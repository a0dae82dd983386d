// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace sipwhere_test {

/// Counts the running test case as skipped, for a reason such as a file that is not there.
///
/// Call it once, before any check and outside of subcases, and return from the case.
void skip(std::string_view reason);

} // namespace sipwhere_test

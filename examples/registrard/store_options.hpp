// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "option_table.hpp"

#include <span>

namespace registrard {

/// Returns: the options about where bindings are kept.
[[nodiscard]] auto store_options() -> std::span<const option>;

} // namespace registrard

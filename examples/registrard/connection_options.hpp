// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "option_table.hpp"

#include <span>

namespace registrard {

/// Returns: the options about connections.
[[nodiscard]] auto connection_option_table() -> std::span<const option>;

} // namespace registrard

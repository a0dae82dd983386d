// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "option_table.hpp"

#include <span>

namespace registrard {

/// Returns: the options about who may register.
[[nodiscard]] auto access_options() -> std::span<const option>;

} // namespace registrard

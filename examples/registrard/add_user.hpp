// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

namespace registrard {

/// Reads a password from stdin and writes its user to the file of users, for each hash that is offered, in the place of
/// what stood there of the user in that realm. The file is exchanged whole.
///
/// Returns: the status of the program.
auto add_user(const options& asked) -> int;

} // namespace registrard

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

namespace registrard {

/// Serves until a signal ends it, with many datagrams for each system call.
///
/// Returns: the status of the program.
auto serve_batches(const options& asked) -> int;

/// The same with one datagram for each system call, which every system has. Each is a source of its own, as a registrar
/// takes long to compile and the compiler may do both at once.
auto serve_one_by_one(const options& asked) -> int;

} // namespace registrard

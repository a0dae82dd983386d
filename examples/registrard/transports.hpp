// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

namespace registrard {

// Each of these is a source of its own, as a registrar takes long to compile and the compiler may do several at once.

/// Serves until a signal ends it, with many datagrams for each system call.
///
/// Returns: the status of the program.
auto serve_batches(const options& asked) -> int;

/// Returns: whether it can keep bindings in a file.
[[nodiscard]] constexpr auto built_with_sqlite() -> bool {
#if defined(REGISTRARD_WITH_SQLITE)
    return true;
#else
    return false;
#endif
}

/// The same from bindings that a file keeps as well.
auto serve_stored(const options& asked) -> int;

/// Serves from memory with one datagram for each system call, which every system has.
auto serve_one_by_one(const options& asked) -> int;

} // namespace registrard

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <fstream>

#if defined(__linux__)
#include <unistd.h>
#endif

namespace sipwhere_test {

/// Returns: how many bytes of this program are in memory; 0 where the system does not tell, and under the address
///          sanitizer, which keeps what was given back.
[[nodiscard]] inline auto resident_bytes() -> std::size_t {
    [[maybe_unused]] std::size_t all = 0;
    std::size_t pages = 0;
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
    std::ifstream{"/proc/self/statm"} >> all >> pages;
    pages *= static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
#endif
    return pages;
}

} // namespace sipwhere_test

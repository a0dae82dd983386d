// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <fstream>

#if defined(__linux__)
#include <unistd.h>
#endif

// g++ and Clang tell of the address sanitizer in ways of their own.
#if defined(__SANITIZE_ADDRESS__)
#define SIPWHERE_TEST_KEEPS_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIPWHERE_TEST_KEEPS_MEMORY
#endif
#endif

namespace sipwhere_test {

/// Returns: how many bytes of this program are in memory; 0 where the system does not tell, and under the address
///          sanitizer, which keeps what was given back.
[[nodiscard]] inline auto resident_bytes() -> std::size_t {
    [[maybe_unused]] std::size_t all = 0;
    std::size_t pages = 0;
#if defined(__linux__) && !defined(SIPWHERE_TEST_KEEPS_MEMORY)
    std::ifstream{"/proc/self/statm"} >> all >> pages;
    pages *= static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
#endif
    return pages;
}

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#pragma once

#if __has_include(<sys/resource.h>)
#include <sys/resource.h>
#endif

namespace registrard {

/// Lets the program have as many descriptors as it may, since each connection takes one, and systems give few at first.
inline void raise_descriptors() {
#if defined(RLIMIT_NOFILE)
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
#endif
}

} // namespace registrard

// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace sipwhere {

/// Tells the processor, if the compiler knows how, that a cache line will be needed soon. Any address will do.
inline void prefetch(const void* address) noexcept {
#if defined(__GNUC__)
    __builtin_prefetch(address);
    asm volatile(""); // or else GCC drops the calls of functions that do nothing but this
#else
    static_cast<void>(address);
#endif
}

} // namespace sipwhere

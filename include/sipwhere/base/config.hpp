// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The only macros of the library. Define SIPWHERE_ASSERT before the first include to route broken
/// preconditions elsewhere: a board without assert() may want to light a LED and stop.
#if !defined(SIPWHERE_ASSERT)
#include <cassert>
#define SIPWHERE_ASSERT(condition) assert(condition)
#endif

/// 1 where code is to be small rather than fast, as -Os asks for: characters are then looked at one by one. Define it
/// before the first include to choose otherwise. The sources of one program may differ in it, and in their flags.
#if !defined(SIPWHERE_SMALL)
#if defined(__OPTIMIZE_SIZE__)
#define SIPWHERE_SMALL 1
#else
#define SIPWHERE_SMALL 0
#endif
#endif

/// Puts small functions on the way of every message into their callers, which compilers would not do by themselves.
#if SIPWHERE_SMALL
#define SIPWHERE_INLINE
#else
#define SIPWHERE_INLINE [[gnu::always_inline]]
#endif

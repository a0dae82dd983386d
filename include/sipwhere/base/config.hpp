// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The only macros of the library. Define SIPWHERE_ASSERT before the first include to route broken
/// preconditions elsewhere: a board without assert() may want to light a LED and stop.
#if !defined(SIPWHERE_ASSERT)
#include <cassert>
#define SIPWHERE_ASSERT(condition) assert(condition)
#endif

/* SPDX-License-Identifier: BSL-1.0
   What lwIP needs to know of the compiler and the board; see lwip/arch.h. */
#pragma once

#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(what)
#define LWIP_PLATFORM_ASSERT(what) abort()

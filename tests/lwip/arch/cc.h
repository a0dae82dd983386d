/* SPDX-License-Identifier: BSL-1.0
   What lwIP needs to know of the compiler; see lwip/arch.h. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif
void lwip_test_failed(const char* what);
unsigned lwip_test_random(void);
#ifdef __cplusplus
}
#endif

#define LWIP_PLATFORM_ASSERT(what) lwip_test_failed(what)
#define LWIP_RAND() lwip_test_random()

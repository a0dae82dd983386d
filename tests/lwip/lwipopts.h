/* SPDX-License-Identifier: BSL-1.0
   lwIP without an operating system or a heap, its memory counted. */
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TCP 0

#ifndef LWIP_IPV4
#define LWIP_IPV4 1
#endif
#ifndef LWIP_IPV6
#define LWIP_IPV6 1
#endif
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0 /* addresses are valid at once */
#define IPV6_FRAG_COPYHEADER 1 /* lwIP asks for it where pointers have 64 bits */
#ifndef LWIP_IGMP
#define LWIP_IGMP LWIP_IPV4
#endif
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1

#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_ALIGNMENT 8
#define MEM_SIZE 16000
#define PBUF_POOL_SIZE 16
#define PBUF_POOL_BUFSIZE 256 /* a datagram of a phone takes several */
#define MEMP_NUM_UDP_PCB 4
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 4)

#define LWIP_STATS 1
#define MEM_STATS 1
#define MEMP_STATS 1

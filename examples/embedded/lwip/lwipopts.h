/* SPDX-License-Identifier: BSL-1.0
   lwIP for a board that has one program, one Ethernet port and no heap: UDP over IPv4, all memory in arrays. */
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* the main loop alone calls lwIP */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TCP 0
#define LWIP_IPV6 0
#define LWIP_STATS 0

#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_ALIGNMENT 4
#define MEM_SIZE 4096 /* two of the longest answers */
#define PBUF_POOL_SIZE 12
#define PBUF_POOL_BUFSIZE 512 /* most requests fit into one or two */
#define MEMP_NUM_UDP_PCB 1
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1) /* the ticks of the transport */

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace sipwhere {

/// What `asio_udp_transport` may be told.
struct asio_udp_options {
    int receive_buffer = 0;               ///< bytes the kernel may keep for each socket; 0 leaves it to the system
    std::size_t largest_datagram = 65535; ///< longer ones are dropped; 16 of these are allocated
};

/// How much one call of the system carries. Each falls back by itself to the next where the system has none of it.
enum class udp_batching : std::uint8_t {
    segments,  ///< a batch, and in it runs of answers to one peer as one (UDP generic segmentation offload)
    datagrams, ///< a batch of datagrams (recvmmsg, sendmmsg)
    none,      ///< one datagram
};

/// What `asio_batched_udp_transport` may be told.
struct asio_batched_udp_options {
    int receive_buffer = 0;               ///< bytes the kernel may keep for each socket; 0 leaves it to the system
    std::size_t largest_datagram = 65535; ///< longer ones are dropped; `batch` of these are allocated
    std::size_t batch = 64;               ///< datagrams handed over at once, from 1 to 1024
    udp_batching batching = udp_batching::segments;
};

} // namespace sipwhere

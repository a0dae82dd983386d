// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace sipwhere {

/// What `asio_udp_transport` may be told.
///
/// With `reuse_port` several transports, each with a thread and a registrar of its own, listen on one address. Linux
/// deals out what arrives by the addresses and ports of both ends, so all that a client sends from one port reaches the
/// same of them: a retransmission finds the response ring that has its answer, and a CANCEL the request it means. When
/// one of them stops, its clients move to another. Every program of the same user that asks for it may join in, so a
/// port that is in use by mistake goes unnoticed.
struct asio_udp_options {
    /// Bytes to ask the system for, for each socket; 0 leaves it to the system. `receive_buffers` tells what it gave.
    int receive_buffer = 4 << 20;
    std::size_t largest_datagram = 65535; ///< longer ones are dropped; 16 of these are allocated, 256 KiB at least
    bool reuse_port = false; ///< SO_REUSEPORT; a system without it says transport_failed
    /// Lets an answer that is larger than the path to its client takes fail rather than go in fragments, which saves
    /// Linux some work for each (IP_PMTUDISC_DO). A system without it says transport_failed.
    bool never_fragment = false;
};

/// How much one call of the system carries. Each falls back by itself to the next where the system has none of it.
enum class udp_batching : std::uint8_t {
    segments, ///< a batch, and in it runs of datagrams from or to one peer as one (UDP_GRO, UDP_SEGMENT)
    datagrams, ///< a batch of datagrams (recvmmsg, sendmmsg)
    none, ///< one datagram
};

/// What `asio_batched_udp_transport` may be told.
struct asio_batched_udp_options {
    int receive_buffer = 4 << 20; ///< as in asio_udp_options
    std::size_t largest_datagram = 65535; ///< longer ones are dropped; `batch` of these are allocated, 256 at least
    std::size_t batch = 64; ///< datagrams handed over at once, from 1 to 1024
    udp_batching batching = udp_batching::segments;
    bool reuse_port = false; ///< as in asio_udp_options
    bool never_fragment = false; ///< as in asio_udp_options
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace sipwhere {

/// How much memory the system keeps for the datagrams that wait at one socket (SO_RCVBUF).
///
/// Linux grants an ordinary user `net.core.rmem_max` at most, often 212992, and one with CAP_NET_ADMIN what was asked.
/// It keeps twice as many bytes, since it counts its own overhead too: a datagram of 586 takes some 1,300 to 1,400.
/// Units: bytes, of which the system may keep more.
struct udp_receive_buffer {
    int asked = 0; ///< 0: the system was not asked
    int granted = 0; ///< what it keeps, asked or not; 0 if it does not tell
};

} // namespace sipwhere

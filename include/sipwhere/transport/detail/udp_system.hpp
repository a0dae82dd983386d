// SPDX-License-Identifier: BSL-1.0
#pragma once

#if defined(__linux__)
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <chrono>
#include <span>

namespace sipwhere::detail {

/// The calls of Linux that move datagrams in batches, none of which blocks; a test puts a poorer system in its place.
struct udp_system {
    [[nodiscard]] static auto receive(int socket, ::msghdr& into) noexcept -> ::ssize_t {
        return ::recvmsg(socket, &into, MSG_DONTWAIT);
    }
    [[nodiscard]] static auto receive_batch(int socket, std::span<::mmsghdr> into) noexcept -> int {
        return ::recvmmsg(socket, into.data(), static_cast<unsigned>(into.size()), MSG_DONTWAIT, nullptr);
    }
    [[nodiscard]] static auto send(int socket, const ::msghdr& message) noexcept -> ::ssize_t {
        return ::sendmsg(socket, &message, MSG_DONTWAIT);
    }
    [[nodiscard]] static auto send_batch(int socket, std::span<::mmsghdr> messages) noexcept -> int {
        return ::sendmmsg(socket, messages.data(), static_cast<unsigned>(messages.size()), MSG_DONTWAIT);
    }

    /// Returns: the time by which the outbox forgets who took no GSO batch.
    [[nodiscard]] static auto now() noexcept -> std::chrono::steady_clock::time_point {
        return std::chrono::steady_clock::now();
    }

    /// Returns: whether it cuts one message into datagrams (UDP_SEGMENT, since Linux 4.18).
    [[nodiscard]] static auto has_gso([[maybe_unused]] int socket) noexcept -> bool {
#if defined(UDP_SEGMENT)
        int value = 0;
        ::socklen_t size = sizeof value;
        return ::getsockopt(socket, IPPROTO_UDP, UDP_SEGMENT, &value, &size) == 0;
#else
        return false;
#endif
    }

    /// Asks for runs of one peer's datagrams as one message (UDP_GRO, since Linux 5.0); else they come one by one.
    static void enable_gro([[maybe_unused]] int socket) noexcept {
#if defined(UDP_GRO)
        const int on = 1;
        (void)::setsockopt(socket, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
#endif
    }
};

} // namespace sipwhere::detail

#endif

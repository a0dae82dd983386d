// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/udp_system.hpp>

#if defined(__linux__)
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere_test {

/// What a `poor_udp_system` refuses, and what it has done.
struct poor_udp_state {
    bool has_batches = true;          ///< recvmmsg and sendmmsg, or ENOSYS
    bool has_segments = true;         ///< the options UDP_SEGMENT and UDP_GRO
    int segments_refused = 0;         ///< errno for a message that is to be cut, 0 to cut it
    std::size_t at_once = SIZE_MAX;   ///< messages that one call sends
    std::size_t room = SIZE_MAX;      ///< messages it sends before it is full
    int full = EAGAIN;                ///< errno then
    int interruptions = 0;            ///< calls that fail with EINTR
    std::size_t sends = 0;            ///< calls to send
    std::size_t messages_received = 0;
};

/// A Linux that lacks calls or room. What it does not refuse the real one does, so that datagrams arrive or do not.
struct poor_udp_system {
    static inline poor_udp_state now; ///< a test begins by setting it to `{}`

    [[nodiscard]] static auto receive(int socket, ::msghdr& into) noexcept -> ::ssize_t {
        const auto got = real::receive(socket, into);
        if (got >= 0) ++now.messages_received;
        return got;
    }
    [[nodiscard]] static auto receive_batch(int socket, std::span<::mmsghdr> into) noexcept -> int {
        if (!now.has_batches) return refuse(ENOSYS);
        const int got = real::receive_batch(socket, into);
        now.messages_received += static_cast<std::size_t>(std::max(got, 0));
        return got;
    }
    [[nodiscard]] static auto send(int socket, const ::msghdr& message) noexcept -> ::ssize_t {
        ++now.sends;
        if (const int why = why_not(message); why != 0) return refuse(why);
        if (now.room != SIZE_MAX) --now.room;
        return real::send(socket, message);
    }
    [[nodiscard]] static auto send_batch(int socket, std::span<::mmsghdr> messages) noexcept -> int {
        ++now.sends;
        if (!now.has_batches) return refuse(ENOSYS);
        if (const int why = why_not(messages.front().msg_hdr); why != 0) return refuse(why);
        const auto cut = std::ranges::find_if(messages, [](const auto& each) { return is_refused(each.msg_hdr); });
        const auto whole = static_cast<std::size_t>(cut - messages.begin());
        const int sent = real::send_batch(socket, messages.first(std::min({whole, now.at_once, now.room})));
        if (now.room != SIZE_MAX) now.room -= static_cast<std::size_t>(std::max(sent, 0));
        return sent;
    }
    [[nodiscard]] static auto cuts_segments(int socket) noexcept -> bool {
        return now.has_segments && real::cuts_segments(socket);
    }
    static void join_segments(int socket) noexcept {
        if (now.has_segments) real::join_segments(socket);
    }

private:
    using real = sipwhere::detail::udp_system;

    [[nodiscard]] static auto why_not(const ::msghdr& message) noexcept -> int {
        if (now.interruptions > 0) return --now.interruptions, EINTR;
        if (now.room == 0) return now.full;
        return is_refused(message) ? now.segments_refused : 0;
    }
    [[nodiscard]] static auto is_refused(const ::msghdr& message) noexcept -> bool {
        return now.segments_refused != 0 && message.msg_control != nullptr;
    }
    [[nodiscard]] static auto refuse(int why) noexcept -> int {
        errno = why;
        return -1;
    }
};

} // namespace sipwhere_test

#endif

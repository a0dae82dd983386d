// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/udp_system.hpp>

#if defined(__linux__)
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sipwhere_test {

/// What a `poor_udp_system` refuses, and what it has done.
struct poor_udp_state {
    bool has_batches = true;          ///< recvmmsg and sendmmsg, or ENOSYS
    bool has_gso = true;              ///< the options UDP_SEGMENT and UDP_GRO
    int gso_refused = 0;              ///< errno for a message that is to be cut, 0 to cut it
    std::uint32_t refused_to = 0;     ///< the address of IPv4 for which they are refused; 0 for each
    std::chrono::steady_clock::time_point time{}; ///< what its clock shows
    std::size_t at_once = SIZE_MAX;   ///< messages that one call sends
    std::size_t room = SIZE_MAX;      ///< messages it sends before it is full
    int full = EAGAIN;                ///< errno then
    int interruptions = 0;            ///< calls that fail with EINTR
    std::size_t sends = 0;            ///< calls to send
    std::size_t messages_received = 0;
};

/// A Linux that lacks calls or room. What it does not refuse the real one does, so that datagrams arrive or do not.
struct poor_udp_system {
    static inline poor_udp_state state; ///< a test begins by setting it to `{}`

    [[nodiscard]] static auto receive(int socket, ::msghdr& into) noexcept -> ::ssize_t {
        const auto got = real::receive(socket, into);
        if (got >= 0) ++state.messages_received;
        return got;
    }
    [[nodiscard]] static auto receive_batch(int socket, std::span<::mmsghdr> into) noexcept -> int {
        if (!state.has_batches) return refuse(ENOSYS);
        const int got = real::receive_batch(socket, into);
        state.messages_received += static_cast<std::size_t>(std::max(got, 0));
        return got;
    }
    [[nodiscard]] static auto send(int socket, const ::msghdr& message) noexcept -> ::ssize_t {
        ++state.sends;
        if (const int why = why_not(message); why != 0) return refuse(why);
        if (state.room != SIZE_MAX) --state.room;
        return real::send(socket, message);
    }
    [[nodiscard]] static auto send_batch(int socket, std::span<::mmsghdr> messages) noexcept -> int {
        ++state.sends;
        if (!state.has_batches) return refuse(ENOSYS);
        if (const int why = why_not(messages.front().msg_hdr); why != 0) return refuse(why);
        const auto cut = std::ranges::find_if(messages, [](const auto& each) { return is_refused(each.msg_hdr); });
        const auto whole = static_cast<std::size_t>(cut - messages.begin());
        const int sent = real::send_batch(socket, messages.first(std::min({whole, state.at_once, state.room})));
        if (state.room != SIZE_MAX) state.room -= static_cast<std::size_t>(std::max(sent, 0));
        return sent;
    }
    [[nodiscard]] static auto now() noexcept -> std::chrono::steady_clock::time_point { return state.time; }
    [[nodiscard]] static auto has_gso(int socket) noexcept -> bool { return state.has_gso && real::has_gso(socket); }
    static void enable_gro(int socket) noexcept {
        if (state.has_gso) real::enable_gro(socket);
    }

private:
    using real = sipwhere::detail::udp_system;

    [[nodiscard]] static auto why_not(const ::msghdr& message) noexcept -> int {
        if (state.interruptions > 0) return --state.interruptions, EINTR;
        if (state.room == 0) return state.full;
        return is_refused(message) ? state.gso_refused : 0;
    }
    [[nodiscard]] static auto is_refused(const ::msghdr& message) noexcept -> bool {
        if (state.gso_refused == 0 || message.msg_control == nullptr) return false;
        ::sockaddr_in to{};
        std::memcpy(&to, message.msg_name, sizeof to);
        return state.refused_to == 0 || to.sin_addr.s_addr == htonl(state.refused_to);
    }
    [[nodiscard]] static auto refuse(int why) noexcept -> int {
        errno = why;
        return -1;
    }
};

} // namespace sipwhere_test

#endif

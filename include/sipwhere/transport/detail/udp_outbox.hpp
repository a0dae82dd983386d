// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/transport/detail/gso_limits.hpp>
#include <sipwhere/transport/detail/udp_message.hpp>
#include <sipwhere/transport/detail/udp_system.hpp>

#if defined(__linux__)
#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sipwhere::detail {

/// Collects datagrams and sends them with few calls of the system (sendmmsg), in their order. A run of them with one
/// destination goes as a GSO batch: one message, which the kernel cuts into datagrams (UDP_SEGMENT). Allocates only
/// when it is made.
template <typename System>
class basic_udp_outbox {
public:
    static constexpr std::size_t longest = 2048; ///< bytes of a datagram that it takes

    /// Has memory for `capacity` datagrams, from 1 to 1024.
    basic_udp_outbox(std::size_t capacity, bool with_gso)
        : gso_limit_(with_gso ? longest : 0), arena_(std::make_unique_for_overwrite<char[]>(capacity * longest)),
          routes_(capacity), queued_(capacity), messages_(capacity), headers_(capacity) {}

    [[nodiscard]] auto empty() const noexcept -> bool { return size_ == 0; }

    /// Copies a datagram, to go with the next `flush`; flushes if it is full. A run begins with it.
    void put(const udp_route& route, std::string_view bytes) noexcept {
        if (size_ == queued_.size()) flush();
        const auto place = size_ == 0 ? 0 : queued_[size_ - 1].route + 1;
        routes_[place] = route;
        add(bytes, place);
    }

    /// Copies a datagram with the route of the one before, perhaps in one run with it; there is one.
    void put(std::string_view bytes) noexcept {
        SIPWHERE_ASSERT(size_ > 0);
        const auto place = queued_[size_ - 1].route;
        if (size_ < queued_.size()) return add(bytes, place);
        flush();
        if (place != 0) routes_[0] = routes_[place];
        add(bytes, 0);
    }

    /// Sends all, without blocking; what a full socket does not take is lost.
    void flush() noexcept {
        if (size_ > 0 && !limits_.empty()) limits_.forget(System::now());
        const char* from = arena_.get();
        for (auto rest = datagrams{queued_}.first(size_); !rest.empty();) {
            const int socket = routes_[rest.front().route].socket;
            learn_of_gso(socket);
            auto header = headers_.begin();
            for (auto made = messages_.begin(); !rest.empty() && routes_[rest.front().route].socket == socket; ++made) {
                made->run = rest.first(run_length(rest));
                header->msg_hdr = header_of(made->run, from, made->frame);
                from += made->frame.piece.iov_len;
                rest = rest.subspan(made->run.size());
                ++header;
            }
            send_messages(socket, {headers_.begin(), header});
        }
        size_ = used_ = 0;
    }

    /// Returns: the longest datagram that goes to this destination in a GSO batch, as far as is known; 0 for none.
    [[nodiscard]] auto gso_limit(const socket_address& destination) const noexcept -> std::size_t {
        return limits_.limit_for(destination, gso_limit_);
    }

private:
    static constexpr std::size_t most_of_batch = 64;
    static constexpr std::size_t most_bytes = 65507; ///< that UDP over IPv4 carries

    /// A datagram that waits, in the arena behind the one before.
    struct waiting_datagram {
        std::uint32_t route; ///< its place among the routes
        std::uint32_t size;
    };
    using datagrams = std::span<const waiting_datagram>;

    /// A datagram, or a run of them that goes as a GSO batch.
    struct message {
        datagrams run;
        message_frame frame;
    };

    void add(std::string_view bytes, std::uint32_t route) noexcept {
        SIPWHERE_ASSERT(bytes.size() <= longest);
        std::copy(bytes.begin(), bytes.end(), arena_.get() + used_);
        queued_[size_++] = {route, static_cast<std::uint32_t>(bytes.size())};
        used_ += bytes.size();
    }

    /// Asks once; a kernel before 4.18 would ignore UDP_SEGMENT and send a batch as one datagram.
    void learn_of_gso(int socket) noexcept {
        if (asked_) return;
        asked_ = true;
        if (!System::has_gso(socket)) gso_limit_ = 0;
    }

    /// Returns: how many of the first datagrams go as one message: with one route, equally long, only the last shorter.
    [[nodiscard]] auto run_length(datagrams from) const noexcept -> std::size_t {
        const auto [route, size] = from.front();
        if (from.size() == 1 || from[1].route != route || size == 0 || size > gso_limit_) return 1;
        if (!limits_.empty() && size > gso_limit(routes_[route].remote)) return 1;
        const auto most = std::min({from.size(), most_of_batch, most_bytes / size});
        std::size_t count = 1;
        while (count < most && from[count].route == route && from[count].size == size) ++count;
        if (count >= most || from[count].route != route) return count;
        return from[count].size != 0 && from[count].size < size ? count + 1 : count;
    }

    [[nodiscard]] auto header_of(datagrams run, const char* from, message_frame& frame) const noexcept -> ::msghdr {
        const auto segment = static_cast<std::uint16_t>(run.front().size);
        const auto total = (run.size() - 1) * segment + run.back().size;
        auto made = outgoing(frame, routes_[run.front().route], {from, total});
#if defined(UDP_SEGMENT)
        if (run.size() > 1) add_control(made, frame, IPPROTO_UDP, UDP_SEGMENT, segment);
#endif
        return made;
    }

    void send_messages(int socket, std::span<::mmsghdr> headers) noexcept {
        for (std::size_t next = 0; next < headers.size();) {
            const int sent = System::send_batch(socket, headers.subspan(next));
            if (sent > 0) {
                next += static_cast<std::size_t>(sent);
                continue;
            }
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return;
            send_singly(messages_[next++], errno);
        }
    }

    /// Sends what the kernel refused as one message, and remembers it, or each batch for that destination would fail
    /// first: a device may be unable to cut it, or its datagrams too long for a path.
    void send_singly(const message& refused, int why) noexcept {
        const auto& run = refused.run;
        const auto* from = static_cast<const char*>(refused.frame.piece.iov_base);
        bool any = false;
        for (const auto& [route, size] : run) {
            const bool sent = send_one(routes_[route], {from, size});
            if (!sent && is_full(errno)) break;
            any = any || sent;
            from += size;
        }
        if (!any || run.size() == 1) return;
        const auto& destination = routes_[run.front().route].remote;
        if (why == EIO || why == EOPNOTSUPP) limits_.note_unable(destination, System::now());
        if (why == EINVAL || why == EMSGSIZE) limits_.note_too_long(destination, run.front().size, System::now());
    }

    [[nodiscard]] static auto send_one(const udp_route& route, std::string_view bytes) noexcept -> bool {
        message_frame frame;
        const auto header = outgoing(frame, route, bytes);
        for (;;) {
            if (System::send(route.socket, header) >= 0) return true;
            if (errno != EINTR) return false;
        }
    }

    /// Returns: whether what comes next would fail as well; a long message may just have been too much for the rest.
    [[nodiscard]] static auto is_full(int why) noexcept -> bool {
        return why == EAGAIN || why == EWOULDBLOCK || why == ENOBUFS;
    }

    std::size_t gso_limit_; ///< bytes of a datagram in a GSO batch, whatever its destination; 0: the system has no GSO
    bool asked_ = false;
    gso_limits limits_;
    std::unique_ptr<char[]> arena_;
    std::size_t used_ = 0; ///< bytes of the arena
    std::vector<udp_route> routes_;
    std::vector<waiting_datagram> queued_;
    std::size_t size_ = 0; ///< datagrams that wait
    std::vector<message> messages_;
    std::vector<::mmsghdr> headers_; ///< of the messages
};

using udp_outbox = basic_udp_outbox<udp_system>;

} // namespace sipwhere::detail

#endif

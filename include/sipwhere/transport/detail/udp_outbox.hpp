// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/transport/detail/udp_message.hpp>

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

/// Collects datagrams and sends them with few calls of the system (sendmmsg); a run of them for one peer goes as one
/// message, which the kernel cuts into segments (UDP_SEGMENT). Keeps their order. Allocates only when it is made.
class udp_outbox {
public:
    static constexpr std::size_t longest = 2048; ///< bytes of a datagram that it takes

    /// Has room for `capacity` datagrams, from 1 to 1024.
    udp_outbox(std::size_t capacity, bool in_segments)
        : segment_limit_(in_segments ? longest : 0), arena_(std::make_unique_for_overwrite<char[]>(capacity * longest)),
          letters_(capacity), parcels_(capacity), headers_(capacity) {}

    /// Copies a datagram, to go with the next `flush`; makes room by a flush if it has to.
    void put(const udp_way& way, std::string_view bytes) noexcept {
        SIPWHERE_ASSERT(bytes.size() <= longest);
        if (size_ == letters_.size()) flush();
        std::copy(bytes.begin(), bytes.end(), arena_.get() + used_);
        letters_[size_++] = {way, {arena_.get() + used_, bytes.size()}};
        used_ += bytes.size();
    }

    /// Sends all, without blocking; what a full socket does not take is lost.
    void flush() noexcept {
        auto rest = letters{letters_}.first(size_);
        while (!rest.empty()) {
            const int socket = rest.front().way.socket;
            learn_of_segments(socket);
            std::size_t messages = 0;
            for (; !rest.empty() && rest.front().way.socket == socket; ++messages) {
                auto& [run, frame] = parcels_[messages];
                run = rest.first(run_length(rest));
                headers_[messages].msg_hdr = message_of(run, frame);
                rest = rest.subspan(run.size());
            }
            send_messages(socket, messages);
        }
        size_ = used_ = 0;
    }

    /// Returns: the longest datagram that it sends as a segment; 0 when the system knows no segments.
    [[nodiscard]] auto segment_limit() const noexcept -> std::size_t { return segment_limit_; }

private:
    static constexpr std::size_t most_segments = 64;
    static constexpr std::size_t most_bytes = 65507; ///< that UDP over IPv4 carries

    struct letter {
        udp_way way;
        std::string_view bytes; ///< in the arena, behind those of the letter before
    };
    using letters = std::span<const letter>;

    /// Letters that go as one message.
    struct parcel {
        letters run;
        message_frame frame;
    };

    /// Asks once; a kernel before 4.18 would not hear of segments and send all as one datagram.
    void learn_of_segments(int socket) noexcept {
        if (asked_) return;
        asked_ = true;
        bool known = false;
#if defined(UDP_SEGMENT)
        int value = 0;
        ::socklen_t size = sizeof value;
        known = ::getsockopt(socket, IPPROTO_UDP, UDP_SEGMENT, &value, &size) == 0;
#endif
        if (!known) segment_limit_ = 0;
    }

    /// Returns: how many of the first letters go as one message: to one peer, equally long, only the last one shorter.
    [[nodiscard]] auto run_length(letters from) const noexcept -> std::size_t {
        const auto& [way, bytes] = from.front();
        const auto size = bytes.size();
        if (size == 0 || size > segment_limit_) return 1;
        const auto most = std::min({from.size(), most_segments, most_bytes / size});
        for (std::size_t count = 1; count < most; ++count) {
            const auto& next = from[count];
            if (next.bytes.empty() || next.bytes.size() > size || next.way != way) return count;
            if (next.bytes.size() < size) return count + 1;
        }
        return std::max<std::size_t>(most, 1);
    }

    [[nodiscard]] static auto message_of(letters run, message_frame& frame) noexcept -> ::msghdr {
        const auto& [way, bytes] = run.front();
        const auto* end = run.back().bytes.data() + run.back().bytes.size();
        auto made = outgoing(frame, way, {bytes.data(), end});
#if defined(UDP_SEGMENT)
        const auto size = static_cast<std::uint16_t>(bytes.size());
        if (run.size() > 1) add_control(made, frame, IPPROTO_UDP, UDP_SEGMENT, size);
#endif
        return made;
    }

    void send_messages(int socket, std::size_t count) noexcept {
        for (std::size_t next = 0; next < count;) {
            const auto left = static_cast<unsigned>(count - next);
            const int sent = ::sendmmsg(socket, headers_.data() + next, left, MSG_DONTWAIT);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
            if (sent <= 0) send_singly(parcels_[next].run, errno);
            next += static_cast<std::size_t>(std::max(sent, 1));
        }
    }

    /// Sends what the kernel refused as one message, and learns from it: a device may be unable to (EIO), or segments
    /// of this size too long for a path. The next ones as long go to no peer as segments, lest each run fail twice.
    void send_singly(letters run, int why) noexcept {
        bool any = false;
        for (const auto& [way, bytes] : run) any |= send_message(way, bytes);
        const bool by_segments = any && (why == EIO || why == EINVAL || why == EMSGSIZE);
        if (by_segments && run.size() > 1) segment_limit_ = why == EIO ? 0 : run.front().bytes.size() - 1;
    }

    std::size_t segment_limit_;
    bool asked_ = false;
    std::unique_ptr<char[]> arena_;
    std::size_t used_ = 0; ///< bytes of the arena
    std::vector<letter> letters_;
    std::size_t size_ = 0; ///< letters that wait
    std::vector<parcel> parcels_;
    std::vector<::mmsghdr> headers_; ///< of the parcels
};

} // namespace sipwhere::detail

#endif

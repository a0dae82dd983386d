// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
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

/// Collects datagrams and sends them with few calls of the system (sendmmsg); a run of them for one peer goes as one
/// message, which the kernel cuts into segments (UDP_SEGMENT). Keeps their order. Allocates only when it is made.
template <typename System>
class basic_udp_outbox {
public:
    static constexpr std::size_t longest = 2048; ///< bytes of a datagram that it takes

    /// Has room for `capacity` datagrams, from 1 to 1024.
    basic_udp_outbox(std::size_t capacity, bool in_segments)
        : segment_limit_(in_segments ? longest : 0), arena_(std::make_unique_for_overwrite<char[]>(capacity * longest)),
          ways_(capacity), letters_(capacity), parcels_(capacity), headers_(capacity) {}

    [[nodiscard]] auto empty() const noexcept -> bool { return size_ == 0; }

    /// Copies a datagram, to go with the next `flush`; makes room by a flush if it has to. It begins a run.
    void put(const udp_way& way, std::string_view bytes) noexcept {
        if (size_ == letters_.size()) flush();
        const auto place = size_ == 0 ? 0 : letters_[size_ - 1].way + 1;
        ways_[place] = way;
        add(bytes, place);
    }

    /// Copies a datagram that goes where the one before goes, perhaps in one run with it; there is one.
    void put(std::string_view bytes) noexcept {
        SIPWHERE_ASSERT(size_ > 0);
        const auto place = letters_[size_ - 1].way;
        if (size_ < letters_.size()) return add(bytes, place);
        flush();
        if (place != 0) ways_[0] = ways_[place];
        add(bytes, 0);
    }

    /// Sends all, without blocking; what a full socket does not take is lost.
    void flush() noexcept {
        const char* from = arena_.get();
        for (auto rest = letters{letters_}.first(size_); !rest.empty();) {
            const int socket = ways_[rest.front().way].socket;
            learn_of_segments(socket);
            auto header = headers_.begin();
            for (auto made = parcels_.begin(); !rest.empty() && ways_[rest.front().way].socket == socket; ++made) {
                made->run = rest.first(run_length(rest));
                header->msg_hdr = message_of(made->run, from, made->frame);
                from += made->frame.piece.iov_len;
                rest = rest.subspan(made->run.size());
                ++header;
            }
            send_messages(socket, {headers_.begin(), header});
        }
        size_ = used_ = 0;
    }

    /// Returns: the longest datagram that it sends as a segment; 0 when the system knows no segments.
    [[nodiscard]] auto segment_limit() const noexcept -> std::size_t { return segment_limit_; }

private:
    static constexpr std::size_t most_segments = 64;
    static constexpr std::size_t most_bytes = 65507; ///< that UDP over IPv4 carries

    /// A datagram, in the arena behind that of the letter before.
    struct letter {
        std::uint32_t way; ///< its place among the ways
        std::uint32_t size;
    };
    using letters = std::span<const letter>;

    /// Letters that go as one message.
    struct parcel {
        letters run;
        message_frame frame;
    };

    void add(std::string_view bytes, std::uint32_t way) noexcept {
        SIPWHERE_ASSERT(bytes.size() <= longest);
        std::copy(bytes.begin(), bytes.end(), arena_.get() + used_);
        letters_[size_++] = {way, static_cast<std::uint32_t>(bytes.size())};
        used_ += bytes.size();
    }

    /// Asks once; a kernel before 4.18 would not hear of segments and send all as one datagram.
    void learn_of_segments(int socket) noexcept {
        if (asked_) return;
        asked_ = true;
        if (!System::cuts_segments(socket)) segment_limit_ = 0;
    }

    /// Returns: how many of the first letters go as one message: to one peer, equally long, only the last one shorter.
    [[nodiscard]] auto run_length(letters from) const noexcept -> std::size_t {
        const auto [way, size] = from.front();
        if (from.size() == 1 || from[1].way != way || size == 0 || size > segment_limit_) return 1;
        const auto most = std::min({from.size(), most_segments, most_bytes / size});
        std::size_t count = 1;
        while (count < most && from[count].way == way && from[count].size == size) ++count;
        if (count >= most || from[count].way != way) return count;
        return from[count].size != 0 && from[count].size < size ? count + 1 : count;
    }

    [[nodiscard]] auto message_of(letters run, const char* from, message_frame& frame) const noexcept -> ::msghdr {
        const auto segment = static_cast<std::uint16_t>(run.front().size);
        const auto total = (run.size() - 1) * segment + run.back().size;
        auto made = outgoing(frame, ways_[run.front().way], {from, total});
#if defined(UDP_SEGMENT)
        if (run.size() > 1) add_control(made, frame, IPPROTO_UDP, UDP_SEGMENT, segment);
#endif
        return made;
    }

    void send_messages(int socket, std::span<::mmsghdr> messages) noexcept {
        for (std::size_t next = 0; next < messages.size();) {
            const int sent = System::send_batch(socket, messages.subspan(next));
            if (sent > 0) {
                next += static_cast<std::size_t>(sent);
                continue;
            }
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return;
            send_singly(parcels_[next++], errno);
        }
    }

    /// Sends what the kernel refused as one message, and learns from it: a device may be unable to, or segments of this
    /// size too long for a path. The next ones as long go to no peer as segments, lest each run fail twice.
    void send_singly(const parcel& refused, int why) noexcept {
        const auto& run = refused.run;
        const auto* from = static_cast<const char*>(refused.frame.piece.iov_base);
        bool any = false;
        for (const auto& [way, size] : run) {
            const bool sent = send_one(ways_[way], {from, size});
            if (!sent && is_out_of_room(errno)) break;
            any = any || sent;
            from += size;
        }
        if (!any || run.size() == 1) return;
        if (why == EIO || why == EOPNOTSUPP) segment_limit_ = 0;
        if (why == EINVAL || why == EMSGSIZE) segment_limit_ = run.front().size - 1;
    }

    [[nodiscard]] static auto send_one(const udp_way& way, std::string_view bytes) noexcept -> bool {
        message_frame frame;
        const auto message = outgoing(frame, way, bytes);
        for (;;) {
            if (System::send(way.socket, message) >= 0) return true;
            if (errno != EINTR) return false;
        }
    }

    /// Returns: whether what comes next would fail as well; a long message may just have been too much for the rest.
    [[nodiscard]] static auto is_out_of_room(int why) noexcept -> bool {
        return why == EAGAIN || why == EWOULDBLOCK || why == ENOBUFS;
    }

    std::size_t segment_limit_;
    bool asked_ = false;
    std::unique_ptr<char[]> arena_;
    std::size_t used_ = 0; ///< bytes of the arena
    std::vector<udp_way> ways_;
    std::vector<letter> letters_;
    std::size_t size_ = 0; ///< letters that wait
    std::vector<parcel> parcels_;
    std::vector<::mmsghdr> headers_; ///< of the parcels
};

using udp_outbox = basic_udp_outbox<udp_system>;

} // namespace sipwhere::detail

#endif

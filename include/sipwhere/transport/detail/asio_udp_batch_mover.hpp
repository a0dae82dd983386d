// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_mover.hpp>
#include <sipwhere/transport/detail/udp_outbox.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <vector>

namespace sipwhere::detail {

#if defined(__linux__)

/// Moves datagrams as `asio_udp_mover` does, a batch with each call of the system.
class asio_udp_batch_mover {
public:
    explicit asio_udp_batch_mover(const asio_batched_udp_options& options)
        : singly_(std::clamp<std::size_t>(options.batch, 1, most), options.largest_datagram),
          outbox_(batch(), options.batching == udp_batching::segments),
          in_batches_(options.batching != udp_batching::none), slots_(batch()), headers_(batch()) {
        for (std::size_t i = 0; i < batch(); ++i) prepare(i);
    }

    [[nodiscard]] auto batch() const noexcept -> std::size_t { return singly_.batch(); }

    template <typename Take>
    [[nodiscard]] auto receive(asio_udp_socket& socket, Take take) -> bool {
        if (!in_batches_) return singly_.receive(socket, take);
        const int got =
            ::recvmmsg(socket.handle(), headers_.data(), static_cast<unsigned>(batch()), MSG_DONTWAIT, nullptr);
        if (got < 0) return may_go_on(errno);
        const auto count = static_cast<std::size_t>(got);
        for (std::size_t i = 0; i < count; ++i) {
            auto& [message, size] = headers_[i];
            slots_[i].remote.resize(message.msg_namelen);
            const std::string_view bytes{singly_.slot(i).data(), size};
            if ((message.msg_flags & MSG_TRUNC) == 0)
                take(socket.arrived(bytes, slots_[i].remote, packet_info_in(message)));
            prepare(i);
        }
        return count == batch();
    }

    [[nodiscard]] auto send(asio_udp_socket& socket, const udp_departure& out) -> bool {
        if (!collects_) return socket.send(out);
        // The hops of a multicast are set for a socket, so they can't differ within a batch.
        if (out.bytes.size() > udp_outbox::longest || out.remote.address.is_multicast()) {
            outbox_.flush(); // or it would overtake
            return socket.send(out);
        }
        if (!socket.takes(out.remote.address.family()) || out.remote.port == 0) return false;
        outbox_.put(socket.way_of(out), out.bytes);
        return true;
    }

    void collect() noexcept { collects_ = in_batches_; }

    void flush() noexcept {
        collects_ = false;
        outbox_.flush();
    }

private:
    static constexpr std::size_t most = 1024; ///< that Linux moves with one call

    struct slot {
        asio::ip::udp::endpoint remote;
        message_frame frame;
    };

    void prepare(std::size_t index) {
        auto& [remote, frame] = slots_[index];
        const auto room = static_cast<::socklen_t>(remote.capacity());
        headers_[index].msg_hdr = incoming(frame, singly_.slot(index), remote.data(), room);
    }

    /// Returns: whether more may be waiting after a call that failed.
    [[nodiscard]] auto may_go_on(int why) noexcept -> bool {
        if (why == ENOSYS) in_batches_ = false;
        return why != EAGAIN && why != EWOULDBLOCK;
    }

    asio_udp_mover singly_; ///< whose memory this one uses
    udp_outbox outbox_;
    bool in_batches_;
    bool collects_ = false;
    std::vector<slot> slots_;
    std::vector<::mmsghdr> headers_;
};

#else

/// Elsewhere a batch is moved one at a time.
class asio_udp_batch_mover : public asio_udp_mover {
public:
    explicit asio_udp_batch_mover(const asio_batched_udp_options& options)
        : asio_udp_mover(std::clamp<std::size_t>(options.batch, 1, 1024), options.largest_datagram) {}
};

#endif

} // namespace sipwhere::detail

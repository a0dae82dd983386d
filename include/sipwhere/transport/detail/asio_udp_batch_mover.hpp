// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_mover.hpp>
#include <sipwhere/transport/detail/udp_outbox.hpp>
#include <sipwhere/transport/detail/udp_system.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace sipwhere::detail {

#if defined(__linux__)

/// Moves datagrams as `asio_udp_mover` does, a batch with each call of the system.
template <typename System = udp_system>
class basic_asio_udp_batch_mover {
public:
    explicit basic_asio_udp_batch_mover(const asio_batched_udp_options& options)
        : largest_(options.largest_datagram), in_batches_(options.batching != udp_batching::none),
          joins_(options.batching == udp_batching::segments && largest_ >= longest_run),
          batch_(std::clamp<std::size_t>(options.batch, 1, most)), slots_(ahead()), headers_(ahead()), asks_(batch_),
          stride_(stride_of(largest_)), memory_(std::make_unique_for_overwrite<char[]>(ahead() * stride_)),
          outbox_(batch_, options.batching == udp_batching::segments) {
        for (std::size_t i = 0; i < ahead(); ++i)
            headers_[i].msg_hdr = incoming(slots_[i].frame, slot_bytes(i), slots_[i].remote);
    }

    [[nodiscard]] auto batch() const noexcept -> std::size_t { return batch_; }
    [[nodiscard]] auto ahead() const noexcept -> std::size_t { return std::max(batch_, datagrams_ahead); }

    /// Prepares a socket, before the first datagram is taken from it.
    void open(asio_udp_socket& socket) {
        if (joins_) System::enable_gro(socket.handle());
    }

    template <typename Take>
    void receive(asio_udp_socket& socket, Take take) {
        for (std::size_t used = 0, taken = 0; used < ahead() && taken < ahead();) {
            const auto asked = std::min(asks_, ahead() - used);
            const int got = read(socket.handle(), std::span{headers_}.subspan(used, asked));
            if (got < 0) return;
            const auto count = static_cast<std::size_t>(got);
            std::size_t datagrams = 0;
            for (std::size_t i = used; i < used + count; ++i) datagrams += hand_out(socket, i, take);
            // As many messages as may hold a batch: one peer's runs are not to keep other sockets waiting.
            asks_ = datagrams <= count ? batch_ : std::max<std::size_t>(1, batch_ * count / datagrams);
            if (count < asked) return;
            used += count;
            taken += datagrams;
        }
    }

    [[nodiscard]] auto send(asio_udp_socket& socket, const udp_departure& out) -> bool {
        const bool again = collects_ && !outbox_.empty() && is_last(out.flow) && out.bytes.size() <= outbox_.longest;
        if (!again) return send_elsewhere(socket, out);
        outbox_.put(out.bytes);
        return true;
    }

    void collect() noexcept { collects_ = in_batches_; }

    void flush() noexcept {
        collects_ = false;
        outbox_.flush();
    }

private:
    static constexpr std::size_t most = 1024; ///< that Linux moves with one call
    static constexpr std::size_t longest_run = 65527; ///< bytes of a message, also of one with many datagrams

    struct slot {
        socket_address remote;
        message_frame frame;
    };

    /// Returns: the bytes from one slot to the next: an odd number of cache lines, or else the beginnings of all slots,
    ///          which is what most datagrams fill, compete for a few places of a cache.
    [[nodiscard]] static constexpr auto stride_of(std::size_t largest) noexcept -> std::size_t {
        constexpr std::size_t line = 64;
        return ((largest + line - 1) / line | 1) * line;
    }

    [[nodiscard]] auto slot_bytes(std::size_t index) noexcept -> std::span<char> {
        return {memory_.get() + index * stride_, largest_};
    }

    /// Returns: how many messages were there; less than 0 if `errno` says why not.
    [[nodiscard]] auto read(int socket, std::span<::mmsghdr> into) noexcept -> int {
        if (in_batches_) {
            const int got = System::receive_batch(socket, into);
            if (got >= 0 || errno != ENOSYS) return got;
            in_batches_ = false;
        }
        int count = 0;
        for (auto& [message, size] : into) {
            const auto got = System::receive(socket, message);
            if (got < 0) return count == 0 ? -1 : count;
            size = static_cast<unsigned>(got);
            ++count;
        }
        return count;
    }

    /// Returns: how many datagrams there were in a message.
    template <typename Take>
    auto hand_out(asio_udp_socket& socket, std::size_t index, Take& take) -> std::size_t {
        auto& [message, size] = headers_[index];
        auto& [remote, frame] = slots_[index];
        std::size_t count = 0;
        if ((message.msg_flags & MSG_TRUNC) == 0) {
            auto got = socket.arrived({slot_bytes(index).data(), size}, from_socket_address(remote), message);
            take(got);
            count = got.segment == 0 ? 1 : (size + got.segment - 1) / got.segment;
        }
        message.msg_namelen = remote.size;
        message.msg_controllen = frame.control.size();
        return count;
    }

    [[nodiscard]] auto send_elsewhere(asio_udp_socket& socket, const udp_departure& out) -> bool {
        if (!collects_) return socket.send(out);
        // The hops of a multicast are set for a socket, so they can't differ within a batch.
        if (out.bytes.size() > outbox_.longest || out.flow.remote.address.is_multicast()) {
            outbox_.flush(); // or it would overtake
            return socket.send(out);
        }
        if (!socket.takes(out.flow.remote.address.family()) || out.flow.remote.port == 0) return false;
        outbox_.put(socket.route_of(out), out.bytes);
        last_ = out.flow;
        return true;
    }

    /// Returns: whether the datagram collected last has the same flow, in the members that this transport uses.
    [[nodiscard]] auto is_last(const flow& flow) const noexcept -> bool {
        return flow.remote.port == last_.remote.port && flow.listener == last_.listener &&
               is_same(flow.remote.address, last_.remote.address) && is_same(flow.local.address, last_.local.address);
    }

    /// Returns: what `==` does, in fewer steps for IPv4.
    [[nodiscard]] static auto is_same(const ip_address& a, const ip_address& b) noexcept -> bool {
        if (a.family() != b.family()) return false;
        constexpr std::size_t of_ipv4 = 4;
        if (a.family() != address_family::ipv4) return a == b;
        return std::memcmp(a.bytes().data(), b.bytes().data(), of_ipv4) == 0;
    }

    std::size_t largest_;
    bool in_batches_;
    bool joins_; ///< reads runs of datagrams from one peer as one message
    bool collects_ = false;
    std::size_t batch_;
    std::vector<slot> slots_;
    std::vector<::mmsghdr> headers_; ///< of the slots
    std::size_t asks_; ///< messages that the next call asks for
    std::size_t stride_; ///< bytes from one slot to the next
    std::unique_ptr<char[]> memory_;
    basic_udp_outbox<System> outbox_;
    flow last_; ///< of the datagram collected last
};

using asio_udp_batch_mover = basic_asio_udp_batch_mover<>;

#else

/// Elsewhere a batch is moved one at a time.
class asio_udp_batch_mover : public asio_udp_mover {
public:
    explicit asio_udp_batch_mover(const asio_batched_udp_options& options)
        : asio_udp_mover(std::clamp<std::size_t>(options.batch, 1, 1024), 16, options.largest_datagram) {}
};

#endif

} // namespace sipwhere::detail

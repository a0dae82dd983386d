// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/receiver.hpp>
#include <sipwhere/transport/detail/address_set.hpp>
#include <sipwhere/transport/detail/asio_udp_socket.hpp>
#include <sipwhere/transport/detail/ifaddrs_own_addresses.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere::detail {

/// The open sockets between one `listen` and its `stop`. Handlers that wait share it, so that one that runs after
/// `stop`, or after the transport has gone, finds it closed instead of finding nothing. The mover, such as
/// asio_udp_mover, gets the datagrams in and out.
///
/// All handlers run on one executor, one at a time, and nobody else calls meanwhile.
template <typename Mover>
class asio_udp_session {
public:
    template <typename Options>
    asio_udp_session(const asio::any_io_executor& executor, receiver_ref to, const Options& options)
        : receiver_(to), timer_(executor), mover_(options), arrived_(mover_.ahead()) {}

    [[nodiscard]] auto sockets() noexcept -> std::vector<asio_udp_socket>& { return sockets_; }
    [[nodiscard]] auto endpoints() const noexcept -> std::span<const endpoint> { return endpoints_; }
    [[nodiscard]] auto receive_buffers() const noexcept -> std::span<const udp_receive_buffer> { return buffers_; }

    /// What a transport and its `wake` share, which may come when the transport has gone.
    struct wake_target {
        std::shared_ptr<asio_udp_session> session; ///< that is open; for handlers, and for who keeps them from running
        std::atomic<bool> is_woken = false; ///< a tick is on its way
    };

    /// Begins to wait for datagrams and for the first tick; all sockets are open. It begins in a handler, as another
    /// thread may run the first one before `start` returns.
    static void start(const std::shared_ptr<asio_udp_session>& self, const std::shared_ptr<wake_target>& target) {
        self->open_ = true;
        for (std::size_t i = 0; i < self->sockets_.size(); ++i) {
            self->mover_.open(self->sockets_[i]);
            self->endpoints_.push_back(self->sockets_[i].bound());
            self->buffers_.push_back(self->sockets_[i].receive_buffer());
            self->listeners_.push_back({static_cast<std::uint16_t>(i), 0});
        }
        self->own_ = address_set{own_addresses()};
        asio::post(self->timer_.get_executor(), [self, target] {
            if (!self->open_) return;
            target->session = self;
            for (std::uint16_t i = 0; i < self->sockets_.size(); ++i) wait(self, i);
            tick_after(self, std::chrono::milliseconds{0});
        });
    }

    /// Has `tick` called soon by the session that is open then, once for all calls before it. Any thread may call this.
    static void wake(const asio::any_io_executor& executor, const std::shared_ptr<wake_target>& target) {
        if (target->is_woken.exchange(true, std::memory_order_acq_rel)) return;
        asio::post(executor, [target] {
            target->is_woken.exchange(false, std::memory_order_acq_rel); // what comes from here on is for another tick
            if (const auto self = target->session) tick(self);
        });
    }

    void close() noexcept {
        open_ = false;
        mover_.flush();
        for (auto& socket : sockets_) socket.close();
        timer_.cancel();
    }

    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        if (!open_ || flow.over != protocol::udp || flow.listener >= listeners_.size()) return false;
        const auto [socket, scope] = listeners_[flow.listener];
        return mover_.send(sockets_[socket], {bytes, flow, scope});
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool {
        return std::ranges::any_of(sockets_, [&](const asio_udp_socket& socket) {
            return end.port == socket.bound().port && reaches(socket, end.address);
        });
    }

private:
    /// The least time from one tick at which losses are told to the next: an overloaded server is told seldom.
    static constexpr std::chrono::seconds between_losses{1};

    /// A socket, and the interface behind it for link-local peers; its index is the listener's number in a flow.
    struct socket_listener {
        std::uint16_t socket;
        std::uint32_t scope;
    };

    static void wait(const std::shared_ptr<asio_udp_session>& self, std::uint16_t socket) {
        self->sockets_[socket].wait([self, socket](const asio::error_code& failed) {
            if (failed) return;
            self->drain(socket);
            if (self->open_) wait(self, socket);
        });
    }

    static void tick_after(const std::shared_ptr<asio_udp_session>& self, std::chrono::milliseconds delay) {
        self->timer_.expires_after(delay);
        self->timer_.async_wait([self, number = ++self->waits_](const asio::error_code& failed) {
            // One that was due already can't be cancelled, but another tick has taken its place.
            if (!failed && number == self->waits_) tick(self);
        });
    }

    static void tick(const std::shared_ptr<asio_udp_session>& self) {
        if (!self->open_) return;
        self->tell_losses();
        if (!self->open_) return;
        const auto asked = self->receiver_.tick();
        using namespace std::chrono_literals;
        if (self->open_) tick_after(self, std::clamp<std::chrono::milliseconds>(asked, 1ms, 1h));
    }

    /// Tells what each socket lost, unless it was told just before.
    void tell_losses() {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_losses_) return;
        for (std::uint16_t i = 0; open_ && i < sockets_.size(); ++i) {
            const auto lost = sockets_[i].take_dropped();
            if (lost == 0) continue;
            next_losses_ = now + between_losses;
            receiver_.overrun({.local = sockets_[i].bound(), .listener = i}, lost);
        }
    }

    /// Takes what is waiting, a bounded number of datagrams so that other sockets have their turn, and hands it over.
    void drain(std::uint16_t socket) {
        mover_.receive(sockets_[socket], [&](const udp_arrival& got) { take(socket, got); });
        hand_over();
    }

    /// Notes each datagram of a message, to be handed over a batch at a time.
    void take(std::uint16_t socket, const udp_arrival& got) {
        auto* next = &arrived_[waiting_];
        next->from.remote = got.remote.end;
        next->from.local.address = got.local;
        next->from.local.port = sockets_[socket].bound().port;
        next->from.listener = got.remote.scope == 0 ? socket : way_through(socket, got.remote.scope);
        next->bytes = got.bytes;
        if (got.segment == 0) return note();
        for (auto rest = got.bytes; rest.size() > got.segment;) {
            next->bytes = rest.substr(0, got.segment);
            rest.remove_prefix(got.segment);
            const auto& flow = next->from; // stays there until the next is noted
            note();
            next = &arrived_[waiting_];
            next->from = flow;
            next->bytes = rest;
        }
        note();
    }

    void note() {
        if (++waiting_ == arrived_.size()) hand_over();
    }

    /// Hands over what was taken, a batch at a time, unless or until it is closed.
    void hand_over() {
        auto rest = std::span{arrived_}.first(std::exchange(waiting_, 0));
        while (open_ && !rest.empty()) {
            const auto batch = rest.first(std::min(rest.size(), mover_.batch()));
            rest = rest.subspan(batch.size());
            mover_.collect();
            receiver_.receive(batch);
            mover_.flush();
        }
    }

    /// Returns: the number of this socket and interface; there are as many as interfaces with link-local peers.
    [[nodiscard]] auto way_through(std::uint16_t socket, std::uint32_t scope) -> std::uint16_t {
        const auto found = std::ranges::find_if(
            listeners_, [&](const socket_listener& flow) { return flow.socket == socket && flow.scope == scope; });
        const auto index = static_cast<std::size_t>(found - listeners_.begin());
        if (index > UINT16_MAX) return socket;
        if (found == listeners_.end()) listeners_.push_back({socket, scope});
        return static_cast<std::uint16_t>(index);
    }

    [[nodiscard]] auto reaches(const asio_udp_socket& socket, const ip_address& address) const noexcept -> bool {
        if (!socket.takes(address.family())) return false;
        // Systems take a datagram to the unspecified address for one to themselves.
        if (address == socket.bound().address || address.is_unspecified()) return true;
        if (!socket.on_all_addresses()) return false;
        const bool loopback = address.family() == address_family::ipv4 && address.bytes()[0] == 127;
        return loopback || own_.contains(address);
    }

    receiver_ref receiver_;
    asio::steady_timer timer_;
    std::vector<asio_udp_socket> sockets_;
    std::vector<endpoint> endpoints_;
    std::vector<udp_receive_buffer> buffers_;
    std::vector<socket_listener> listeners_;
    address_set own_; ///< addresses of this host
    Mover mover_;
    std::vector<datagram> arrived_; ///< what was taken from one socket
    std::size_t waiting_ = 0; ///< those of them to be handed over
    std::chrono::steady_clock::time_point next_losses_{}; ///< when losses are told again
    std::uint32_t waits_ = 0; ///< how often the timer was set
    bool open_ = false;
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/policy/receiver.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_acceptors.hpp>
#include <sipwhere/transport/detail/asio_prepare_tcp.hpp>
#include <sipwhere/transport/detail/asio_tcp_readiness.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>
#include <sipwhere/transport/detail/connection_list.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere::detail {

/// Returns: a key that nobody can guess.
[[nodiscard]] inline auto random_key() -> hash_key {
    std::random_device device;
    const auto word = [&] { return std::uint64_t{device()} << 32U | device(); };
    const auto first = word();
    return {first, word()};
}

/// The listeners and connections between one `listen` and its `stop`. Handlers that wait share it, so that one that
/// runs after `stop`, or after the transport has gone, finds it closed instead of finding nothing.
///
/// `Kind` says what the connections are, see `asio_tcp_kind`. All handlers run on one executor, one at a time, and
/// nobody else calls meanwhile.
template <typename Kind>
class asio_stream_session : public std::enable_shared_from_this<asio_stream_session<Kind>> {
    using connection = typename Kind::connection;
    using shared = std::shared_ptr<asio_stream_session>;
    using shared_connection = std::shared_ptr<connection>;

public:
    asio_stream_session(const asio::any_io_executor& executor, receiver_ref to, std::shared_ptr<Kind> kind)
        : receiver_(to), executor_(executor), tick_timer_(executor), look_timer_(executor), kind_(std::move(kind)),
          readiness_(executor), acceptors_(executor, options()), buffered_{options().max_buffered, 0},
          all_(options().max_connections, options().max_of_network, random_key()) {}

    struct wake_target {
        std::shared_ptr<asio_stream_session> session; ///< that is open
        std::atomic<bool> is_woken = false;           ///< a tick is on its way
    };

    [[nodiscard]] auto acceptors() noexcept -> asio_acceptors& { return acceptors_; }
    [[nodiscard]] auto acceptors() const noexcept -> const asio_acceptors& { return acceptors_; }
    [[nodiscard]] auto connections() const noexcept -> std::size_t { return all_.size(); }

    /// Returns: whether the system gave it what it needs to wait for connections.
    [[nodiscard]] auto can_wait() const noexcept -> bool { return readiness_.is_open(); }

    static void start(const shared& self, const std::shared_ptr<wake_target>& target) {
        self->is_open_ = true;
        asio::post(self->executor_, [self, target] {
            if (!self->is_open_) return;
            target->session = self;
            self->acceptors_.start(self, [](const shared& mine, asio::ip::tcp::socket socket, const flow& way) {
                mine->add(mine, std::move(socket), way);
                return mine->may_accept();
            });
            self->readiness_.start(self);
            tick_after(self, std::chrono::milliseconds{0});
            look_after_all(self);
        });
    }

    /// Has `tick` called soon by the session that is open then, once for all calls before it. Any thread may call this.
    static void wake(const asio::any_io_executor& executor, const std::shared_ptr<wake_target>& target) {
        if (target->is_woken.exchange(true, std::memory_order_acq_rel)) return;
        asio::post(executor, [target] {
            target->is_woken.exchange(false, std::memory_order_acq_rel);
            if (const auto self = target->session) tick(self);
        });
    }

    void close() noexcept {
        is_open_ = false;
        acceptors_.close();
        readiness_.close();
        for (std::size_t i = 0; i < all_.places(); ++i)
            if (const auto& each = all_.at(i)) each->close();
        tick_timer_.cancel();
        look_timer_.cancel();
    }

    /// Returns: whether the connection is there and takes the message.
    [[nodiscard]] auto send(const flow& to, std::string_view bytes) -> bool {
        auto* const one = find(to);
        if (one == nullptr) return false;
        const auto self = this->shared_from_this();
        if (one->write(bytes, options().max_waiting)) {
            if (one->has_waiting()) (void)watch(self, all_.at(to.connection - 1));
            return true;
        }
        if (broken_.empty()) // else a handler is on its way
            asio::post(executor_, [self] {
                if (self->is_open_) self->end_broken();
            });
        broken_.push_back(to);
        return false;
    }

    /// Returns: the connection of a flow; null if it has ended.
    [[nodiscard]] auto find(const flow& to) const noexcept -> connection* {
        return is_open_ && to.over == Kind::over ? all_.find(to) : nullptr;
    }

    /// Returns: the connection with this place among all; null if there is none.
    [[nodiscard]] auto at(std::size_t place) const noexcept -> shared_connection {
        return place < all_.places() ? all_.at(place) : nullptr;
    }

    /// Is told that a connection can be read or written, or is broken.
    static void on_ready(const shared& self, const shared_connection& one, bool can_read, bool can_write) {
        if (!self->is_open_ || one->is_closed()) return;
        if (can_write && (one->has_waiting() || one->io().wants_write())) {
            if (one->flush() == fate::closing) return self->end(one);
            self->look_whether_ready(*one);
            can_read = can_read || (one->reads_later && !one->io().wants_write());
        }
        one->reads_later = one->io().wants_write();
        if (can_read && !one->reads_later) self->read(self, one);
        else (void)self->watch(self, one);
    }

    /// Is told that the system can't wait for a connection.
    static void on_failed(const shared& self, const shared_connection& one) {
        if (self->is_open_ && !one->is_closed()) self->end(one);
    }

private:
    [[nodiscard]] auto options() const noexcept -> const asio_stream_options& { return kind_->streams(); }

    [[nodiscard]] static auto now() noexcept -> instant {
        const auto passed = std::chrono::steady_clock::now().time_since_epoch();
        return instant{} + std::chrono::duration_cast<std::chrono::milliseconds>(passed);
    }

    [[nodiscard]] auto may_accept() const noexcept -> bool {
        return !is_open_ || Kind::max_handshakes(*kind_) == 0 || unready_ < Kind::max_handshakes(*kind_);
    }

    void add(const shared& self, asio::ip::tcp::socket socket, flow way) {
        way.over = Kind::over;
        const bool may_come = kind_->is_proxy(way.remote.address) ? !all_.is_full() : all_.may_add(way.remote.address);
        if (!is_open_ || !may_come) return; // which closes it
        asio_prepare_tcp(socket, options());
        tcp_socket plain{std::move(socket)};
        const shared_connection made = all_.add(way, [&](const flow& numbered) {
            return std::make_shared<connection>(kind_->make_io(std::move(plain)), kind_->make_framing(), numbered,
                                                buffered_, now());
        });
        made->is_unready = !made->io().is_ready();
        unready_ += made->is_unready ? 1 : 0;
        if (!watch(self, made)) end(made);
    }

    /// Waits for what a connection needs next.
    ///
    /// Returns: whether the system can wait for it.
    [[nodiscard]] auto watch(const shared& self, const shared_connection& one) -> bool {
        return readiness_.watch(self, one, !one->reads_later, one->has_waiting() || one->io().wants_write());
    }

    /// Reads what a connection has, and waits for more.
    void read(const shared& self, const shared_connection& one) {
        const auto take = [&](std::string_view bytes) {
            const datagram arrived{one->way(), bytes};
            receiver_.receive({&arrived, 1});
        };
        const auto said = one->read(buffer_, now(), options().max_waiting, take);
        if (!is_open_) return;
        end_broken();
        if (!is_open_ || one->is_closed()) return;
        look_whether_ready(*one);
        if (said == fate::closing || !all_.may_stay(one->way())) return end(one);
        if (said == fate::leaving) one->leave(now());
        one->reads_later = one->io().wants_write();
        (void)watch(self, one);
        if (one->reads_later || !one->io().has_more()) return;
        asio::post(executor_, [self, one] { // others have their turn before
            if (self->is_open_ && !one->is_closed()) self->read(self, one);
        });
    }

    /// Ends connections that `send` has found to be of no more use, as it must not call the receiver.
    void end_broken() {
        for (const auto& way : std::exchange(broken_, {}))
            if (is_open_ && all_.find(way) != nullptr) end(shared_connection{all_.at(way.connection - 1)});
    }

    /// Closes a connection and tells that it is gone.
    void end(const shared_connection& one) {
        const auto way = one->way();
        if (std::exchange(one->is_unready, false)) has_become_ready();
        readiness_.forget(*one);
        one->close();
        all_.remove(way);
        receiver_.closed(way);
    }

    void look_whether_ready(connection& one) {
        if (!one.is_unready || !one.io().is_ready()) return;
        one.is_unready = false;
        has_become_ready();
    }

    /// Lets others come for whom there were too many handshakes.
    void has_become_ready() {
        --unready_;
        if (may_accept()) acceptors_.resume();
    }

    static void tick_after(const shared& self, std::chrono::milliseconds delay) {
        self->tick_timer_.expires_after(delay);
        self->tick_timer_.async_wait([self, number = ++self->waits_](const asio::error_code& failed) {
            if (!failed && number == self->waits_) tick(self);
        });
    }

    static void tick(const shared& self) {
        if (!self->is_open_) return;
        const auto asked = self->receiver_.tick();
        using namespace std::chrono_literals;
        if (self->is_open_) self->end_broken();
        if (self->is_open_) tick_after(self, std::clamp<std::chrono::milliseconds>(asked, 1ms, 1h));
    }

    /// Looks each second at some of the connections, all of them within a few seconds: at who is too slow, or silent.
    static void look_after_all(const shared& self) {
        self->look_timer_.expires_after(std::chrono::seconds{1});
        self->look_timer_.async_wait([self](const asio::error_code& failed) {
            if (failed || !self->is_open_) return;
            const auto places = self->all_.places();
            for (std::size_t i = 0; i < places / 4 + 1 && i < places && self->is_open_; ++i) {
                if (++self->looked_at_ >= places) self->looked_at_ = 0;
                const auto one = self->all_.at(self->looked_at_);
                if (one && self->is_overdue(*one)) self->end(one);
            }
            if (self->is_open_) look_after_all(self);
        });
    }

    [[nodiscard]] auto is_overdue(const connection& one) const -> bool {
        // Where no more handshakes can begin, those that take long have to make way.
        const bool is_in_the_way = one.is_unready && !may_accept();
        const auto for_message = is_in_the_way ? options().message_time / 8 : options().message_time;
        return one.is_overdue(now(), for_message, options().idle_time);
    }

    receiver_ref receiver_;
    asio::any_io_executor executor_;
    asio::steady_timer tick_timer_;
    asio::steady_timer look_timer_;
    std::shared_ptr<Kind> kind_;
    asio_tcp_readiness<asio_stream_session, connection> readiness_;
    asio_acceptors acceptors_;
    buffered_bytes buffered_;
    connection_list<connection> all_;
    std::vector<flow> broken_; ///< connections that `send` has found to be of no more use
    std::size_t looked_at_ = 0;
    std::uint32_t unready_ = 0; ///< connections within their handshake
    std::uint32_t waits_ = 0;
    bool is_open_ = false;
    std::array<char, 65536> buffer_; ///< for what is read, by one connection at a time
};

} // namespace sipwhere::detail

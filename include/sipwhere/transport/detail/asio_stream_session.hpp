// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/errc.hpp>
#include <sipwhere/model/network.hpp>
#include <sipwhere/policy/receiver.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_address.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sipwhere::detail {

/// The listeners and connections between one `listen` and its `stop`. Handlers that wait share it, so that one that
/// runs after `stop`, or after the transport has gone, finds it closed instead of finding nothing.
///
/// `Kind` says what the connections are: its `connection`, its `protocol`, and `make(socket)`, the bytes of one.
/// All handlers run on one executor, one at a time, and nobody else calls meanwhile.
template <typename Kind>
class asio_stream_session {
    using connection = typename Kind::connection;
    using fate = typename connection::fate;
    using clock = std::chrono::steady_clock;

public:
    asio_stream_session(const asio::any_io_executor& executor, receiver_ref to, const asio_stream_options& options,
                        Kind kind)
        : receiver_(to), executor_(executor), tick_timer_(executor), look_timer_(executor), options_(options),
          kind_(std::move(kind)) {}

    struct wake_target {
        std::shared_ptr<asio_stream_session> session; ///< that is open
        std::atomic<bool> is_woken = false;           ///< a tick is on its way
    };

    [[nodiscard]] auto endpoints() const noexcept -> std::span<const endpoint> { return endpoints_; }
    [[nodiscard]] auto connections() const noexcept -> std::size_t { return open_connections_; }

    /// Opens one more listener.
    [[nodiscard]] auto open(const asio::ip::tcp::endpoint& at, bool takes_both_versions) -> asio::error_code {
        asio::error_code failed;
        auto& one = acceptors_.emplace_back(executor_);
        one.open(at.protocol(), failed);
        if (!failed && at.address().is_v6()) one.set_option(asio::ip::v6_only{!takes_both_versions}, failed);
        if (!failed) one.set_option(asio::socket_base::reuse_address{true}, failed);
        if (!failed && options_.reuse_port) share_port(one, failed);
        if (!failed) one.bind(at, failed);
        if (!failed) one.listen(asio::socket_base::max_listen_connections, failed);
        if (!failed) one.non_blocking(true, failed);
        if (failed) return failed;
        endpoints_.push_back(from_asio(one.local_endpoint(failed)));
        return failed;
    }

    static void start(const std::shared_ptr<asio_stream_session>& self, const std::shared_ptr<wake_target>& target) {
        self->is_open_ = true;
        asio::post(self->executor_, [self, target] {
            if (!self->is_open_) return;
            target->session = self;
            for (std::size_t i = 0; i < self->acceptors_.size(); ++i) accept_on(self, i);
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
        asio::error_code ignored;
        for (auto& each : acceptors_) each.close(ignored);
        for (auto& each : slots_)
            if (each.used) each.used->close();
        tick_timer_.cancel();
        look_timer_.cancel();
    }

    /// Returns: whether the connection is there and takes the answer.
    [[nodiscard]] auto send(const flow& to, std::string_view bytes) -> bool {
        auto* const one = find(to);
        if (one == nullptr) return false;
        if (!one->write(bytes, options_.max_waiting)) {
            broken_.push_back(to.connection - 1);
            return false;
        }
        if (one->has_waiting()) to_flush_.push_back(to.connection - 1);
        return true;
    }

private:
    static constexpr std::size_t at_once = 64; ///< connections taken, before others have their turn
    static constexpr std::chrono::milliseconds pause{100}; ///< when the system has no more descriptors

    struct slot {
        std::shared_ptr<connection> used;
        std::uint32_t epoch = 0;
    };

    [[nodiscard]] static auto from_asio(const asio::ip::tcp::endpoint& end) noexcept -> endpoint {
        return {detail::from_asio(end.address()), end.port()};
    }

    static void share_port(asio::ip::tcp::acceptor& one, asio::error_code& failed) {
#if defined(SO_REUSEPORT)
        one.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>{true}, failed);
#else
        failed = asio::error::operation_not_supported;
#endif
    }

    [[nodiscard]] auto find(const flow& to) const noexcept -> connection* {
        if (!is_open_ || to.over != Kind::over || to.connection == 0 || to.connection > slots_.size()) return nullptr;
        const auto& found = slots_[to.connection - 1];
        return found.epoch == to.epoch && found.used && !found.used->is_closed() ? found.used.get() : nullptr;
    }

    static void accept_on(const std::shared_ptr<asio_stream_session>& self, std::size_t listener) {
        self->acceptors_[listener].async_wait(
            asio::socket_base::wait_read, [self, listener](const asio::error_code& failed) {
                if (failed || !self->is_open_) return;
                if (self->accept_some(self, listener)) return accept_on(self, listener);
                const auto timer = std::make_shared<asio::steady_timer>(self->executor_, pause);
                timer->async_wait([self, listener, timer](const asio::error_code&) {
                    if (self->is_open_) accept_on(self, listener);
                });
            });
    }

    /// Returns: false when the system can't give any more connections now.
    auto accept_some(const std::shared_ptr<asio_stream_session>& self, std::size_t listener) -> bool {
        for (std::size_t i = 0; i < at_once; ++i) {
            asio::error_code failed;
            asio::ip::tcp::endpoint remote;
            asio::ip::tcp::socket socket{executor_};
            acceptors_[listener].accept(socket, remote, failed);
            if (failed == asio::error::would_block) return true;
            if (failed == asio::error::no_descriptors || failed == asio::error::no_memory ||
                failed == asio::error::no_buffer_space)
                return false;
            if (failed) continue; // it has gone already
            const auto local = socket.local_endpoint(failed);
            if (failed) continue;
            add(self, std::move(socket), from_asio(remote), from_asio(local), static_cast<std::uint16_t>(listener));
        }
        return true;
    }

    void add(const std::shared_ptr<asio_stream_session>& self, asio::ip::tcp::socket socket, const endpoint& remote,
             const endpoint& local, std::uint16_t listener) {
        auto& of_network = networks_[network_of(remote.address)];
        const bool is_full = open_connections_ >= options_.max_connections ||
                             (options_.max_of_network != 0 && of_network >= options_.max_of_network);
        if (is_full) {
            if (of_network == 0) networks_.erase(network_of(remote.address));
            return; // which closes it
        }
        ++of_network;
        ++open_connections_;
        std::uint32_t index = 0;
        if (free_.empty()) {
            index = static_cast<std::uint32_t>(slots_.size());
            slots_.emplace_back();
        } else {
            index = free_.back();
            free_.pop_back();
        }
        auto& mine = slots_[index];
        const flow way{.remote = remote,
                       .local = local,
                       .listener = listener,
                       .over = Kind::over,
                       .connection = index + 1,
                       .epoch = ++mine.epoch};
        mine.used = std::make_shared<connection>(kind_.make(std::move(socket), options_), way, options_);
        wait_to_read(self, mine.used);
    }

    static void wait_to_read(const std::shared_ptr<asio_stream_session>& self, const std::shared_ptr<connection>& one) {
        one->io().wait_read([self, one](const asio::error_code& failed) {
            if (!self->is_open_ || one->is_closed()) return;
            const auto take = [&](std::string_view bytes) {
                const datagram arrived{one->way(), bytes};
                self->receiver_.receive({&arrived, 1});
            };
            auto said = fate::closing;
            if (!failed) said = one->read(self->room_, take);
            if (!self->is_open_) return;
            self->settle(self);
            if (one->is_closed()) return;
            if (said == fate::closing) return self->end(one);
            wait_to_read(self, one);
        });
    }

    static void wait_to_write(const std::shared_ptr<asio_stream_session>& self,
                              const std::shared_ptr<connection>& one) {
        if (one->is_waiting_to_write) return;
        one->is_waiting_to_write = true;
        one->io().wait_write([self, one](const asio::error_code& failed) {
            one->is_waiting_to_write = false;
            if (!self->is_open_ || one->is_closed()) return;
            if (failed || one->flush() == fate::closing) return self->end(one);
            if (one->has_waiting()) wait_to_write(self, one);
        });
    }

    /// Does for connections what `send` could not do within a call of the receiver.
    void settle(const std::shared_ptr<asio_stream_session>& self) {
        for (const auto index : std::exchange(to_flush_, {}))
            if (const auto one = slots_[index].used; one && !one->is_closed() && one->has_waiting())
                wait_to_write(self, one);
        for (const auto index : std::exchange(broken_, {}))
            if (const auto one = slots_[index].used; one && !one->is_closed()) end(one);
    }

    /// Closes a connection and tells that it is gone.
    void end(const std::shared_ptr<connection>& one) {
        const auto way = one->way();
        one->close();
        slots_[way.connection - 1].used.reset();
        free_.push_back(way.connection - 1);
        --open_connections_;
        const auto network = networks_.find(network_of(way.remote.address));
        if (network != networks_.end() && --network->second == 0) networks_.erase(network);
        receiver_.closed(way);
    }

    static void tick_after(const std::shared_ptr<asio_stream_session>& self, std::chrono::milliseconds delay) {
        self->tick_timer_.expires_after(delay);
        self->tick_timer_.async_wait([self, number = ++self->waits_](const asio::error_code& failed) {
            if (!failed && number == self->waits_) tick(self);
        });
    }

    static void tick(const std::shared_ptr<asio_stream_session>& self) {
        if (!self->is_open_) return;
        const auto asked = self->receiver_.tick();
        using namespace std::chrono_literals;
        if (!self->is_open_) return;
        self->settle(self);
        tick_after(self, std::clamp<std::chrono::milliseconds>(asked, 1ms, 1h));
    }

    /// Looks each second at some of the connections, all of them within a few seconds: at who is too slow, or silent.
    static void look_after_all(const std::shared_ptr<asio_stream_session>& self) {
        self->look_timer_.expires_after(std::chrono::seconds{1});
        self->look_timer_.async_wait([self](const asio::error_code& failed) {
            if (failed || !self->is_open_) return;
            const auto now = clock::now();
            const auto some = self->slots_.size() / 4 + 1;
            for (std::size_t i = 0; i < some && !self->slots_.empty() && self->is_open_; ++i) {
                if (++self->looked_at_ >= self->slots_.size()) self->looked_at_ = 0;
                const auto one = self->slots_[self->looked_at_].used;
                if (one && self->is_overdue(*one, now)) self->end(one);
            }
            if (self->is_open_) look_after_all(self);
        });
    }

    [[nodiscard]] auto is_overdue(const connection& one, clock::time_point now) const -> bool {
        if (one.is_within() && now - one.waits_since() > options_.message_time) return true;
        return options_.idle_time.count() != 0 && now - one.heard_at() > options_.idle_time;
    }

    receiver_ref receiver_;
    asio::any_io_executor executor_;
    asio::steady_timer tick_timer_;
    asio::steady_timer look_timer_;
    asio_stream_options options_;
    Kind kind_;
    std::vector<asio::ip::tcp::acceptor> acceptors_;
    std::vector<endpoint> endpoints_;
    std::vector<slot> slots_;
    std::vector<std::uint32_t> free_; ///< slots
    std::vector<std::uint32_t> to_flush_, broken_; ///< slots with work that `send` has left
    std::unordered_map<std::uint64_t, std::uint32_t> networks_; ///< connections of each
    std::size_t open_connections_ = 0;
    std::size_t looked_at_ = 0;
    std::array<char, 65536> room_; ///< for what is read, by one connection at a time
    std::uint32_t waits_ = 0;
    bool is_open_ = false;
};

} // namespace sipwhere::detail

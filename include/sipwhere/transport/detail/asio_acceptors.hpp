// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/flow.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_address.hpp>
#include <sipwhere/transport/detail/proxy_protocol.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere::detail {

[[nodiscard]] inline auto from_asio(const asio::ip::tcp::endpoint& end) noexcept -> endpoint {
    return {from_asio(end.address()), end.port()};
}

/// The listening sockets of a transport over connections. It takes what connects, some at a time, and waits a moment
/// where the system has no descriptors left. What comes from a balancer says first whom it speaks for.
class asio_acceptors {
public:
    asio_acceptors(const asio::any_io_executor& executor, const asio_stream_options& options)
        : executor_(executor), options_(options) {}

    [[nodiscard]] auto endpoints() const noexcept -> std::span<const endpoint> { return endpoints_; }

    /// Opens one more listener.
    [[nodiscard]] auto open(const asio::ip::tcp::endpoint& at, bool takes_both_versions) -> asio::error_code {
        asio::error_code failed;
        auto& one = sockets_.emplace_back(executor_).socket;
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

    /// Begins to take connections: `taken(owner, socket, flow)` is called for each and says whether more may come; if
    /// not, `resume` lets them. `owner` keeps this alive.
    template <typename Owner, typename Taken>
    void start(const std::shared_ptr<Owner>& owner, Taken taken) {
        take_ = [weak = std::weak_ptr{owner}, taken](asio::ip::tcp::socket socket, const flow& way) {
            const auto mine = weak.lock();
            return mine && taken(mine, std::move(socket), way);
        };
        keep_ = [weak = std::weak_ptr{owner}]() -> std::shared_ptr<void> { return weak.lock(); };
        for (auto& each : sockets_) wait(each);
    }

    /// Goes on where more connections may come again.
    void resume() {
        is_full_ = false;
        for (auto& each : sockets_)
            if (std::exchange(each.is_paused, false)) wait(each);
    }

    void close() noexcept {
        is_closed_ = true;
        asio::error_code ignored;
        for (auto& each : sockets_) each.socket.close(ignored);
        for (auto& each : greeting_) each->socket.close(ignored);
        greeting_.clear();
    }

private:
    static constexpr std::size_t at_once = 64; ///< connections taken, before others have their turn
    static constexpr std::chrono::milliseconds pause{100}; ///< when the system has no more descriptors
    static constexpr std::size_t most_greeting = 1024; ///< connections of balancers that have not said whom they are of

    struct listener {
        explicit listener(const asio::any_io_executor& executor) : socket(executor), timer(executor) {}

        asio::ip::tcp::acceptor socket;
        asio::steady_timer timer;
        bool is_paused = false;
    };

    /// A connection of a balancer, before its header has come.
    struct greeting {
        greeting(asio::ip::tcp::socket made, const flow& at, const asio::any_io_executor& executor)
            : socket(std::move(made)), timer(executor), way(at) {}

        asio::ip::tcp::socket socket;
        asio::steady_timer timer;
        flow way;
        std::size_t seen = 0; ///< bytes
    };

    enum class next : std::uint8_t { more, later, paused };

    static void share_port(asio::ip::tcp::acceptor& one, asio::error_code& failed) {
#if defined(SO_REUSEPORT)
        one.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>{true}, failed);
#else
        failed = asio::error::operation_not_supported;
#endif
    }

    void wait(listener& one) {
        one.socket.async_wait(asio::socket_base::wait_read,
                              [this, &one, alive = keep_()](const asio::error_code& failed) {
                                  if (!failed && !is_closed_) go_on(one, take_some(one));
                              });
    }

    void go_on(listener& one, next said) {
        if (is_closed_) return;
        if (said == next::more) return wait(one);
        if (said == next::paused) {
            one.is_paused = true;
            return;
        }
        one.timer.expires_after(pause);
        one.timer.async_wait([this, &one, alive = keep_()](const asio::error_code&) {
            if (!is_closed_) wait(one);
        });
    }

    /// Takes some of those who have connected.
    [[nodiscard]] auto take_some(listener& one) -> next {
        for (std::size_t i = 0; i < at_once && !is_closed_; ++i) {
            if (is_full_) return next::paused;
            asio::error_code failed;
            asio::ip::tcp::endpoint remote;
            asio::ip::tcp::socket socket{executor_};
            one.socket.accept(socket, remote, failed);
            if (failed == asio::error::would_block) return next::more;
            if (failed == asio::error::no_descriptors || failed == asio::error::no_memory ||
                failed == asio::error::no_buffer_space ||
                failed == asio::error_code{ENFILE, asio::error::get_system_category()})
                return next::later;
            if (failed) continue; // it has gone already
            const auto local = socket.local_endpoint(failed);
            if (failed) continue;
            const flow way{.remote = from_asio(remote),
                           .local = from_asio(local),
                           .listener = static_cast<std::uint16_t>(index_of(one))};
            if (std::ranges::find(options_.proxies, way.remote.address) != options_.proxies.end())
                greet(std::move(socket), way);
            else is_full_ = !take_(std::move(socket), way);
        }
        return next::more;
    }

    [[nodiscard]] auto index_of(const listener& one) const -> std::size_t {
        std::size_t index = 0;
        while (&sockets_[index] != &one) ++index;
        return index;
    }

    /// Waits for the header of a balancer.
    void greet(asio::ip::tcp::socket socket, const flow& way) {
        if (greeting_.size() == most_greeting) return;
        asio::error_code ignored;
        socket.non_blocking(true, ignored);
        const auto& one = greeting_.emplace_back(std::make_shared<greeting>(std::move(socket), way, executor_));
        one->timer.expires_after(options_.message_time);
        one->timer.async_wait([this, weak = std::weak_ptr{one}, alive = keep_()](const asio::error_code& failed) {
            if (const auto late = weak.lock(); late && !failed) forget(late);
        });
        wait_for_header(one);
    }

    void wait_for_header(const std::shared_ptr<greeting>& one) {
        one->socket.async_wait(asio::socket_base::wait_read,
                               [this, one, alive = keep_()](const asio::error_code& failed) {
                                   if (is_closed_ || !one->socket.is_open()) return;
                                   if (failed) return forget(one);
                                   read_header(one);
                               });
    }

    /// Looks at what has come, and takes the header alone off the stream when it is whole.
    void read_header(const std::shared_ptr<greeting>& one) {
        std::array<char, most_of_proxy_header> bytes;
        asio::error_code failed;
        const auto size = one->socket.receive(asio::buffer(bytes), asio::socket_base::message_peek, failed);
        if (failed == asio::error::would_block) return wait_for_header(one);
        const auto header = parse_proxy_header(std::string_view{bytes.data(), failed ? 0 : size});
        if (failed || header.kind == proxy_header::malformed) return forget(one);
        if (header.kind == proxy_header::partial) {
            if (size == std::exchange(one->seen, size)) return forget(one); // it was woken by the end
            // The bytes stay where they are, so the system would say at once that there are some: wait for more.
            one->socket.set_option(asio::detail::socket_option::integer<SOL_SOCKET, SO_RCVLOWAT>{static_cast<int>(
                                       std::min(size + 1, bytes.size()))},
                                   failed);
            return wait_for_header(one);
        }
        one->socket.set_option(asio::detail::socket_option::integer<SOL_SOCKET, SO_RCVLOWAT>{1}, failed);
        one->socket.receive(asio::buffer(bytes.data(), header.size), 0, failed);
        if (header.has_source) {
            one->way.remote = header.source;
            one->way.local = header.destination;
        }
        auto socket = std::move(one->socket);
        const auto way = one->way;
        forget(one);
        is_full_ = !take_(std::move(socket), way) || is_full_;
    }

    void forget(const std::shared_ptr<greeting>& one) {
        asio::error_code ignored;
        one->socket.close(ignored);
        one->timer.cancel();
        std::erase(greeting_, one);
    }

    asio::any_io_executor executor_;
    const asio_stream_options& options_;
    std::deque<listener> sockets_;
    std::vector<endpoint> endpoints_;
    std::vector<std::shared_ptr<greeting>> greeting_;
    std::function<bool(asio::ip::tcp::socket, const flow&)> take_;
    std::function<std::shared_ptr<void>()> keep_;
    bool is_closed_ = false;
    bool is_full_ = false; ///< no more may come until `resume`
};

} // namespace sipwhere::detail

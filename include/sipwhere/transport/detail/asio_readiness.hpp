// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/asio_tcp_socket.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include <memory>
#include <utility>

namespace sipwhere::detail {

/// Tells a session when its connections can be read or written, by Asio, which waits for each of them.
///
/// `Session` has `on_ready(self, connection, can_read, can_write)`, and `on_failed(self, connection)`.
template <typename Session, typename Connection>
class asio_readiness {
    using shared = std::shared_ptr<Session>;
    using shared_connection = std::shared_ptr<Connection>;

public:
    explicit asio_readiness(const asio::any_io_executor&) noexcept {}

    [[nodiscard]] static auto is_open() noexcept -> bool { return true; }
    static void start(const shared&) noexcept {}
    static void close() noexcept {}

    /// Says what a connection waits for. It is to be said anew after each call of `on_ready`.
    ///
    /// Returns: whether it can be waited for.
    static auto watch(const shared& self, const shared_connection& one, bool reads, bool writes) -> bool {
        if (reads) wait(self, one, asio::socket_base::wait_read, &asio_tcp_socket::is_waiting_to_read);
        if (writes) wait(self, one, asio::socket_base::wait_write, &asio_tcp_socket::is_waiting_to_write);
        return true;
    }

    /// Is told that a connection is about to be closed.
    static void forget(Connection&) noexcept {}

private:
    /// Waits once for what a connection does not wait for yet.
    static void wait(const shared& self, const shared_connection& one, asio::socket_base::wait_type what,
                     bool asio_tcp_socket::*is_waiting) {
        auto& plain = one->io().plain();
        if (std::exchange(plain.*is_waiting, true)) return;
        plain.socket().async_wait(what, [self, one, what, is_waiting](const asio::error_code& failed) {
            one->io().plain().*is_waiting = false;
            if (failed) return Session::on_failed(self, one);
            Session::on_ready(self, one, what == asio::socket_base::wait_read, what == asio::socket_base::wait_write);
        });
    }
};

} // namespace sipwhere::detail

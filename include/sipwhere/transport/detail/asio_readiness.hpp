// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/asio_tcp_socket.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include <memory>

namespace sipwhere::detail {

/// Tells a session when its connections can be read or written, by Asio, which waits for each of them.
///
/// `Session` has `on_ready(self, connection, can_read, can_write)`, and `on_failed(self, connection)`.
template <typename Session, typename Connection>
class asio_readiness {
    using shared = std::shared_ptr<Session>;
    using shared_connection = std::shared_ptr<Connection>;

public:
    using socket_type = asio_tcp_socket;

    explicit asio_readiness(const asio::any_io_executor&) noexcept {}

    [[nodiscard]] static auto is_open() noexcept -> bool { return true; }
    static void start(const shared&) noexcept {}
    static void close() noexcept {}

    /// Says what a connection waits for. It is to be said anew after each call of `on_ready`.
    ///
    /// Returns: whether it can be waited for.
    static auto watch(const shared& self, const shared_connection& one, bool reads, bool writes) -> bool {
        auto& plain = one->io().plain();
        if (reads && !plain.is_waiting_to_read) {
            plain.is_waiting_to_read = true;
            plain.socket().async_wait(asio::socket_base::wait_read, [self, one](const asio::error_code& failed) {
                one->io().plain().is_waiting_to_read = false;
                if (failed) Session::on_failed(self, one);
                else Session::on_ready(self, one, true, false);
            });
        }
        if (writes && !plain.is_waiting_to_write) {
            plain.is_waiting_to_write = true;
            plain.socket().async_wait(asio::socket_base::wait_write, [self, one](const asio::error_code& failed) {
                one->io().plain().is_waiting_to_write = false;
                if (failed) Session::on_failed(self, one);
                else Session::on_ready(self, one, false, true);
            });
        }
        return true;
    }

    /// Is told that a connection is about to be closed.
    static void forget(Connection&) noexcept {}
};

} // namespace sipwhere::detail

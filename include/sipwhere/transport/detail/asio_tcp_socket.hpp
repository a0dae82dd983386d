// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#if defined(__linux__)
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace sipwhere::detail {

/// The bytes of a TCP connection, as they are.
class asio_tcp_socket {
public:
    explicit asio_tcp_socket(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    /// Makes that small answers go at once, and that a client that is gone is found to be.
    void prepare(const asio_stream_options& options) noexcept {
        asio::error_code ignored;
        socket_.non_blocking(true, ignored);
        socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
        socket_.set_option(asio::socket_base::keep_alive{true}, ignored);
#if defined(__linux__)
        const auto set = [this](int name, int value) {
            (void)::setsockopt(socket_.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
        };
        const auto seconds = static_cast<int>(options.user_timeout.count());
        set(TCP_USER_TIMEOUT, seconds * 1000);
        set(TCP_KEEPIDLE, seconds);
        set(TCP_KEEPINTVL, seconds / 4 + 1);
#else
        (void)options;
#endif
    }

    [[nodiscard]] auto read(std::span<char> into, std::size_t& size) noexcept -> io_result {
        asio::error_code failed;
        size = socket_.read_some(asio::buffer(into.data(), into.size()), failed);
        return said(failed, size);
    }
    [[nodiscard]] auto write(std::string_view bytes, std::size_t& size) noexcept -> io_result {
        asio::error_code failed;
        size = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), failed);
        return said(failed, size);
    }

    [[nodiscard]] static auto wants_write() noexcept -> bool { return false; }
    [[nodiscard]] static auto has_more() noexcept -> bool { return false; }
    [[nodiscard]] static auto is_ready() noexcept -> bool { return true; }

    /// Calls `handler(error_code)` when there is something to read, or the connection has ended.
    template <typename Handler>
    void wait_read(Handler&& handler) {
        socket_.async_wait(asio::socket_base::wait_read, std::forward<Handler>(handler));
    }
    /// Calls `handler(error_code)` when something can be written.
    template <typename Handler>
    void wait_write(Handler&& handler) {
        socket_.async_wait(asio::socket_base::wait_write, std::forward<Handler>(handler));
    }

    void leave() noexcept {
        asio::error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    }
    void close() noexcept {
        asio::error_code ignored;
        socket_.close(ignored);
    }

    [[nodiscard]] auto socket() noexcept -> asio::ip::tcp::socket& { return socket_; }

private:
    static auto said(const asio::error_code& failed, std::size_t& size) noexcept -> io_result {
        if (!failed) return io_result::moved;
        size = 0;
        const bool is_later = failed == asio::error::would_block || failed == asio::error::interrupted;
        return is_later ? io_result::moved : io_result::closed;
    }

    asio::ip::tcp::socket socket_;
};

} // namespace sipwhere::detail

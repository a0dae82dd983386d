// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_stream_options.hpp>

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

/// What became of a try to move bytes.
enum class io_result : std::uint8_t {
    moved,   ///< some, or none for want of room or of bytes
    closed,  ///< the other end has closed, or the connection is broken
};

/// The bytes of a TCP connection, as they are: what `stream_connection` reads and writes.
class tcp_socket {
public:
    explicit tcp_socket(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

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

    /// Reads what is there.
    [[nodiscard]] auto read(std::span<char> into, std::size_t& size) noexcept -> io_result {
        asio::error_code failed;
        size = socket_.read_some(asio::buffer(into.data(), into.size()), failed);
        if (failed == asio::error::would_block || failed == asio::error::interrupted) return size = 0, io_result::moved;
        return failed ? io_result::closed : io_result::moved;
    }

    /// Writes as much as there is room for.
    [[nodiscard]] auto write(std::string_view bytes, std::size_t& size) noexcept -> io_result {
        asio::error_code failed;
        size = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), failed);
        if (failed == asio::error::would_block || failed == asio::error::interrupted) return size = 0, io_result::moved;
        return failed ? io_result::closed : io_result::moved;
    }

    /// Calls `handler(error_code)` when there is something to read, or the connection has ended.
    template <typename Handler>
    void wait_read(Handler&& handler) {
        socket_.async_wait(asio::socket_base::wait_read, std::forward<Handler>(handler));
    }
    /// Calls `handler(error_code)` when there is room to write.
    template <typename Handler>
    void wait_write(Handler&& handler) {
        socket_.async_wait(asio::socket_base::wait_write, std::forward<Handler>(handler));
    }

    void close() noexcept {
        asio::error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_both, ignored);
        socket_.close(ignored);
    }

private:
    asio::ip::tcp::socket socket_;
};

} // namespace sipwhere::detail

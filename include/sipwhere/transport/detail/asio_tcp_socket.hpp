// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/byte_io.hpp>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// The bytes of a TCP connection, as they are, by a socket of Asio's.
class asio_tcp_socket {
public:
    explicit asio_tcp_socket(asio::ip::tcp::socket prepared) noexcept : socket_(std::move(prepared)) {}

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

    void leave() noexcept {
        asio::error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    }
    void close() noexcept {
        asio::error_code ignored;
        socket_.close(ignored);
    }

    [[nodiscard]] auto plain() noexcept -> asio_tcp_socket& { return *this; }
    [[nodiscard]] auto socket() noexcept -> asio::ip::tcp::socket& { return socket_; }
    [[nodiscard]] auto native_handle() noexcept -> asio::ip::tcp::socket::native_handle_type {
        return socket_.native_handle();
    }

    bool is_waiting_to_read = false; ///< a handler is on its way
    bool is_waiting_to_write = false;

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

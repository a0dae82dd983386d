// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/byte_io.hpp>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

namespace sipwhere::detail {

/// The bytes of a TCP connection, as they are, by a socket of Linux that Asio knows nothing of.
class asio_epoll_socket {
public:
    explicit asio_epoll_socket(asio::ip::tcp::socket prepared) noexcept {
        asio::error_code failed;
        socket_ = prepared.release(failed);
        if (failed) socket_ = -1;
    }
    asio_epoll_socket(asio_epoll_socket&& from) noexcept
        : watched(from.watched), socket_(std::exchange(from.socket_, -1)) {}
    auto operator=(asio_epoll_socket&&) -> asio_epoll_socket& = delete;
    ~asio_epoll_socket() { close(); }

    [[nodiscard]] auto read(std::span<char> into, std::size_t& size) noexcept -> io_result {
        const auto got = ::recv(socket_, into.data(), into.size(), 0);
        return got == 0 ? (size = 0, io_result::closed) : said(got, size);
    }
    [[nodiscard]] auto write(std::string_view bytes, std::size_t& size) noexcept -> io_result {
        return said(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), size);
    }

    [[nodiscard]] static auto wants_write() noexcept -> bool { return false; }
    [[nodiscard]] static auto has_more() noexcept -> bool { return false; }
    [[nodiscard]] static auto is_ready() noexcept -> bool { return true; }

    void leave() noexcept { (void)::shutdown(socket_, SHUT_WR); }
    void close() noexcept {
        if (socket_ >= 0) (void)::close(std::exchange(socket_, -1));
    }

    [[nodiscard]] auto plain() noexcept -> asio_epoll_socket& { return *this; }
    [[nodiscard]] auto native_handle() const noexcept -> int { return socket_; }

    std::uint32_t watched = 0; ///< the events that epoll waits for

private:
    static auto said(::ssize_t moved, std::size_t& size) noexcept -> io_result {
        size = static_cast<std::size_t>(std::max<::ssize_t>(moved, 0));
        const bool is_later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        return moved >= 0 || is_later ? io_result::moved : io_result::closed;
    }

    int socket_ = -1;
};

} // namespace sipwhere::detail

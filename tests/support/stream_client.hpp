// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>
#include <support/asio_loop.hpp>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// The other end of a connection over TCP: it writes what it is told to, and keeps what comes.
class stream_client {
public:
    stream_client(asio::io_context& io, const sipwhere::endpoint& to) : io_(io), socket_(io) {
        asio::error_code failed;
        const auto bytes = to.address.bytes();
        asio::ip::address address = asio::ip::address_v4::loopback();
        if (bytes.size() != 4) address = asio::ip::address_v6::loopback();
        socket_.connect({address, to.port}, failed);
        is_connected_ = !failed;
        if (failed) return;
        socket_.non_blocking(true);
        socket_.set_option(asio::ip::tcp::no_delay{true});
        read();
    }
    stream_client(const stream_client&) = delete;
    auto operator=(const stream_client&) -> stream_client& = delete;
    ~stream_client() {
        close();
        run_for(io_, std::chrono::milliseconds{1}); // so that no handler comes later
    }

    std::string heard;
    bool has_ended = false; ///< the server has closed the connection, or it broke

    [[nodiscard]] auto is_connected() const -> bool { return is_connected_; }
    [[nodiscard]] auto port() -> std::uint16_t { return socket_.local_endpoint().port(); }
    [[nodiscard]] auto socket() -> asio::ip::tcp::socket& { return socket_; }

    /// Writes as much as the system takes.
    void sends(std::string_view bytes) {
        asio::error_code failed;
        while (!bytes.empty()) {
            const auto size = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), failed);
            if (failed == asio::error::would_block) run_for(io_, std::chrono::milliseconds{1});
            else if (failed) return;
            bytes.remove_prefix(failed ? 0 : size);
        }
    }

    /// Returns: whether so many bytes have come in the end.
    [[nodiscard]] auto hears(std::size_t size) -> bool {
        return run_until(io_, [&] { return heard.size() >= size; });
    }
    /// Returns: whether a text has come in the end.
    [[nodiscard]] auto hears(std::string_view text) -> bool {
        return run_until(io_, [&] { return heard.find(text) != std::string::npos; });
    }
    [[nodiscard]] auto ends() -> bool {
        return run_until(io_, [&] { return has_ended; });
    }

    /// Says that it sends no more.
    void finishes() {
        asio::error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    }
    void close() {
        asio::error_code ignored;
        socket_.close(ignored);
    }
    /// Breaks the connection: the server hears a reset.
    void resets() {
        asio::error_code ignored;
        socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
        socket_.close(ignored);
    }

    bool reads = true; ///< or it leaves all in the system's memory

private:
    void read() {
        socket_.async_wait(asio::socket_base::wait_read, [this](const asio::error_code& failed) {
            if (failed) return;
            if (!reads) return;
            asio::error_code why;
            std::array<char, 65536> bytes;
            const auto size = socket_.read_some(asio::buffer(bytes), why);
            if (!why) heard.append(bytes.data(), size);
            else if (why != asio::error::would_block) return static_cast<void>(has_ended = true);
            read();
        });
    }

    asio::io_context& io_;
    asio::ip::tcp::socket socket_;
    bool is_connected_ = false;
};

} // namespace sipwhere_test

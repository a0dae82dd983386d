// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_stream_options.hpp>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#if defined(__linux__)
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace sipwhere::detail {

/// Makes that small answers of a connection go at once, that nothing waits for it, and that a client that is gone is
/// found to be.
inline void asio_prepare_tcp(asio::ip::tcp::socket& socket, const asio_stream_options& options) noexcept {
    asio::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
#if defined(__linux__)
    const auto set = [&socket](int name, int value) {
        (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
    };
    const auto seconds = static_cast<int>(options.user_timeout.count());
    set(TCP_USER_TIMEOUT, seconds * 1000);
    set(TCP_KEEPIDLE, seconds);
    set(TCP_KEEPINTVL, seconds / 4 + 1);
#else
    (void)options;
#endif
}

} // namespace sipwhere::detail

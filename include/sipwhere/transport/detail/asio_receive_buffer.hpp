// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/udp_receive_buffer.hpp>

#include <asio/error_code.hpp>
#include <asio/socket_base.hpp>

namespace sipwhere::detail {

/// Asks the system for a receive buffer: beyond its limit where that is allowed (SO_RCVBUFFORCE), else for as much as
/// it gives. Other systems than Linux refuse more than their limit, so they are asked for half of it, and again.
///
/// Returns: what was asked for and granted; a system that grants less is no failure.
template <typename Socket>
[[nodiscard]] auto ask_for_receive_buffer(Socket& socket, int wanted) -> udp_receive_buffer {
    const auto granted = [&socket] {
        asio::socket_base::receive_buffer_size size;
        asio::error_code failed;
        socket.get_option(size, failed);
        return failed ? 0 : size.value();
    };
    const int before = granted();
    if (wanted <= 0) return {0, before};
    asio::error_code failed;
#if defined(SO_RCVBUFFORCE)
    using forced_size = asio::detail::socket_option::integer<SOL_SOCKET, SO_RCVBUFFORCE>; // Asio has no public one
    socket.set_option(forced_size{wanted}, failed);
    if (!failed) return {wanted, granted()};
#endif
    for (int bytes = wanted; bytes > 0; bytes /= 2) {
        if (bytes < wanted && bytes <= before) break; // the user may ask for less than the system gives, we do not
        socket.set_option(asio::socket_base::receive_buffer_size{bytes}, failed);
        if (!failed) break;
    }
    return {wanted, granted()};
}

} // namespace sipwhere::detail

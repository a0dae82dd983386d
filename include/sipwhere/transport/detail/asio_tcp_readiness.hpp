// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <asio/detail/config.hpp> // which knows what Asio uses

#if defined(ASIO_HAS_EPOLL)
#include <sipwhere/transport/detail/asio_epoll_readiness.hpp>
#else
#include <sipwhere/transport/detail/asio_readiness.hpp>
#endif

namespace sipwhere::detail {

#if defined(ASIO_HAS_EPOLL)
template <typename Session, typename Connection>
using asio_tcp_readiness = asio_epoll_readiness<Session, Connection>;
using tcp_socket = asio_epoll_socket;
#else
template <typename Session, typename Connection>
using asio_tcp_readiness = asio_readiness<Session, Connection>;
using tcp_socket = asio_tcp_socket;
#endif

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#include "listening.hpp"

template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_tcp_kind>;
#if defined(REGISTRARD_WITH_OPENSSL)
template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_tls_kind>;
#endif
#if defined(REGISTRARD_WITH_WSLAY)
template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_websocket_kind>;
template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_websocket_tls_kind>;
#endif

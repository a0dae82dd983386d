// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_tls_options.hpp>
#include <sipwhere/transport/websocket_rules.hpp>

namespace sipwhere {

/// What a transport over WebSocket within TLS may be told.
struct asio_websocket_tls_options {
    asio_tls_options tls; ///< certificates, and what is as for TCP
    websocket_rules rules{}; ///< who may connect
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/websocket_rules.hpp>

namespace sipwhere {

/// What a transport over WebSocket may be told.
struct asio_websocket_options {
    websocket_rules rules{}; ///< who may connect
    asio_stream_options streams{}; ///< as for TCP
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace sipwhere_test {

/// Returns: a request that opens a connection for SIP, without the empty line behind it.
[[nodiscard]] inline auto websocket_opening() -> std::string {
    return "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n"
           "Sec-WebSocket-Version: 13\r\n";
}

} // namespace sipwhere_test

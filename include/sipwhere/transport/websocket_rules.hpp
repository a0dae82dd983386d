// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/ip_address.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere {

/// What a client asks for when it opens a WebSocket connection; views that hold until the call returns.
struct websocket_request {
    std::string_view target{}; ///< the path, with what is behind it
    std::string_view host{};
    std::string_view origin{}; ///< of the page whose script asks; empty outside of browsers
    std::string_view cookie{};
    std::string_view authorization{};
    std::string_view forwarded_for{};
};

/// Whether a WebSocket connection may be opened.
struct websocket_verdict {
    std::uint16_t status = 101; ///< of HTTP; anything but 101 ends the connection
    std::string lines{};        ///< whole header lines of the answer, such as WWW-Authenticate or Set-Cookie
};

/// Who may open a WebSocket connection.
struct websocket_rules {
    /// Pages from which scripts may, such as "https://phone.example.com"; empty for all, and for clients that are no
    /// browser.
    std::vector<std::string> origins{};

    /// Decides about each connection, as by a cookie of the session (RFC 7118 §7); empty for all.
    std::function<websocket_verdict(const websocket_request&)> accept{};

    /// Balancers whose X-Forwarded-For is believed.
    std::vector<ip_address> forwarders{};
};

} // namespace sipwhere

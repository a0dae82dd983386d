// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_tcp_transport.hpp>
#include <support/asio_loop.hpp>
#include <support/stream_receiver.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// Returns: the shortest message with a body, as a stream carries it.
[[nodiscard]] inline auto framed(std::string_view body) -> std::string {
    return "OPTIONS sip:a SIP/2.0\r\nl: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// A transport over TCP that listens on this host, and what it receives.
struct tcp_listening {
    asio::io_context& io;
    stream_receiver received{};
    sipwhere::asio_tcp_transport transport;

    explicit tcp_listening(asio::io_context& loop, const sipwhere::asio_stream_options& options = {})
        : io(loop), transport(loop, "127.0.0.1", 0, options) {
        REQUIRE(transport.listen(sipwhere::receiver_ref{received}));
    }
    [[nodiscard]] auto at() const -> sipwhere::endpoint { return transport.endpoints()[0]; }
    [[nodiscard]] auto receives(std::size_t count) -> bool {
        return run_until(io, [&] { return received.messages.size() >= count; });
    }
    [[nodiscard]] auto loses(std::size_t count) -> bool {
        return run_until(io, [&] { return received.ended.size() >= count; });
    }
};

} // namespace sipwhere_test

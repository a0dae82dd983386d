// SPDX-License-Identifier: BSL-1.0
#include "serve.hpp"
#include "transports.hpp"

#include <sipwhere/transport/asio_udp_transport.hpp>

auto registrard::serve_one_by_one(const options& asked) -> int {
    return serve<sipwhere::asio_udp_transport>(
        asked, sipwhere::asio_udp_options{.receive_buffer = static_cast<int>(asked.receive_buffer),
                                          .never_fragment = asked.never_fragment});
}

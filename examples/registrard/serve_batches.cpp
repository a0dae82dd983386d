// SPDX-License-Identifier: BSL-1.0
#include "serve.hpp"
#include "transports.hpp"

#include <sipwhere/transport/asio_batched_udp_transport.hpp>

auto registrard::serve_batches(const options& asked) -> int {
    return serve<sipwhere::asio_batched_udp_transport>(
        asked, sipwhere::asio_batched_udp_options{.receive_buffer = static_cast<int>(asked.receive_buffer),
                                                  .batch = asked.batch,
                                                  .never_fragment = asked.never_fragment});
}

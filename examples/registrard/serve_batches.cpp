// SPDX-License-Identifier: BSL-1.0
#include "batched_udp.hpp"
#include "serve.hpp"
#include "transports.hpp"

auto registrard::serve_batches(const options& asked) -> int {
    return serve<sipwhere::asio_batched_udp_transport>(asked, batches_of(asked));
}

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <sipwhere/transport/asio_batched_udp_transport.hpp>

namespace registrard {

[[nodiscard]] inline auto batches_of(const options& asked) -> sipwhere::asio_batched_udp_options {
    return {.receive_buffer = static_cast<int>(asked.receive_buffer),
            .batch = asked.batch,
            .never_fragment = asked.never_fragment};
}

} // namespace registrard

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>

#include <cstdint>

namespace sipwhere {

/// What became of a message that arrived.
enum class handling : std::uint8_t {
    not_mine, ///< another handler may take it; nothing was done
    answered, ///< an answer was sent
    unsent,   ///< the transport did not take the answer; what it stands for has happened all the same
    repeated, ///< a retransmission; the first answer was sent again
    parked,   ///< a policy answers later; so does the server
    dropped,  ///< nothing was sent and nothing will be
};

/// What a handler or a server made of a message.
struct verdict {
    handling kind = handling::not_mine;
    status code{}; ///< of the answer; 0 if there is none, or the same as before

    friend constexpr auto operator==(const verdict&, const verdict&) noexcept -> bool = default;
};

} // namespace sipwhere

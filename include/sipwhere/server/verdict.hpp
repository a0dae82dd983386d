// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>

#include <cstdint>

namespace sipwhere {

/// What a handler made of a datagram.
struct verdict {
    enum class kind : std::uint8_t {
        not_mine, ///< another handler may take it; nothing was done
        answered, ///< `code` was sent
        unsent,   ///< the transport did not take the answer; what `code` stands for has happened all the same
        repeated, ///< a retransmission; the first answer was sent again
        dropped,  ///< nothing was sent and nothing will be
    };

    kind what = kind::not_mine;
    status code{}; ///< of the answer; 0 if there is none, or the same as before

    friend constexpr auto operator==(const verdict&, const verdict&) noexcept -> bool = default;
};

} // namespace sipwhere

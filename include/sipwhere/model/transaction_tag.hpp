// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/instant.hpp>

#include <cstdint>

namespace sipwhere {

/// What a record remembers of a REGISTER it has answered with 200, so that a repeat changes nothing.
struct transaction_tag {
    std::uint64_t transaction = 0; ///< keyed hash of branch, sent-by, From tag, Call-ID and CSeq
    std::uint32_t request = 0;     ///< keyed hash of From tag, Call-ID and CSeq (RFC 3261 §8.2.2.2)
    seconds32 at = 0;              ///< when it was committed

    /// How long a repeat may come: 64*T1, timer J (RFC 3261 §17.2.2).
    static constexpr seconds32 lifetime = 32;

    [[nodiscard]] constexpr auto is_live(instant now) const noexcept -> bool { return floor_seconds(now) <= due(); }

    /// Returns: the last second in which it is live.
    [[nodiscard]] constexpr auto due() const noexcept -> seconds32 { return at + lifetime; }
};
static_assert(sizeof(transaction_tag) == 16);

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/little_endian.hpp>
#include <sipwhere/model/instant.hpp>

#include <cstddef>
#include <cstdint>

namespace sipwhere {

/// What a record remembers of a REGISTER it has answered with 200, so that a repeat changes nothing.
///
/// The hashes are keyed, and short, since each counts only together with the others.
struct transaction_tag {
    std::uint16_t call_id = 0;          ///< of the Call-ID
    std::uint16_t request = 0;          ///< of From tag, Call-ID and CSeq (RFC 3261 §8.2.2.2)
    std::uint32_t transaction : 30 = 0; ///< of branch, sent-by, From tag, Call-ID and CSeq
    std::uint32_t has_newer : 1 = 0;    ///< a later tag of the same Call-ID has its CSeq or a higher one
    std::uint32_t covers_older : 1 = 0; ///< tags of the same Call-ID with its CSeq or a lower one have been dropped
    std::uint32_t cseq = 0;
    seconds32 since = 0;           ///< when it was committed

    /// How many bytes it takes in a record: the same ones on every machine.
    static constexpr std::size_t packed_size = 16;

    [[nodiscard]] static auto at(const char* bytes) noexcept -> transaction_tag {
        const auto bits = load_little_endian<std::uint32_t>(bytes + 4);
        transaction_tag made{.call_id = load_little_endian<std::uint16_t>(bytes),
                             .request = load_little_endian<std::uint16_t>(bytes + 2),
                             .cseq = load_little_endian<std::uint32_t>(bytes + 8),
                             .since = load_little_endian<std::uint32_t>(bytes + 12)};
        made.transaction = bits & 0x3fff'ffffU;
        made.has_newer = (bits >> 30U & 1U) != 0;
        made.covers_older = (bits >> 31U & 1U) != 0;
        return made;
    }
    void write(char* bytes) const noexcept {
        store_little_endian(bytes, call_id);
        store_little_endian(bytes + 2, request);
        store_little_endian(bytes + 4, std::uint32_t{transaction} | std::uint32_t{has_newer} << 30U |
                                           std::uint32_t{covers_older} << 31U);
        store_little_endian(bytes + 8, cseq);
        store_little_endian(bytes + 12, since);
    }

    /// Sets `has_newer`, bit 30 of the second word, in the tag that lies at `bytes`, if `later` is newer than it.
    static void note_newer(char* bytes, const transaction_tag& later) noexcept {
        if (load_little_endian<std::uint16_t>(bytes) == later.call_id &&
            load_little_endian<std::uint32_t>(bytes + 8) <= later.cseq)
            bytes[7] = static_cast<char>(bytes[7] | 1 << 6);
    }
    /// Sets `covers_older`, bit 31 of that word.
    static void note_covers_older(char* bytes) noexcept { bytes[7] = static_cast<char>(bytes[7] | 1 << 7); }

    /// How long a repeat may come: 64*T1, timer J (RFC 3261 §17.2.2).
    static constexpr seconds32 lifetime = 32;

    [[nodiscard]] constexpr auto is_live(instant now) const noexcept -> bool { return floor_seconds(now) <= due(); }

    /// Returns: the last second in which it is live.
    [[nodiscard]] constexpr auto due() const noexcept -> seconds32 { return since + lifetime; }
};

} // namespace sipwhere

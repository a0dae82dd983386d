// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/cseq.hpp>
#include <sipwhere/message/via.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The fields that every request needs, read once (RFC 3261 §8.1.1). Views into the datagram.
struct essentials {
    via_view via{};            ///< the topmost
    std::string_view from_tag{}; ///< empty when there is none, as in RFC 2543
    std::string_view to_uri{};   ///< of To, only cut out
    std::string_view to_tag{};
    bool has_to_tag = false;
    std::string_view call_id{};
    cseq_view cseq{};
};

/// Keyed hashes by which a request is known again.
struct transaction_keys {
    std::uint64_t response = 0;    ///< of the server transaction (RFC 3261 §17.2.3), its request and the source
    std::uint64_t transaction = 0; ///< of branch, sent-by, From tag, Call-ID and CSeq
    std::uint64_t to_tag = 0;      ///< what a To tag is made of; shows nothing of the others
    std::uint32_t request = 0;     ///< of From tag, Call-ID and CSeq (RFC 3261 §8.2.2.2)
    std::uint32_t call_id = 0;     ///< of the Call-ID
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/token_map.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/uri_identity.hpp>
#include <sipwhere/model/change.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace sipwhere {

/// What a decision makes of one contact of a request.
struct contact_change {
    change kind = change::kept;
    std::uint16_t binding = 0;    ///< refreshed: the index of the binding whose place it takes
    std::uint32_t granted = 0;    ///< seconds; 0 removes
};

/// What a decision does to one binding of a record.
struct binding_change {
    change kind = change::kept;
    std::uint16_t contact = 0;    ///< refreshed: the index of the contact that takes its place
    std::uint32_t meant_by = 0;   ///< which contacts mean it: a bit for each of those that are alike
    std::uint64_t core = 0;       ///< of its URI's identity, if contacts and bindings are compared
};

/// A contact while it is compared with others and with bindings.
struct compared_contact {
    static constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();

    uri_identity identity;
    std::uint16_t same_octets = none; ///< the binding with the very same ones
    std::uint16_t first = none;       ///< the first binding that it means
    std::uint16_t meant = 0;          ///< how many bindings it means
    std::uint8_t before = 0;          ///< the place of the one before it in its chain, counted from 1
    std::uint8_t bit = 0;             ///< how many contacts before it are alike
    bool is_superseded = false;
};

/// The memory of one request in work, and of nothing else. All spans stay where they are.
struct request_memory {
    message_view& message;                       ///< the rows of the request
    token_map* map;                              ///< that of its bytes; null to do without, which is slower
    std::span<char> aor;                         ///< its canonical address-of-record
    std::span<contact_view> contacts;            ///< its contacts; their number caps those of a request
    std::span<contact_change> contact_changes;   ///< as many as `contacts`
    std::span<compared_contact> compared;        ///< as many as `contacts`
    std::span<binding_change> binding_changes;   ///< their number caps the bindings of a record
    std::span<char> record;                      ///< the new record; its size caps that of a record
    std::span<char> gone;                        ///< the bindings that an update takes away, for their events
    std::span<char> challenge;                   ///< the fields that access policies write
    std::span<char> answer;                      ///< the answer; its size caps it
    std::span<char> bytes;                       ///< those of a request that may be parked; its size caps them
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/binding.hpp>
#include <sipwhere/model/change.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/user_identity.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// A change of a binding that has been committed. Its views hold until the observer returns.
///
/// Of all events of one address-of-record, `is_first` and `is_last` come by turns: a user is there between them. One
/// whose only binding is replaced by another has neither.
struct binding_event {
    change kind{}; ///< created, refreshed, removed or expired
    aor_view aor{};
    binding_view binding{}; ///< as it is now, or as it was before it went
    instant at{};
    bool is_first = false; ///< created, and the address-of-record had no binding before
    bool is_last = false;  ///< removed or expired, and the address-of-record has no binding any more
    user_identity by{};    ///< whose REGISTER it was, as far as the access policy knows
};

/// A request that was answered with anything but 2xx.
struct rejection_event {
    status code{};
    std::string_view reason{};
    flow from{};
    std::string_view method{};
    std::string_view aor{};     ///< To as it was sent, possibly empty
    std::string_view call_id{}; ///< as it was sent, possibly empty
    instant at{};
    user_identity by{}; ///< who sent it, if the access policy knows
};

/// Anything else that happened to a message.
enum class traffic : std::uint8_t {
    answered,      ///< a 2xx went out
    repeated,      ///< a retransmission was answered with the bytes of the first answer
    keep_alive,    ///< CRLF, NUL or a STUN indication, dropped silently
    stun,          ///< a STUN Binding request was answered
    not_sip,       ///< dropped: no SIP message, or no Via that would tell the client what is answered
    response,      ///< dropped: a response nobody waits for
    ack,           ///< dropped: an ACK needs no answer
    unanswerable,  ///< dropped: the answer would have to go to port 0, broadcast or ourselves
    over_budget,   ///< dropped: the answer is too large for the budget of its network (settings::answer_budget)
    send_failed,   ///< the transport did not take the answer
    events_lost,   ///< some removed bindings of one update did not fit into the memory for events
    overrun,       ///< the system had no memory left for what waited at a socket: `from.local` tells which
    absorbed,      ///< dropped: a retransmission of a request that still waits for a policy
    timed_out,     ///< dropped: a policy did not answer in time
    forgotten,     ///< dropped: the server stopped, or the connection went, while the request waited for a policy
};

struct traffic_event {
    traffic kind{};
    flow from{};
    instant at{};
    std::uint32_t count = 1; ///< messages that this happened to; more than one only of an overrun
    std::string_view reason{}; ///< why a message that should have had an answer was dropped; static text
};

/// Returns: the word for a log line; empty for what no event tells of.
[[nodiscard]] constexpr auto text_of(change kind) noexcept -> std::string_view {
    switch (kind) {
    case change::created: return "created";
    case change::refreshed: return "refreshed";
    case change::removed: return "removed";
    case change::expired: return "expired";
    case change::kept:
    case change::superseded: break;
    }
    return "";
}

/// Returns: the words for a log line.
[[nodiscard]] constexpr auto text_of(traffic kind) noexcept -> std::string_view {
    switch (kind) {
    case traffic::answered: return "answered";
    case traffic::repeated: return "repeated";
    case traffic::keep_alive: return "keep-alive";
    case traffic::stun: return "stun";
    case traffic::not_sip: return "not-sip";
    case traffic::response: return "response";
    case traffic::ack: return "ack";
    case traffic::unanswerable: return "unanswerable";
    case traffic::over_budget: return "over-budget";
    case traffic::send_failed: return "send-failed";
    case traffic::events_lost: return "events-lost";
    case traffic::overrun: return "overrun";
    case traffic::absorbed: return "absorbed";
    case traffic::timed_out: return "timed-out";
    case traffic::forgotten: return "forgotten";
    }
    return "";
}

} // namespace sipwhere

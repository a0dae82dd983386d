// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/binding.hpp>
#include <sipwhere/model/flow.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// A change of a binding that has been committed. Its views hold until the observer returns.
struct binding_event {
    enum class change : std::uint8_t { created, refreshed, removed, expired };

    change what{};
    aor_view aor{};
    binding_view binding{}; ///< as it is now, or as it was before it went
    instant at{};
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
};

/// Anything else that happened to a datagram.
struct traffic_event {
    enum class kind : std::uint8_t {
        answered,      ///< a 2xx went out
        repeated,      ///< a retransmission was answered with the bytes of the first answer
        keep_alive,    ///< CRLF or NUL, dropped silently
        not_sip,       ///< dropped: no SIP message, or no Via that would tell the client what is answered
        response,      ///< dropped: a response nobody waits for
        ack,           ///< dropped: an ACK needs no answer
        unanswerable,  ///< dropped: the answer would have to go to port 0, broadcast or ourselves
        over_budget,   ///< dropped: the answer is too large for the budget of its network (settings::answer_budget)
        send_failed,   ///< the transport did not take the answer
        events_lost,   ///< some removed bindings of one update did not fit into the workspace's text of events
        overrun,       ///< the system had no memory left for what waited at a socket: `from.local` tells which
    };

    kind what{};
    flow from{};
    instant at{};
    std::uint32_t count = 1; ///< datagrams that this happened to; more than one only of an overrun
    std::string_view reason{}; ///< why a message that should have had an answer was dropped; static text
};

/// Returns: the word for a log line.
[[nodiscard]] constexpr auto text_of(binding_event::change what) noexcept -> std::string_view {
    switch (what) {
    case binding_event::change::created: return "created";
    case binding_event::change::refreshed: return "refreshed";
    case binding_event::change::removed: return "removed";
    case binding_event::change::expired: return "expired";
    }
    return "";
}

/// Returns: the words for a log line.
[[nodiscard]] constexpr auto text_of(traffic_event::kind what) noexcept -> std::string_view {
    switch (what) {
    case traffic_event::kind::answered: return "answered";
    case traffic_event::kind::repeated: return "repeated";
    case traffic_event::kind::keep_alive: return "keep-alive";
    case traffic_event::kind::not_sip: return "not-sip";
    case traffic_event::kind::response: return "response";
    case traffic_event::kind::ack: return "ack";
    case traffic_event::kind::unanswerable: return "unanswerable";
    case traffic_event::kind::over_budget: return "over-budget";
    case traffic_event::kind::send_failed: return "send-failed";
    case traffic_event::kind::events_lost: return "events-lost";
    case traffic_event::kind::overrun: return "overrun";
    }
    return "";
}

} // namespace sipwhere

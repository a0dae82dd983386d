// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/settings.hpp>
#include <sipwhere/message/via.hpp>
#include <sipwhere/model/flow.hpp>

#include <cstdint>
#include <optional>

namespace sipwhere {

/// Where an answer goes, and what its topmost Via must tell the client about it.
struct reply_route {
    sipwhere::flow flow{};
    bool add_received = false; ///< with the address the request came from
    bool add_rport = false;    ///< with the port the request came from
};

/// Returns: whether an answer may go there at all; port 0, broadcast and multicast are never answered.
[[nodiscard]] constexpr auto is_answerable(const endpoint& to) noexcept -> bool {
    return to.port != 0 && to.address.family() != address_family::none && !to.address.is_unspecified() &&
           !to.address.is_broadcast() && !to.address.is_multicast();
}

/// Decides where the answer to a request goes whose topmost Via can't be read: back to where it came from.
///
/// Returns: nothing when the answer must not be sent.
[[nodiscard]] constexpr auto route_to_source(const flow& from) noexcept -> std::optional<reply_route> {
    if (from.over == protocol::udp && !is_answerable(from.remote)) return std::nullopt;
    return reply_route{.flow = from};
}

/// Decides where the answer to a datagram goes.
///
/// The address is always the one the datagram came from, unless the user lets `maddr` be obeyed: an answer to the
/// address that sent-by names would make the registrar a reflector. A `received` that the client wrote itself is
/// overruled for the same reason. Over a connection the answer goes back by that; a WebSocket client, which mostly has
/// no host to name, is told its address only if it asks.
/// Returns: nothing when the answer must not be sent.
/// Spec:    a sent-by port of 0 is nowhere an answer could go, so the source port takes its place;
///          RFC 3261 §18.2.1 and §18.2.2; RFC 3581 §4; RFC 7118 §5.3.
[[nodiscard]] constexpr auto route_reply(const via_view& via, const flow& from, reply_to_source rule,
                                         bool obey_maddr) noexcept -> std::optional<reply_route> {
    constexpr std::uint16_t default_port = 5060;
    const auto sent_by = ip_address::of(via.host);
    const auto sent_by_port = via.has_port ? via.port : default_port;

    reply_route route{.flow = from};
    route.add_rport = via.has_rport;
    const bool is_web = from.over == protocol::ws || from.over == protocol::wss;
    route.add_received = via.has_rport || via.has_received || (!is_web && sent_by != from.remote.address);
    if (from.over != protocol::udp) return route;

    const bool to_source = via.has_rport || sent_by_port == 0 || rule == reply_to_source::on ||
                           (rule == reply_to_source::if_private && sent_by.is_private());
    if (!to_source) route.flow.remote.port = sent_by_port;

    if (obey_maddr && !via.maddr.empty()) {
        host_view maddr;
        cursor text{via.maddr};
        const bool is_host = take_host(text, maddr) && text.at_end();
        const auto address = is_host ? ip_address::of(maddr) : ip_address{};
        if (address.family() != from.remote.address.family() || sent_by_port == 0) return std::nullopt;
        route.flow.remote = {address, sent_by_port};
        if (!address.is_multicast()) return is_answerable(route.flow.remote) ? std::optional{route} : std::nullopt;
        route.flow.multicast_ttl = via.ttl == 0 ? 1 : via.ttl;
        return route;
    }
    if (!is_answerable(route.flow.remote)) return std::nullopt;
    return route;
}

} // namespace sipwhere

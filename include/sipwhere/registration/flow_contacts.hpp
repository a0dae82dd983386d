// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/uri_params.hpp>
#include <sipwhere/message/via.hpp>
#include <sipwhere/model/flow.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere {

/// Returns: whether a request came from the client itself, not by way of a proxy (RFC 5626 §6).
[[nodiscard]] inline auto is_from_client(const message_view& request, const via_view& top) noexcept -> bool {
    return request.count(header_name::via) == 1 && trimmed(request.value(header_name::via)).size() == top.text.size() &&
           request.count(header_name::path) == 0;
}

/// Returns: whether a contact asks for an outbound binding: instance and reg-id (RFC 5626 §4.2).
[[nodiscard]] inline auto is_outbound(const contact_view& contact) noexcept -> bool {
    return contact.params.find("+sip.instance").has_value() && contact.params.find("reg-id").has_value();
}

/// Returns: whether a transport parameter is that of a connection; tls is an old name of tcp within TLS (RFC 3261
///          §26.2.2).
[[nodiscard]] inline auto names_transport(std::string_view value, protocol over) noexcept -> bool {
    return ascii::iequals(value, "tcp") || (over == protocol::tls && ascii::iequals(value, "tls"));
}

/// Returns: whether a contact names the end of the connection that it came by.
[[nodiscard]] inline auto names_source(const contact_view& contact, const flow& from) noexcept -> bool {
    const auto& uri = contact.uri;
    if (!uri.is_sip() || ip_address::of(uri.host) != from.remote.address) return false;
    for (const auto& param : uri_params_view{uri.params})
        if (ascii::iequals(param.name, "transport") && !names_transport(param.value, from.over)) return false;
    const bool is_safe = from.over == protocol::tls || uri.kind == uri_scheme::sips;
    const std::uint16_t usual = is_safe ? 5061 : 5060;
    return from.remote.port == (uri.port != 0 ? uri.port : usual);
}

/// Marks the contacts of a REGISTER that can be reached by the connection alone that brought it, so that a binding of
/// theirs is of no use when it ends: those that name its end, outbound ones, and all over WebSocket. What came by way
/// of a proxy is reached by that, over whatever connection.
///
/// Spec: RFC 5626 §6, §7; RFC 7118 §5.
inline void mark_flow_contacts(const message_view& request, const via_view& top, const flow& from,
                               std::span<contact_view> contacts) noexcept {
    if (from.connection == 0 || !is_from_client(request, top)) return;
    const bool all = from.over == protocol::ws || from.over == protocol::wss;
    for (auto& contact : contacts) contact.of_flow = all || names_source(contact, from) || is_outbound(contact);
}

} // namespace sipwhere

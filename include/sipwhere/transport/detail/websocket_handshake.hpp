// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/transport/websocket_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sipwhere::detail {

/// A request to open a WebSocket connection, as far as it was read.
struct websocket_opening {
    websocket_request asked{};
    std::string_view key{};
    std::uint16_t status = 101; ///< what is to be answered; 101 if it is well formed and asks for SIP
};

/// The most bytes of such a request.
inline constexpr std::size_t most_of_websocket_opening = 8192;

/// Returns: whether a list of tokens has one, in any case or exactly.
[[nodiscard]] inline auto has_token(std::string_view list, std::string_view wanted, bool any_case) -> bool {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto token = trimmed(list.substr(0, comma));
        if (any_case ? ascii::iequals(token, wanted) : token == wanted) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

/// Returns: whether a text is 16 octets in base64, which a client draws for each connection.
[[nodiscard]] inline auto is_websocket_key(std::string_view text) noexcept -> bool {
    constexpr std::size_t size = 24;
    const auto is_letter = [](char c) {
        return ascii::is(c, ascii::set::digit | ascii::set::alpha) || c == '+' || c == '/';
    };
    return text.size() == size && text.ends_with("==") && std::all_of(text.begin(), text.end() - 2, is_letter);
}

/// What the header fields of an opening say beside what a user may ask about.
struct websocket_fields {
    bool upgrades = false;
    bool connects = false;
    bool has_sip = false;
    std::size_t hosts = 0, keys = 0, versions = 0;
    std::string_view version{};
};

inline void read_websocket_field(std::string_view name, std::string_view value, websocket_opening& out,
                                 websocket_fields& fields) {
    const auto is = [name](std::string_view known) { return ascii::iequals(name, known); };
    if (is("Host")) out.asked.host = value, ++fields.hosts;
    else if (is("Upgrade")) fields.upgrades = fields.upgrades || has_token(value, "websocket", true);
    else if (is("Connection")) fields.connects = fields.connects || has_token(value, "upgrade", true);
    else if (is("Sec-WebSocket-Key")) out.key = value, ++fields.keys;
    else if (is("Sec-WebSocket-Version")) fields.version = value, ++fields.versions;
    else if (is("Sec-WebSocket-Protocol")) fields.has_sip = fields.has_sip || has_token(value, "sip", false);
    else if (is("Origin")) out.asked.origin = value;
    else if (is("Cookie")) out.asked.cookie = value;
    else if (is("Authorization")) out.asked.authorization = value;
    else if (is("X-Forwarded-For")) out.asked.forwarded_for = value;
}

/// Reads a request to open a connection, whole with its empty line.
///
/// Spec: RFC 6455 §4.2.1; RFC 7118 §4.1: who does not offer the subprotocol sip is not one of ours.
[[nodiscard]] inline auto parse_websocket_opening(std::string_view bytes) -> websocket_opening {
    websocket_opening made;
    const auto says = [&made](std::uint16_t status) -> websocket_opening& {
        made.status = status;
        return made;
    };
    const auto next_line = [&bytes] {
        const auto end = std::min(bytes.find("\r\n"), bytes.size());
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 2, bytes.size()));
        return line;
    };
    const auto first = next_line();
    const auto blank = first.find(' '), last = first.rfind(' ');
    if (blank == std::string_view::npos || blank == last) return says(400);
    made.asked.target = first.substr(blank + 1, last - blank - 1);
    if (!first.substr(last + 1).starts_with("HTTP/1.") || made.asked.target.empty()) return says(400);
    if (first.substr(0, blank) != "GET") return says(405);
    if (first.substr(last + 1) == "HTTP/1.0") return says(426);

    websocket_fields fields;
    for (auto line = next_line(); !line.empty(); line = next_line()) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 || ascii::is_lws(line.front())) return says(400);
        read_websocket_field(line.substr(0, colon), trimmed(line.substr(colon + 1)), made, fields);
    }
    if (fields.hosts != 1 || fields.keys > 1 || fields.versions > 1) return says(400);
    if (!fields.upgrades || !fields.connects) return says(426);
    if (fields.version != "13") return says(426);
    if (!is_websocket_key(made.key) || !fields.has_sip) return says(400);
    return made;
}

/// Returns: the client's address as a balancer tells it, one that is none of ours; family none if it tells none.
[[nodiscard]] inline auto forwarded_address(std::string_view field, std::span<const ip_address> ours) -> ip_address {
    while (!field.empty()) {
        const auto comma = field.rfind(',');
        const auto text = trimmed(comma == std::string_view::npos ? field : field.substr(comma + 1));
        const auto address = parse_address(text);
        if (address.family() == address_family::none) return {};
        if (std::find(ours.begin(), ours.end(), address) == ours.end()) return address;
        field = comma == std::string_view::npos ? std::string_view{} : field.substr(0, comma);
    }
    return {};
}

/// Returns: the answer to a request that does not open a connection.
[[nodiscard]] inline auto refuse_websocket(std::uint16_t status, std::string_view lines = {}) -> std::string {
    const auto reason = [status]() -> std::string_view {
        switch (status) {
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 426: return "Upgrade Required";
        case 431: return "Request Header Fields Too Large";
        case 503: return "Service Unavailable";
        default: return "Refused";
        }
    }();
    std::string made = "HTTP/1.1 " + std::to_string(status) + " ";
    made.append(reason).append("\r\nConnection: close\r\nContent-Length: 0\r\n");
    if (status == 405) made += "Allow: GET\r\n";
    if (status == 426) made += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    return made.append(lines).append("\r\n");
}

/// Returns: the answer that opens a connection.
[[nodiscard]] inline auto accept_websocket(std::string_view accept_key, std::string_view lines) -> std::string {
    std::string made = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Accept: ";
    return made.append(accept_key).append("\r\n").append(lines).append("\r\n");
}

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/joined_texts.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The header fields whose rows a message view remembers; all others are `other`.
enum class header_name : std::uint8_t {
    via,
    from,
    to,
    call_id,
    cseq,
    contact,
    expires,
    max_forwards,
    content_length,
    content_type,
    content_encoding,
    content_disposition,
    content_language,
    require,
    supported,
    proxy_require,
    unsupported,
    route,
    record_route,
    path,
    service_route,
    authorization,
    proxy_authorization,
    www_authenticate,
    proxy_authenticate,
    authentication_info,
    event,
    allow,
    allow_events,
    accept,
    accept_encoding,
    accept_language,
    user_agent,
    server,
    date,
    timestamp,
    min_expires,
    retry_after,
    flow_timer,
    warning,
    subject,
    refer_to,
    referred_by,
    session_expires,
    other,
};

namespace detail {

inline constexpr std::size_t header_count = static_cast<std::size_t>(header_name::other);

inline constexpr std::array<std::string_view, header_count> header_list{
    "Via",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Contact",
    "Expires",
    "Max-Forwards",
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Content-Disposition",
    "Content-Language",
    "Require",
    "Supported",
    "Proxy-Require",
    "Unsupported",
    "Route",
    "Record-Route",
    "Path",
    "Service-Route",
    "Authorization",
    "Proxy-Authorization",
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Authentication-Info",
    "Event",
    "Allow",
    "Allow-Events",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "User-Agent",
    "Server",
    "Date",
    "Timestamp",
    "Min-Expires",
    "Retry-After",
    "Flow-Timer",
    "Warning",
    "Subject",
    "Refer-To",
    "Referred-By",
    "Session-Expires",
};
inline constexpr joined_texts<header_count, joined_size(header_list)> header_texts{header_list};

/// A place for each name that no two share, made of its length and its ends.
[[nodiscard]] constexpr auto header_slot(std::string_view name) noexcept -> std::size_t {
    constexpr unsigned case_bit = 0x20; // 20 times as much is a multiple of 128
    const auto code = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
    return (name.size() * 48 + code(name.front()) * 20 + (code(name.back()) | case_bit)) % 128;
}

[[nodiscard]] constexpr auto make_header_slots() noexcept -> std::array<header_name, 128> {
    std::array<header_name, 128> slots{};
    slots.fill(header_name::other);
    for (std::size_t i = 0; i < header_count; ++i) slots[header_slot(header_texts[i])] = static_cast<header_name>(i);
    return slots;
}

inline constexpr std::array<header_name, 128> header_slots = make_header_slots();

[[nodiscard]] constexpr auto no_two_headers_share_a_slot() noexcept -> bool {
    for (std::size_t i = 0; i < header_count; ++i)
        if (header_slots[header_slot(header_texts[i])] != static_cast<header_name>(i)) return false;
    return true;
}
static_assert(no_two_headers_share_a_slot(), "a new header name needs other factors in header_slot");

/// Returns: the header of a compact form (RFC 3261 §7.3.3 and the IANA registry).
[[nodiscard]] constexpr auto find_compact_header(char form) noexcept -> header_name {
    switch (ascii::lower(form)) {
    case 'b': return header_name::referred_by;
    case 'c': return header_name::content_type;
    case 'e': return header_name::content_encoding;
    case 'f': return header_name::from;
    case 'i': return header_name::call_id;
    case 'k': return header_name::supported;
    case 'l': return header_name::content_length;
    case 'm': return header_name::contact;
    case 'o': return header_name::event;
    case 'r': return header_name::refer_to;
    case 's': return header_name::subject;
    case 't': return header_name::to;
    case 'u': return header_name::allow_events;
    case 'v': return header_name::via;
    case 'x': return header_name::session_expires;
    default: return header_name::other;
    }
}

} // namespace detail

/// How many header fields have a name of their own.
using detail::header_count;

/// Returns: the header of this name or compact form in any case, `other` if it is none of ours.
/// Cost:    one table look-up and one comparison.
/// Spec:    RFC 3261 §7.3.1, §7.3.3.
[[nodiscard]] constexpr auto find_header(std::string_view name) noexcept -> header_name {
    if (name.empty()) return header_name::other;
    if (name.size() == 1) return detail::find_compact_header(name.front());
    const auto found = detail::header_slots[detail::header_slot(name)];
    if (found == header_name::other) return found;
    const auto text = detail::header_texts[static_cast<std::size_t>(found)];
    return ascii::iequals(name, text) ? found : header_name::other;
}

/// Returns: the long form, spelled as in the RFCs; empty for `other`.
[[nodiscard]] constexpr auto text_of(header_name name) noexcept -> std::string_view {
    const auto index = static_cast<std::size_t>(name);
    return index < detail::header_count ? detail::header_texts[index] : std::string_view{};
}

} // namespace sipwhere

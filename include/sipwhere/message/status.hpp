// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/joined_texts.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Status codes of RFC 3261 §21 and of the extensions a registrar and its neighbours meet.
enum class status : std::uint16_t {
    trying = 100,
    ringing = 180,
    call_is_being_forwarded = 181,
    queued = 182,
    session_progress = 183,
    ok = 200,
    accepted = 202,
    multiple_choices = 300,
    moved_permanently = 301,
    moved_temporarily = 302,
    use_proxy = 305,
    alternative_service = 380,
    bad_request = 400,
    unauthorized = 401,
    payment_required = 402,
    forbidden = 403,
    not_found = 404,
    method_not_allowed = 405,
    not_acceptable = 406,
    proxy_authentication_required = 407,
    request_timeout = 408,
    gone = 410,
    conditional_request_failed = 412,
    request_entity_too_large = 413,
    request_uri_too_long = 414,
    unsupported_media_type = 415,
    unsupported_uri_scheme = 416,
    bad_extension = 420,
    extension_required = 421,
    session_interval_too_small = 422,
    interval_too_brief = 423,
    flow_failed = 430,
    first_hop_lacks_outbound_support = 439,
    temporarily_unavailable = 480,
    call_does_not_exist = 481,
    loop_detected = 482,
    too_many_hops = 483,
    address_incomplete = 484,
    ambiguous = 485,
    busy_here = 486,
    request_terminated = 487,
    not_acceptable_here = 488,
    bad_event = 489,
    request_pending = 491,
    undecipherable = 493,
    security_agreement_required = 494,
    server_internal_error = 500,
    not_implemented = 501,
    bad_gateway = 502,
    service_unavailable = 503,
    server_time_out = 504,
    version_not_supported = 505,
    message_too_large = 513,
    push_notification_service_not_supported = 555,
    busy_everywhere = 600,
    decline = 603,
    does_not_exist_anywhere = 604,
    not_acceptable_anywhere = 606,
};

/// Returns: the three digits as a number.
[[nodiscard]] constexpr auto code_of(status code) noexcept -> unsigned { return static_cast<unsigned>(code); }

namespace detail {

struct phrase {
    status code;
    std::string_view text;
};

inline constexpr std::array<phrase, 58> phrases{{
    {status::trying, "Trying"},
    {status::ringing, "Ringing"},
    {status::call_is_being_forwarded, "Call Is Being Forwarded"},
    {status::queued, "Queued"},
    {status::session_progress, "Session Progress"},
    {status::ok, "OK"},
    {status::accepted, "Accepted"},
    {status::multiple_choices, "Multiple Choices"},
    {status::moved_permanently, "Moved Permanently"},
    {status::moved_temporarily, "Moved Temporarily"},
    {status::use_proxy, "Use Proxy"},
    {status::alternative_service, "Alternative Service"},
    {status::bad_request, "Bad Request"},
    {status::unauthorized, "Unauthorized"},
    {status::payment_required, "Payment Required"},
    {status::forbidden, "Forbidden"},
    {status::not_found, "Not Found"},
    {status::method_not_allowed, "Method Not Allowed"},
    {status::not_acceptable, "Not Acceptable"},
    {status::proxy_authentication_required, "Proxy Authentication Required"},
    {status::request_timeout, "Request Timeout"},
    {status::gone, "Gone"},
    {status::conditional_request_failed, "Conditional Request Failed"},
    {status::request_entity_too_large, "Request Entity Too Large"},
    {status::request_uri_too_long, "Request-URI Too Long"},
    {status::unsupported_media_type, "Unsupported Media Type"},
    {status::unsupported_uri_scheme, "Unsupported URI Scheme"},
    {status::bad_extension, "Bad Extension"},
    {status::extension_required, "Extension Required"},
    {status::session_interval_too_small, "Session Interval Too Small"},
    {status::interval_too_brief, "Interval Too Brief"},
    {status::flow_failed, "Flow Failed"},
    {status::first_hop_lacks_outbound_support, "First Hop Lacks Outbound Support"},
    {status::temporarily_unavailable, "Temporarily Unavailable"},
    {status::call_does_not_exist, "Call/Transaction Does Not Exist"},
    {status::loop_detected, "Loop Detected"},
    {status::too_many_hops, "Too Many Hops"},
    {status::address_incomplete, "Address Incomplete"},
    {status::ambiguous, "Ambiguous"},
    {status::busy_here, "Busy Here"},
    {status::request_terminated, "Request Terminated"},
    {status::not_acceptable_here, "Not Acceptable Here"},
    {status::bad_event, "Bad Event"},
    {status::request_pending, "Request Pending"},
    {status::undecipherable, "Undecipherable"},
    {status::security_agreement_required, "Security Agreement Required"},
    {status::server_internal_error, "Server Internal Error"},
    {status::not_implemented, "Not Implemented"},
    {status::bad_gateway, "Bad Gateway"},
    {status::service_unavailable, "Service Unavailable"},
    {status::server_time_out, "Server Time-out"},
    {status::version_not_supported, "Version Not Supported"},
    {status::message_too_large, "Message Too Large"},
    {status::push_notification_service_not_supported, "Push Notification Service Not Supported"},
    {status::busy_everywhere, "Busy Everywhere"},
    {status::decline, "Decline"},
    {status::does_not_exist_anywhere, "Does Not Exist Anywhere"},
    {status::not_acceptable_anywhere, "Not Acceptable"},
}};

/// The codes and the texts apart, since a board can hold them in less memory so.
inline constexpr auto phrase_codes = [] {
    std::array<status, phrases.size()> codes{};
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = phrases[i].code;
    return codes;
}();
inline constexpr auto phrase_list = [] {
    std::array<std::string_view, phrases.size()> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = phrases[i].text;
    return texts;
}();
inline constexpr joined_texts<phrases.size(), joined_size(phrase_list)> phrase_texts{phrase_list};

} // namespace detail

/// Returns: the phrase of the RFC that defines the code; empty for a code it does not know.
[[nodiscard]] constexpr auto reason_phrase(status code) noexcept -> std::string_view {
    for (std::size_t i = 0; i < detail::phrase_codes.size(); ++i)
        if (detail::phrase_codes[i] == code) return detail::phrase_texts[i];
    return {};
}

} // namespace sipwhere

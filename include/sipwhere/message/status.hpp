// SPDX-License-Identifier: BSL-1.0
#pragma once

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

/// Returns: the phrase of the RFC that defines the code; empty for a code it does not know.
[[nodiscard]] constexpr auto reason_phrase(status code) noexcept -> std::string_view {
    switch (code) {
    case status::trying: return "Trying";
    case status::ringing: return "Ringing";
    case status::call_is_being_forwarded: return "Call Is Being Forwarded";
    case status::queued: return "Queued";
    case status::session_progress: return "Session Progress";
    case status::ok: return "OK";
    case status::accepted: return "Accepted";
    case status::multiple_choices: return "Multiple Choices";
    case status::moved_permanently: return "Moved Permanently";
    case status::moved_temporarily: return "Moved Temporarily";
    case status::use_proxy: return "Use Proxy";
    case status::alternative_service: return "Alternative Service";
    case status::bad_request: return "Bad Request";
    case status::unauthorized: return "Unauthorized";
    case status::payment_required: return "Payment Required";
    case status::forbidden: return "Forbidden";
    case status::not_found: return "Not Found";
    case status::method_not_allowed: return "Method Not Allowed";
    case status::not_acceptable: return "Not Acceptable";
    case status::proxy_authentication_required: return "Proxy Authentication Required";
    case status::request_timeout: return "Request Timeout";
    case status::gone: return "Gone";
    case status::conditional_request_failed: return "Conditional Request Failed";
    case status::request_entity_too_large: return "Request Entity Too Large";
    case status::request_uri_too_long: return "Request-URI Too Long";
    case status::unsupported_media_type: return "Unsupported Media Type";
    case status::unsupported_uri_scheme: return "Unsupported URI Scheme";
    case status::bad_extension: return "Bad Extension";
    case status::extension_required: return "Extension Required";
    case status::session_interval_too_small: return "Session Interval Too Small";
    case status::interval_too_brief: return "Interval Too Brief";
    case status::flow_failed: return "Flow Failed";
    case status::first_hop_lacks_outbound_support: return "First Hop Lacks Outbound Support";
    case status::temporarily_unavailable: return "Temporarily Unavailable";
    case status::call_does_not_exist: return "Call/Transaction Does Not Exist";
    case status::loop_detected: return "Loop Detected";
    case status::too_many_hops: return "Too Many Hops";
    case status::address_incomplete: return "Address Incomplete";
    case status::ambiguous: return "Ambiguous";
    case status::busy_here: return "Busy Here";
    case status::request_terminated: return "Request Terminated";
    case status::not_acceptable_here: return "Not Acceptable Here";
    case status::bad_event: return "Bad Event";
    case status::request_pending: return "Request Pending";
    case status::undecipherable: return "Undecipherable";
    case status::security_agreement_required: return "Security Agreement Required";
    case status::server_internal_error: return "Server Internal Error";
    case status::not_implemented: return "Not Implemented";
    case status::bad_gateway: return "Bad Gateway";
    case status::service_unavailable: return "Service Unavailable";
    case status::server_time_out: return "Server Time-out";
    case status::version_not_supported: return "Version Not Supported";
    case status::message_too_large: return "Message Too Large";
    case status::push_notification_service_not_supported: return "Push Notification Service Not Supported";
    case status::busy_everywhere: return "Busy Everywhere";
    case status::decline: return "Decline";
    case status::does_not_exist_anywhere: return "Does Not Exist Anywhere";
    case status::not_acceptable_anywhere: return "Not Acceptable";
    }
    return {};
}

} // namespace sipwhere

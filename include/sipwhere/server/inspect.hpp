// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/config/domains.hpp>
#include <sipwhere/config/settings.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/option_tags.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/server/method_set.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <optional>
#include <string_view>

namespace sipwhere {

/// What the Request-URI says, once it has been found to be ours.
struct request_target {
    host_view domain{};      ///< the domain it stands for
    std::string_view user{}; ///< as written; empty when there is none
};

/// Returns: why a message that can't be read as SIP is dropped.
[[nodiscard]] constexpr auto reason_of_drop(errc why) noexcept -> std::string_view {
    if (why == errc::too_long) return "Too Long";
    return why == errc::bad_start_line ? "Malformed Status-Line" : "No SIP Start Line";
}

/// Returns: 505 for another version of SIP, else nothing.
/// Spec:    RFC 3261 §7.1, §21.5.6.
[[nodiscard]] inline auto inspect_version(const message_view& request) noexcept -> std::optional<refusal> {
    if (request.version_is_2_0()) return std::nullopt;
    return refuse(status::version_not_supported);
}

/// Returns: 400 for a request in a stream that does not say how long its body is, so that nobody knows where the next
///          one begins; else nothing.
/// Spec:    RFC 3261 §18.3, §20.14; over WebSocket it may be left out (RFC 7118 §5).
[[nodiscard]] inline auto inspect_length(const message_view& request, const flow& from) noexcept
    -> std::optional<refusal> {
    const bool is_stream = from.over == protocol::tcp || from.over == protocol::tls;
    if (!is_stream || request.has(header_name::content_length)) return std::nullopt;
    return refuse(status::bad_request, "Content-Length Missing");
}

/// Returns: 405 for a known method that is not served, 501 for an unknown one, else nothing.
/// Spec:    RFC 3261 §8.2.1.
[[nodiscard]] inline auto inspect_method(const message_view& request, const method_set& served) noexcept
    -> std::optional<refusal> {
    if (served.has(request.method())) return std::nullopt;
    return refuse(request.method() == method::unknown ? status::not_implemented : status::method_not_allowed);
}

namespace detail {

/// Finds the domain that nearly every REGISTER names, without reading the whole of its URI. It may leave any URI to
/// `read_uri`, and never says that one is wrong or not served; an alias goes before what it finds.
///
/// Returns: whether a domain, as it was configured, is all that a SIP URI holds; then it is `host`.
[[nodiscard]] inline auto fast_served_host(const served_domains& served, std::string_view uri, host_view& host) noexcept
    -> bool {
    constexpr std::string_view scheme = "sip:";
    if (!uri.starts_with(scheme)) return false;
    const auto text = slice(uri, scheme.size(), uri.size());
    for (const auto rule : served.domains) {
        if (!same_text(rule.text, text)) continue;
        const auto found = host_of(rule);
        if (found.kind == host_kind::ipv6) return false;
        host = found;
        return true;
    }
    return false;
}

} // namespace detail

/// Reads the Request-URI and finds out whose domain it names.
///
/// Returns: 400 when it cannot be read, 416 for a scheme that is not served, 404 for a domain that is not ours.
/// Spec:    RFC 3261 §8.2.2.1, §10.3 step 1; userinfo and URI headers in it are ignored (§10.2, RFC 4475 §3.1.2.11).
[[nodiscard]] inline auto inspect_request_uri(const message_view& request, const served_domains& served,
                                              const flow& from, request_target& out) noexcept
    -> std::optional<refusal> {
    if (SIPWHERE_SMALL == 0 && detail::fast_served_host(served, request.request_uri(), out.domain)) {
        if (!served.aliases.empty())
            out.domain = served_domain(served, out.domain, from.local.address).value_or(out.domain);
        return std::nullopt;
    }
    uri_view uri;
    if (!read_uri_of(request, request.request_uri(), uri)) return refuse(status::bad_request, "Malformed Request-URI");
    if (!uri.is_sip()) return refuse(status::unsupported_uri_scheme);
    out.user = uri.user;
    const auto domain = served_domain(served, uri.host, from.local.address);
    if (!domain) return refuse(status::not_found);
    out.domain = *domain;
    return std::nullopt;
}

/// Returns: 420 when Require asks for any extension, as none is understood; 400 when it cannot be read; else nothing.
/// Spec:    RFC 3261 §8.2.2.3. Proxy-Require is not for a server.
[[nodiscard]] inline auto inspect_extensions(const message_view& request) noexcept -> std::optional<refusal> {
    bool any = false;
    const auto note = [&any](std::string_view) { any = true; };
    if (!for_each_option_tag(request, header_name::require, note))
        return refuse(status::bad_request, "Malformed Require");
    if (any) return refuse(status::bad_extension);
    return std::nullopt;
}

/// Returns: 415 for a body with a type, unless the request says that it is optional; else nothing.
/// Spec:    RFC 3261 §8.2.3, §20.11: without a handling parameter a body is required to be understood.
[[nodiscard]] inline auto inspect_body(const message_view& request) noexcept -> std::optional<refusal> {
    if (request.body().empty() || request.count(header_name::content_type) == 0) return std::nullopt;
    cursor from{request.value(header_name::content_disposition)};
    from.take_while<ascii::set::token>();
    if (const auto params = parse_params(from))
        if (const auto handling = params->find("handling"); handling && ascii::iequals(handling->value, "optional"))
            return std::nullopt;
    return refuse(status::unsupported_media_type);
}

/// Returns: why a request is refused before any handler sees it, if it is; `out` says whom it is for.
/// Spec:    RFC 3261 §8.2.1 to §8.2.3.
[[nodiscard]] inline auto inspect_request(const message_view& request, const method_set& methods,
                                          const settings& config, const flow& from, request_target& out) noexcept
    -> std::optional<refusal> {
    if (auto why = inspect_length(request, from)) return why;
    if (auto why = inspect_method(request, methods)) return why;
    if (auto why = inspect_request_uri(request, config.served(), from, out)) return why;
    if (auto why = inspect_extensions(request)) return why;
    return config.unasked_body == unasked_body::refuse ? inspect_body(request) : std::nullopt;
}

} // namespace sipwhere

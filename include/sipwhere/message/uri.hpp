// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/uri_params.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

enum class uri_scheme : std::uint8_t { sip, sips, tel, other };

/// A URI taken apart. For `tel` and other schemes only `text`, `kind`, `scheme` and `opaque` are filled.
struct uri_view {
    std::string_view text{};
    std::string_view scheme{};
    std::string_view user{};     ///< escapes as written
    std::string_view password{}; ///< escapes as written
    host_view host{};
    std::string_view params{};  ///< after the first ";", for `uri_params_view`
    std::string_view headers{}; ///< after the "?", for `uri_headers_view`
    std::string_view opaque{};  ///< after the ":" of other schemes
    std::uint16_t port = 0;     ///< 0 when absent
    uri_scheme kind = uri_scheme::other;
    bool has_user = false;
    bool has_password = false;
    bool has_port = false;

    /// Returns: whether this is a SIP or SIPS URI, all parts of which are known.
    [[nodiscard]] constexpr auto is_sip() const noexcept -> bool {
        return kind == uri_scheme::sip || kind == uri_scheme::sips;
    }
};

namespace detail {

[[nodiscard]] constexpr auto scheme_kind(std::string_view scheme) noexcept -> uri_scheme {
    if (ascii::iequals(scheme, "sip")) return uri_scheme::sip;
    if (ascii::iequals(scheme, "sips")) return uri_scheme::sips;
    if (ascii::iequals(scheme, "tel")) return uri_scheme::tel;
    return uri_scheme::other;
}

[[nodiscard]] constexpr auto is_scheme(std::string_view text) noexcept -> bool {
    if (text.empty() || !ascii::is(text.front(), ascii::set::alpha)) return false;
    for (const char c : text)
        if (!ascii::is(c, ascii::set::digit | ascii::set::alpha) && c != '+' && c != '-' && c != '.') return false;
    return true;
}

/// Reads `user[:password]@`, if there is an "@" at all: it can stand nowhere else.
[[nodiscard]] constexpr auto take_userinfo(cursor& in, uri_view& uri) noexcept -> result<void> {
    const auto begin = in.position();
    uri.user = in.take_while<ascii::set::user>();
    const bool is_host = in.at_end();
    const bool is_plain = in.take('@') && !uri.user.empty();
    uri.has_user = is_plain;
    if (is_plain) return {};

    in.rewind(begin);
    uri.user = {};
    if (is_host) return {};
    const auto userinfo = in.take_until<'@'>();
    if (in.at_end()) {
        in.rewind(begin);
        return {};
    }
    const auto colon = find_any<':'>(userinfo, 0);
    uri.has_user = true;
    uri.user = slice(userinfo, 0, colon);
    if (uri.user.empty() || !is_escaped_text(uri.user, ascii::set::user)) return fail(errc::bad_uri, begin);
    if (colon != userinfo.size()) {
        uri.has_password = true;
        uri.password = slice(userinfo, colon + 1, userinfo.size());
        if (!is_escaped_text(uri.password, ascii::set::password)) return fail(errc::bad_uri, begin + colon + 1);
    }
    in.take('@');
    return {};
}

/// Cuts `[;params][?headers]` out, up to the end.
[[nodiscard]] constexpr auto take_uri_fields(cursor& in, uri_view& uri) noexcept -> result<void> {
    if (in.take(';')) uri.params = in.take_until<'?'>();
    if (in.take('?')) uri.headers = in.take_rest();
    if (!in.at_end()) return fail(errc::bad_uri, in.position());
    return {};
}

/// Checks the parameters and headers of a SIP URI that was taken apart.
[[nodiscard]] constexpr auto check_uri_fields(const uri_view& uri) noexcept -> result<void> {
    const auto offset = [&uri](std::string_view part) {
        return static_cast<std::size_t>(part.data() - uri.text.data());
    };
    if (uri.params.data() != nullptr)
        if (const auto params = parse_uri_params(uri.params); !params)
            return fail(params.error().code, offset(uri.params) + params.error().at);
    if (uri.headers.data() != nullptr)
        if (const auto headers = parse_uri_headers(uri.headers); !headers)
            return fail(headers.error().code, offset(uri.headers) + headers.error().at);
    return {};
}

[[nodiscard]] SIPWHERE_INLINE constexpr auto take_sip_uri(cursor& in, uri_view& uri) noexcept -> result<void> {
    if (const auto userinfo = take_userinfo(in, uri); !userinfo) return userinfo;
    if (const auto host = take_host_port(in, uri); !host) return host;
    return in.at_end() ? result<void>{} : take_uri_fields(in, uri);
}

/// Takes a URI apart; `uri` is default-constructed. Fields of a SIP URI and what follows another scheme are not judged.
[[nodiscard]] SIPWHERE_INLINE constexpr auto split_uri(cursor in, uri_view& uri) noexcept -> result<void> {
    uri.text = in.rest();
    uri.scheme = in.take_until<':'>();
    uri.kind = scheme_kind(uri.scheme);
    if (uri.kind == uri_scheme::other && !is_scheme(uri.scheme)) return fail(errc::bad_uri, in.position());
    if (!in.take(':')) return fail(errc::bad_uri, in.position());
    if (uri.is_sip()) return take_sip_uri(in, uri);
    uri.opaque = in.rest();
    return {};
}

/// Reads all of a cursor's text as a URI in place; `uri` is default-constructed.
[[nodiscard]] constexpr auto read_uri(cursor in, uri_view& uri) noexcept -> result<void> {
    if (const auto parts = split_uri(in, uri); !parts) return parts;
    const bool has_fields = uri.params.data() != nullptr || uri.headers.data() != nullptr;
    if (uri.is_sip()) return has_fields ? check_uri_fields(uri) : result<void>{};
    if (uri.opaque.empty() || !is_escaped_text(uri.opaque, ascii::set::unreserved | ascii::set::reserved))
        return fail(errc::bad_uri, uri.scheme.size() + 1);
    return {};
}

} // namespace detail

/// Reads a URI like `parse_uri`, into a view just made.
using detail::read_uri;

/// Takes a text apart that `parse_uri` has read before, as a record's: its parameters and headers are not looked at.
///
/// Returns: what `parse_uri` returned; for another text a view of pieces that may be malformed.
/// Cost:    one pass.
[[nodiscard]] constexpr auto split_uri(std::string_view text) noexcept -> uri_view {
    uri_view uri;
    static_cast<void>(detail::split_uri(cursor{text}, uri));
    return uri;
}

/// Reads a whole text as a URI.
///
/// Returns: a view into `text`, which must outlive it.
/// Errors:  bad_uri, bad_host, bad_port, bad_params, too_many_params; `at` = the byte in `text`.
/// Cost:    one pass, and one more over the names of URI parameters if some look alike.
/// Spec:    RFC 3261 §19.1.1, §25.1 SIP-URI, SIPS-URI, absoluteURI.
[[nodiscard]] constexpr auto parse_uri(std::string_view text) noexcept -> result<uri_view> {
    uri_view uri;
    if (const auto made = detail::read_uri(cursor{text}, uri); !made) return made.error();
    return uri;
}

} // namespace sipwhere

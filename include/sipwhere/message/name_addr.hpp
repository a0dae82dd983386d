// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// A value such as `"Alice" <sip:alice@example.com>;tag=1`, its URI not judged.
struct name_addr_text {
    std::string_view display{}; ///< as written, quotes included; empty when absent
    std::string_view uri{};
    params_view params{};
};

/// A value such as `"Alice" <sip:alice@example.com>;tag=1`.
struct name_addr_view {
    std::string_view display{}; ///< as written, quotes included; empty when absent
    uri_view uri{};
    params_view params{}; ///< of the header field; without "<" no parameter belongs to the URI
};

namespace detail {

/// Reads words up to "<". UTF-8 outside of quotes is let through, as phones send it.
///
/// Returns: the display name, or an empty one without having moved.
[[nodiscard]] constexpr auto take_display_words(cursor& in) noexcept -> std::string_view {
    const auto begin = in.position();
    auto end = begin;
    for (;;) {
        const auto word = in.position();
        while (ascii::is(in.peek(), ascii::set::token) || static_cast<unsigned char>(in.peek()) >= 0x80)
            in.take(in.peek());
        if (in.position() == word) break;
        end = in.position();
        in.skip_lws();
    }
    if (in.peek() == '<') return in.between(begin, end);
    in.rewind(begin);
    return {};
}

/// Reads a URI that stands without "<": up to white space, or a ";" or "," that no longer belong to it.
[[nodiscard]] constexpr auto take_bare_uri(cursor& in) noexcept -> result<std::string_view> {
    const auto begin = in.position();
    constexpr auto allowed = ascii::set::unreserved | ascii::set::reserved;
    for (char c = in.peek(); c != ';' && c != ','; c = in.peek()) {
        const bool inside = ascii::is(c, allowed) || c == '%' || c == '[' || c == ']';
        if (!inside || c == '?') break;
        in.take(c);
    }
    const auto uri = in.since(begin);
    if (uri.empty()) return fail(errc::bad_name_addr, begin);
    return uri;
}

[[nodiscard]] constexpr auto take_bracketed_uri(cursor& in) noexcept -> result<std::string_view> {
    const auto begin = in.position();
    in.take('<');
    const auto uri = in.take_until<'>'>();
    if (!in.take('>')) return fail(errc::bad_name_addr, begin);
    return uri;
}

/// Reads one name-addr or addr-spec in place; `value` is default-constructed.
[[nodiscard]] constexpr auto read_name_addr_text(cursor& in, name_addr_text& value,
                                                 function_ref<void(const param_view&)> visit) noexcept -> result<void> {
    in.skip_lws();
    if (in.peek() == '"') {
        const auto quoted = in.take_quoted();
        if (!quoted) return quoted.error();
        value.display = *quoted;
        in.skip_lws();
        if (in.peek() != '<') return fail(errc::bad_name_addr, in.position());
    } else if (in.peek() != '<') {
        value.display = take_display_words(in);
        in.skip_lws();
    }
    const auto uri = in.peek() == '<' ? take_bracketed_uri(in) : take_bare_uri(in);
    if (!uri) return uri.error();
    value.uri = *uri;
    const auto params = parse_params(in, visit);
    if (!params) return params.error();
    value.params = *params;
    return {};
}

} // namespace detail

/// Reads one name-addr or addr-spec with its parameters, up to a comma between values or the end, and calls
/// `visit(const param_view&)` with each parameter on the way.
///
/// Returns: views into the cursor's text; the URI is only cut out.
/// Errors:  bad_name_addr, bad_quoting, bad_params, too_many_params.
/// Spec:    RFC 3261 §20.10, §20.20, §25.1; RFC 4475 §3.1.1.6 for a "<" without space before it.
[[nodiscard]] constexpr auto parse_name_addr_text(cursor& in, function_ref<void(const param_view&)> visit) noexcept
    -> result<name_addr_text> {
    name_addr_text value;
    if (const auto made = detail::read_name_addr_text(in, value, visit); !made) return made.error();
    return value;
}

/// Reads one name-addr or addr-spec with its parameters, up to a comma between values or the end.
[[nodiscard]] constexpr auto parse_name_addr_text(cursor& in) noexcept -> result<name_addr_text> {
    return parse_name_addr_text(in, [](const param_view&) {});
}

/// Reads one name-addr or addr-spec with its URI and parameters, up to a comma between values or the end.
///
/// Returns: views into the cursor's text.
/// Errors:  those of `parse_name_addr_text` and `parse_uri`; `at` = the byte in the cursor's text.
/// Spec:    RFC 3261 §20.10, §25.1.
[[nodiscard]] constexpr auto parse_name_addr(cursor& in) noexcept -> result<name_addr_view> {
    const auto text = parse_name_addr_text(in);
    if (!text) return text.error();
    name_addr_view value{.display = text->display, .params = text->params};
    if (const auto uri = read_uri(in.over(text->uri), value.uri); !uri)
        return fail(uri.error().code, in.offset_of(text->uri) + uri.error().at);
    return value;
}

/// Returns: the value of the tag parameter, empty when there is none.
[[nodiscard]] constexpr auto tag_of(params_view params) noexcept -> std::string_view {
    const auto tag = params.find("tag");
    return tag ? tag->value : std::string_view{};
}

} // namespace sipwhere

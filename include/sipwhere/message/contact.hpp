// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// What a malformed number of seconds is taken for (RFC 3261 §10.2.1.1).
inline constexpr std::uint32_t malformed_expires = 3600;

/// One Contact value other than "*".
struct contact_view {
    uri_view uri{};
    params_view params{};
    std::string_view expires_param{}; ///< `;expires=…` as it stands in `params`; empty when absent
    std::uint32_t expires = 0; ///< in seconds; meaningful with `has_expires`
    std::uint16_t q = 1000;    ///< in thousandths
    bool has_q = false;
    bool has_expires = false;
    bool of_flow =
        false; ///< it can be reached by the connection alone that brings it: found out by `mark_flow_contacts`
};

/// Reads a q value.
///
/// Units:  thousandths.
/// Errors: bad_q.
/// Spec:   RFC 3261 §25.1 qvalue: "0" or "1" with at most three decimals.
[[nodiscard]] constexpr auto parse_q(std::string_view text) noexcept -> result<std::uint16_t> {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return fail(errc::bad_q);
    if (text.size() > 1 && text[1] != '.') return fail(errc::bad_q, 1);
    unsigned q = text[0] == '1' ? 1000 : 0;
    unsigned weight = 100;
    for (std::size_t i = 2; i < text.size(); ++i, weight /= 10) {
        if (!ascii::is(text[i], ascii::set::digit)) return fail(errc::bad_q, i);
        q += static_cast<unsigned>(text[i] - '0') * weight;
    }
    if (q > 1000) return fail(errc::bad_q, 2);
    return static_cast<std::uint16_t>(q);
}

/// Reads the seconds of an Expires field or an expires parameter.
///
/// Returns: `malformed_expires` for what is no number, the largest there is for a larger one.
/// Spec:    RFC 3261 §10.2.1.1, §20.19.
[[nodiscard]] constexpr auto parse_expires(std::string_view text) noexcept -> std::uint32_t {
    const auto seconds = parse_decimal(text, overflow::saturates);
    return seconds ? *seconds : malformed_expires;
}

/// Returns: whether a Contact row is the "*" that stands for all bindings (RFC 3261 §10.2.2).
[[nodiscard]] constexpr auto is_star(std::string_view text) noexcept -> bool { return trimmed(text) == "*"; }

namespace detail {

[[nodiscard]] constexpr auto note_q(const param_view& param, contact_view& contact) noexcept -> bool {
    const auto q = parse_q(param.value);
    if (!q) return false;
    contact.q = *q;
    contact.has_q = true;
    return true;
}

constexpr void note_expires(const param_view& param, contact_view& contact) noexcept {
    contact.expires = parse_expires(param.value);
    contact.has_expires = true;
    contact.expires_param = param.text;
}

/// Reads one Contact value in place; `contact` is default-constructed.
[[nodiscard]] constexpr auto read_contact(cursor& in, contact_view& contact) noexcept -> result<void> {
    const auto begin = in.position();
    bool q_ok = true;
    name_addr_text value;
    const auto made = read_name_addr_text(in, value, [&](const param_view& param) {
        if (ascii::iequals(param.name, "q")) q_ok = note_q(param, contact);
        else if (ascii::iequals(param.name, "expires")) note_expires(param, contact);
    });
    if (!made) return made;
    if (!q_ok) return fail(errc::bad_q, begin);
    contact.params = value.params;
    if (const auto uri = read_uri(in.over(value.uri), contact.uri); !uri)
        return fail(uri.error().code, in.offset_of(value.uri) + uri.error().at);
    return {};
}

} // namespace detail

/// Reads one Contact value, up to a comma between values or the end.
///
/// Returns: a view into the cursor's text.
/// Errors:  those of `parse_name_addr`; bad_q.
/// Spec:    RFC 3261 §20.10, §10.2.1.
[[nodiscard]] constexpr auto parse_contact(cursor& in) noexcept -> result<contact_view> {
    contact_view contact;
    if (const auto made = detail::read_contact(in, contact); !made) return made.error();
    return contact;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/ip_bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

enum class host_kind : std::uint8_t { name, ipv4, ipv6 };

/// A host as written, and the address it spells if it is one.
struct host_view {
    std::string_view text{}; ///< without the brackets of an IPv6 reference
    host_kind kind = host_kind::name;
    std::array<std::uint8_t, 16> address{}; ///< in network order; IPv4 in the first four
};

/// A host and the port after it, if any.
struct host_port_view {
    host_view host{};
    std::uint16_t port = 0; ///< 0 when absent
    bool has_port = false;
};

namespace detail {

/// Whether characters of a host make labels that do not begin with "-", with single dots between them; one may end the
/// name. A label may end with "-", as the names of containers do that were cut to 63 characters.
[[nodiscard]] constexpr auto is_host_name(std::string_view text) noexcept -> bool {
    char before = '.';
    for (const char c : text) {
        if (before == '.' && (c == '.' || c == '-')) return false;
        before = c;
    }
    return !text.empty();
}

/// Whether a text holds digits and dots alone, at least one dot: it can be no name, since the last label of one begins
/// with a letter (RFC 3261 §25.1 toplabel), so it must be an IPv4 address.
[[nodiscard]] constexpr auto is_dotted_number(std::string_view text) noexcept -> bool {
    bool has_dot = false;
    for (const char c : text) {
        if (!ascii::is(c, ascii::set::digit) && c != '.') return false;
        has_dot = has_dot || c == '.';
    }
    return has_dot;
}

/// Whether an IPv6 address may have a zone, `%eth0` or `%25eth0`, as a Via has it of a host with a link-local address.
enum class zones : std::uint8_t { none, allowed };

/// Reads an address in brackets.
[[nodiscard]] constexpr auto take_ipv6_reference(cursor& in, host_view& out, zones rule) noexcept -> result<void> {
    const auto begin = in.position();
    in.take('[');
    const auto text = in.take_until<']'>();
    const auto zone = rule == zones::allowed ? find_any<'%'>(text, 0) : text.size();
    const bool is_zone = zone == text.size() ||
                         (zone + 1 < text.size() && ascii::all(slice(text, zone + 1, text.size()), ascii::set::token));
    const auto address = parse_ipv6(slice(text, 0, zone));
    if (!address || !is_zone || !in.take(']')) return fail(errc::bad_host, begin);
    out = {text, host_kind::ipv6, *address};
    return {};
}

/// Notes the address that the text of a host spells, if it does. Never inline, since most hosts need not pay for it.
[[nodiscard, gnu::noinline]] constexpr auto note_ipv4(host_view& out) noexcept -> bool {
    const auto address = parse_ipv4(out.text);
    if (!address) return false;
    out.kind = host_kind::ipv4;
    std::copy(address->begin(), address->end(), out.address.begin());
    return true;
}

/// Reads a host in place; `out` is default-constructed.
[[nodiscard]] constexpr auto take_host(cursor& in, host_view& out, zones rule = zones::none) noexcept -> result<void> {
    if (in.peek() == '[') return take_ipv6_reference(in, out, rule);
    const auto begin = in.position();
    out.text = in.take_while<ascii::set::host>();
    if (out.text.empty()) return fail(errc::bad_host, begin);
    if (ascii::is(out.text.front(), ascii::set::digit)) {
        if (note_ipv4(out)) return {};
        if (is_dotted_number(out.text)) return fail(errc::bad_host, begin);
    }
    if (!is_host_name(out.text)) return fail(errc::bad_host, begin);
    return {};
}

} // namespace detail

/// Takes a host off a text, into a view just made.
using detail::take_host;

/// Reads a host name, an IPv4 address or an IPv6 address in brackets.
///
/// Returns: a view into the cursor's text.
/// Errors:  bad_host; a text of digits and dots must be an IPv4 address.
/// Spec:    RFC 3261 §25.1 host; let through since they are in use: "_" in names, "-" at the end of a label, and a name
///          of digits alone, the domain of every camera of GB/T 28181.
[[nodiscard]] constexpr auto parse_host(cursor& in) noexcept -> result<host_view> {
    host_view host;
    if (const auto taken = detail::take_host(in, host); !taken) return taken.error();
    return host;
}

/// Reads the digits of a port.
///
/// Errors: bad_port unless it is 1 to 65535.
[[nodiscard]] constexpr auto parse_port(cursor& in) noexcept -> result<std::uint16_t> {
    const auto begin = in.position();
    const auto number = take_decimal(in, overflow::is_error, 65535);
    if (!number || *number == 0) return fail(errc::bad_port, begin);
    return static_cast<std::uint16_t>(*number);
}

namespace detail {

/// Reads `host [: port]`, without white space around the colon, into the members of that name; `out` is
/// default-constructed.
template <typename View>
[[nodiscard]] constexpr auto take_host_port(cursor& in, View& out) noexcept -> result<void> {
    if (const auto host = take_host(in, out.host); !host) return host;
    if (!in.take(':')) return {};
    const auto port = parse_port(in);
    if (!port) return port.error();
    out.port = *port;
    out.has_port = true;
    return {};
}

} // namespace detail

/// Reads a host and, after a colon without white space, a port.
[[nodiscard]] constexpr auto parse_host_port(cursor& in) noexcept -> result<host_port_view> {
    host_port_view both;
    if (const auto taken = detail::take_host_port(in, both); !taken) return taken.error();
    return both;
}

/// Reads a whole text as a host.
[[nodiscard]] constexpr auto parse_host(std::string_view text) noexcept -> result<host_view> {
    cursor in{text};
    const auto host = parse_host(in);
    if (host && !in.at_end()) return fail(errc::bad_host, in.position());
    return host;
}

/// Reads a whole text as a host and port.
[[nodiscard]] constexpr auto parse_host_port(std::string_view text) noexcept -> result<host_port_view> {
    cursor in{text};
    const auto parsed = parse_host_port(in);
    if (parsed && !in.at_end()) return fail(errc::bad_host, in.position());
    return parsed;
}

/// Returns: whether two hosts are the same: names whatever their case, addresses by value; a name is never
///          the same as an address.
/// Spec:    RFC 3261 §19.1.4.
[[nodiscard]] constexpr auto same_host(const host_view& a, const host_view& b) noexcept -> bool {
    if (a.kind != b.kind) return false;
    return a.kind == host_kind::name ? ascii::iequals(a.text, b.text) : a.address == b.address;
}

/// Writes a host as it was written, an IPv6 address in brackets.
constexpr void write_host(writer& out, const host_view& host) noexcept {
    if (host.kind == host_kind::ipv6) out.put('[').put(host.text).put(']');
    else out.put(host.text);
}

} // namespace sipwhere

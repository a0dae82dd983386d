// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/params.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// What every branch of an RFC 3261 sender begins with (§8.1.1.7).
inline constexpr std::string_view branch_cookie = "z9hG4bK";

/// One Via value.
struct via_view {
    std::string_view text{};         ///< this value alone, without white space at its ends
    std::string_view transport{};    ///< "UDP", "TLS", …, in the case it came in
    std::string_view sent_by_text{}; ///< host and port as written
    host_view host{};
    params_view params{};
    std::string_view branch{};         ///< empty when absent
    std::string_view received{};       ///< as written, with or without brackets
    std::string_view received_param{}; ///< `;received=…` as it stands in `text`
    std::string_view rport_param{};    ///< `;rport` or `;rport=…` as it stands in `text`
    std::string_view maddr{};          ///< empty when absent
    std::uint16_t port = 0;            ///< as written, or 0 when absent
    std::uint8_t ttl = 0;              ///< in hops; 0 when absent or malformed
    bool has_port = false;
    bool has_received = false;
    bool has_rport = false;
    bool rport_has_value = false;

    /// Returns: whether the branch is one that RFC 3261 makes unique, so that it names the transaction (§17.2.3).
    [[nodiscard]] constexpr auto has_cookie() const noexcept -> bool {
        return branch.size() > branch_cookie.size() &&
               ascii::iequals(slice(branch, 0, branch_cookie.size()), branch_cookie);
    }
};

namespace detail {

/// Reads `SIP / 2.0 / transport` and the white space after it.
[[nodiscard]] constexpr auto take_sent_protocol(cursor& in) noexcept -> result<std::string_view> {
    constexpr std::string_view usual = "SIP/2.0/";
    const bool is_usual = in.rest().starts_with(usual);
    if (is_usual) {
        in.rewind(in.position() + usual.size());
        in.skip_lws();
    }
    for (int part = 0; part < 2 && !is_usual; ++part) {
        if (in.take_while<ascii::set::token>().empty()) return fail(errc::bad_via, in.position());
        if (!in.take_separator('/')) return fail(errc::bad_via, in.position());
    }
    const auto transport = in.take_while<ascii::set::token>();
    const auto end = in.position();
    in.skip_lws();
    if (transport.empty() || in.position() == end) return fail(errc::bad_via, end);
    return transport;
}

/// Reads `host [: port]` with white space around the colon. The port may be 0, which some write who do not know it.
[[nodiscard]] constexpr auto take_sent_by(cursor& in, via_view& via) noexcept -> result<void> {
    const auto begin = in.position();
    if (const auto host = take_host(in, via.host, zones::allowed); !host) return host;
    if (in.take_separator(':')) {
        const auto port = take_decimal(in, overflow::is_error, 65535);
        if (!port) return fail(errc::bad_port, in.position());
        via.port = static_cast<std::uint16_t>(*port);
        via.has_port = true;
    }
    via.sent_by_text = in.since(begin);
    return {};
}

constexpr void note_via_param(const param_view& param, via_view& via) noexcept {
    if (ascii::iequals(param.name, "branch")) {
        via.branch = param.value;
    } else if (ascii::iequals(param.name, "rport")) {
        via.has_rport = true;
        via.rport_param = param.text;
        via.rport_has_value = param.has_value;
    } else if (ascii::iequals(param.name, "received")) {
        via.received = param.value;
        via.received_param = param.text;
        via.has_received = true;
    } else if (ascii::iequals(param.name, "maddr")) {
        via.maddr = param.value;
    } else if (ascii::iequals(param.name, "ttl")) {
        const auto ttl = parse_decimal(param.value, overflow::is_error, 255);
        if (ttl) via.ttl = static_cast<std::uint8_t>(*ttl);
    }
}

/// Reads one Via value in place; `via` is default-constructed.
[[nodiscard]] constexpr auto read_via(cursor& in, via_view& via) noexcept -> result<void> {
    in.skip_lws();
    const auto begin = in.position();
    const auto transport = take_sent_protocol(in);
    if (!transport) return transport.error();
    via.transport = *transport;
    if (const auto sent_by = take_sent_by(in, via); !sent_by) return sent_by;
    const auto params = parse_params(in, [&via](const param_view& param) { note_via_param(param, via); });
    if (!params) return params.error();
    via.params = *params;
    via.text = trimmed(in.since(begin));
    return {};
}

} // namespace detail

/// Reads a Via value like `parse_via`, into a view just made.
using detail::read_via;

/// Reads one Via value, up to a comma between values or the end.
///
/// Returns: a view into the cursor's text. The values of parameters are not judged, so an address in
///          `received` may be in brackets or not (RFC 5118 §4.5).
/// Units:   `ttl` in hops.
/// Errors:  bad_via, bad_host, bad_port, bad_params, bad_quoting, too_many_params.
/// Cost:    one pass, no allocation.
/// Spec:    RFC 3261 §20.42; rport, RFC 3581 §3.
[[nodiscard]] constexpr auto parse_via(cursor& in) noexcept -> result<via_view> {
    via_view via;
    if (const auto made = detail::read_via(in, via); !made) return made.error();
    return via;
}

} // namespace sipwhere

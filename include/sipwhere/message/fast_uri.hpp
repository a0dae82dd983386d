// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/fast_params.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/uri.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere {

/// Reads a name or an IPv4 address as `take_host` does. It may leave any host to that, and never decides that one is
/// wrong.
[[nodiscard]] inline auto fast_host(std::string_view text, host_view& out) noexcept -> bool {
    if (text.empty()) return false;
    out.text = text;
    out.kind = host_kind::name;
    if (ascii::is(text.front(), ascii::set::digit)) return detail::note_ipv4(out);
    char before = '.';
    for (const char c : text) {
        if (!ascii::is(c, ascii::set::host) || (before == '.' && (c == '.' || c == '-'))) return false;
        before = c;
    }
    return true;
}

/// Reads the digits of a port, five at most.
[[nodiscard]] inline auto fast_port(std::string_view text) noexcept -> std::optional<std::uint16_t> {
    if (text.empty() || text.size() > 5) return std::nullopt;
    std::uint32_t port = 0;
    for (const char c : text) {
        const auto digit = static_cast<std::uint32_t>(static_cast<unsigned char>(c)) - '0';
        if (digit > 9) return std::nullopt;
        port = port * 10 + digit;
    }
    if (port > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(port);
}

/// Reads a SIP or SIPS URI as `read_uri` does, if it is written as nearly all are: without escapes, a password, header
/// fields or an IPv6 address. It may leave any URI to that, and never decides that one is wrong.
///
/// Returns: whether it has read it; `out` means nothing otherwise.
[[nodiscard, gnu::noinline]] inline auto fast_uri(const marked_text& in, uri_view& out) noexcept -> bool {
    const auto colon = in.next(in.begin());
    if (!in.has(':', colon)) return false;
    out.text = in.text(in.begin(), in.end());
    out.scheme = in.text(in.begin(), colon);
    out.kind = detail::scheme_kind(out.scheme);
    if (!out.is_sip()) return false;
    auto begin = colon + 1;
    auto at = in.next(begin);
    if (in.has('@', at)) {
        if (at == begin) return false;
        out.user = in.text(begin, at);
        out.has_user = true;
        begin = at + 1;
        at = in.next(begin);
    }
    if (!fast_host(in.text(begin, at), out.host)) return false;
    if (in.has(':', at)) {
        begin = at + 1;
        at = in.next(begin);
        const auto port = fast_port(in.text(begin, at));
        if (!port || *port == 0) return false;
        out.port = *port;
        out.has_port = true;
    }
    if (at == in.end()) return true;
    if (in[at] != ';') return false;
    out.params = in.text(at + 1, in.end());
    return fast_params{}.read_of_uri(in, at);
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/host_port.hpp>

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

/// Reads `host [: port]` from `begin` on into the members of that name, which are default-constructed; the port may be
/// 0.
///
/// Returns: where it ends; `begin` when it is left to `take_host_port` or `take_sent_by`.
template <typename View>
[[nodiscard]] auto fast_host_port(const marked_text& in, std::size_t begin, View& out) noexcept -> std::size_t {
    const auto end_of_host = in.next(begin);
    if (!fast_host(in.text(begin, end_of_host), out.host)) return begin;
    if (!in.has(':', end_of_host)) return end_of_host;
    const auto end = in.next(end_of_host + 1);
    const auto port = fast_port(in.text(end_of_host + 1, end));
    if (!port) return begin;
    out.port = *port;
    out.has_port = true;
    return end;
}

} // namespace sipwhere

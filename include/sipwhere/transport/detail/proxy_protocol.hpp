// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/decimal.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::detail {

/// Bytes of a header that are looked at: the longest of version 1, and of version 2 with more beside the addresses than
/// any balancer sends.
inline constexpr std::size_t most_of_proxy_header = 2048;

/// What a balancer says before the bytes of the connection that it passes on.
struct proxy_header {
    enum kind_type : std::uint8_t { partial, malformed, whole };

    kind_type kind = malformed;
    std::size_t size = 0; ///< bytes of it, when it is whole
    bool has_source = false; ///< or the balancer speaks for itself, as to see whether we are alive
    endpoint source{};
    endpoint destination{};
};

/// Reads an address and a port as version 1 writes them.
[[nodiscard]] inline auto parse_proxy_end(std::string_view address, std::string_view port, address_family family,
                                          endpoint& out) noexcept -> bool {
    const auto read = parse_address(address);
    const auto number = parse_decimal(port, overflow::is_error, 65535);
    if (!number || read.family() != family) return false;
    out = {read, static_cast<std::uint16_t>(*number)};
    return true;
}

/// Reads version 1: `PROXY TCP4 192.0.2.1 198.51.100.7 40000 5060`, or `PROXY UNKNOWN`, in one line.
[[nodiscard]] inline auto parse_proxy_line(std::string_view bytes) noexcept -> proxy_header {
    constexpr std::size_t longest = 107;
    const auto end = bytes.substr(0, longest).find("\r\n");
    if (end == std::string_view::npos)
        return {.kind = bytes.size() < longest ? proxy_header::partial : proxy_header::malformed};
    proxy_header made{.kind = proxy_header::whole, .size = end + 2, .has_source = true};
    auto rest = bytes.substr(0, end);
    const auto word = [&rest] {
        const auto blank = std::min(rest.find(' '), rest.size());
        const auto taken = rest.substr(0, blank);
        rest.remove_prefix(std::min(blank + 1, rest.size()));
        return taken;
    };
    word();
    const auto family = word();
    if (family == "UNKNOWN") {
        made.has_source = false;
        return made;
    }
    if (family != "TCP4" && family != "TCP6") return {};
    const auto source = word(), destination = word(), source_port = word(), port = word();
    const auto kind = family == "TCP4" ? address_family::ipv4 : address_family::ipv6;
    const bool is_well = rest.empty() && parse_proxy_end(source, source_port, kind, made.source) &&
                         parse_proxy_end(destination, port, kind, made.destination);
    return is_well ? made : proxy_header{};
}

/// Reads version 2, in binary.
[[nodiscard]] inline auto parse_proxy_binary(std::string_view bytes) noexcept -> proxy_header {
    constexpr std::size_t head = 16;
    if (bytes.size() < head) return {.kind = proxy_header::partial};
    const auto octet = [bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
    const auto pair = [&](std::size_t at) { return static_cast<std::uint16_t>(octet(at) << 8U | octet(at + 1)); };
    const auto version_and_command = octet(12), family = octet(13);
    const std::size_t size = head + pair(14);
    if (version_and_command != 0x20 && version_and_command != 0x21) return {};
    if (size > most_of_proxy_header) return {};
    if (bytes.size() < size) return {.kind = proxy_header::partial};
    proxy_header made{.kind = proxy_header::whole, .size = size};
    if (version_and_command == 0x20) return made; // LOCAL: of the balancer itself
    const auto ends = [&]<typename Bytes>(Bytes) {
        constexpr std::size_t of_address = sizeof(Bytes);
        if (size < head + 2 * of_address + 4) return false;
        const auto address = [&](std::size_t at) {
            Bytes read;
            for (std::size_t i = 0; i < of_address; ++i) read[i] = octet(at + i);
            if constexpr (of_address == sizeof(ipv4_bytes)) return ip_address::v4(read);
            else return ip_address::v6(read);
        };
        made.source = {address(head), pair(head + 2 * of_address)};
        made.destination = {address(head + of_address), pair(head + 2 * of_address + 2)};
        return made.has_source = true;
    };
    if (family == 0x11) return ends(ipv4_bytes{}) ? made : proxy_header{};
    if (family == 0x21) return ends(ipv6_bytes{}) ? made : proxy_header{};
    return made; // of no family that we know: as if it said nothing
}

/// Reads the header of a balancer at the beginning of a connection, as far as it has come.
///
/// Spec: the PROXY protocol of HAProxy, versions 1 and 2.
[[nodiscard]] inline auto parse_proxy_header(std::string_view bytes) noexcept -> proxy_header {
    using namespace std::string_view_literals;
    constexpr auto first = "PROXY "sv;
    constexpr auto second = "\r\n\r\n\0\r\nQUIT\n"sv;
    const auto begins = [bytes](std::string_view with) { return with.starts_with(bytes.substr(0, with.size())); };
    if (begins(first))
        return bytes.size() < first.size() ? proxy_header{.kind = proxy_header::partial} : parse_proxy_line(bytes);
    if (begins(second))
        return bytes.size() < second.size() ? proxy_header{.kind = proxy_header::partial} : parse_proxy_binary(bytes);
    return {};
}

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/writer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

using ipv4_bytes = std::array<std::uint8_t, 4>;  ///< in network order
using ipv6_bytes = std::array<std::uint8_t, 16>; ///< in network order

/// Reads a whole text as four decimal numbers separated by dots.
///
/// Errors: bad_address.
/// Spec:   RFC 3261 §25.1 IPv4address; up to three digits each, leading zeros are decimal.
[[nodiscard]] constexpr auto parse_ipv4(std::string_view text) noexcept -> result<ipv4_bytes> {
    ipv4_bytes address{};
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto bad = [begin](const char* at) { return fail(errc::bad_address, static_cast<std::size_t>(at - begin)); };
    const auto* at = begin;
    const auto digit = [&] { return at == end ? 10U : static_cast<unsigned>(*at) - '0'; };
    for (auto& part : address) {
        if (&part != address.data() && (at == end || *at++ != '.')) return bad(at);
        unsigned number = digit();
        if (number > 9) return bad(at);
        ++at;
        for (int more = 0; more < 2 && digit() <= 9; ++more, ++at) number = number * 10 + digit();
        if (number > 255) return bad(at);
        part = static_cast<std::uint8_t>(number);
    }
    if (at != end) return bad(at);
    return address;
}

namespace detail {

/// The groups of an IPv6 address as they are read, and where "::" stood among them.
struct ipv6_groups {
    ipv6_bytes bytes{};
    std::size_t size = 0;
    std::size_t gap = no_gap;
    static constexpr std::size_t no_gap = 17;

    constexpr void add(unsigned group) noexcept {
        bytes[size++] = static_cast<std::uint8_t>(group >> 8);
        bytes[size++] = static_cast<std::uint8_t>(group & 0xff);
    }

    [[nodiscard]] constexpr auto has_gap() const noexcept -> bool { return gap != no_gap; }

    /// Moves what came after the gap to the end.
    constexpr void spread() noexcept {
        if (!has_gap()) return;
        auto* const after = bytes.data() + gap;
        auto* const moved = std::copy_backward(after, bytes.data() + size, bytes.data() + bytes.size());
        std::fill(after, moved, std::uint8_t{0});
    }
};

/// Reads one to four hexadecimal digits, or a closing IPv4 address.
[[nodiscard]] constexpr auto take_ipv6_group(cursor& in, ipv6_groups& groups) noexcept -> bool {
    const auto begin = in.position();
    const auto digits = in.take_while<ascii::set::hex>();
    if (in.peek() == '.') {
        in.rewind(begin);
        const auto tail = parse_ipv4(in.rest());
        if (!tail || groups.size > 12) return false;
        in.take_while<ascii::set::host>();
        groups.add((*tail)[0] * 256U + (*tail)[1]);
        groups.add((*tail)[2] * 256U + (*tail)[3]);
        return true;
    }
    if (digits.empty() || digits.size() > 4 || groups.size > 14) return false;
    unsigned group = 0;
    for (const char c : digits) group = group * 16 + static_cast<unsigned>(ascii::hex_value(c));
    groups.add(group);
    return true;
}

} // namespace detail

/// Reads a whole text as an IPv6 address without brackets or zone.
///
/// Errors: bad_address.
/// Spec:   RFC 4291 §2.2, all three forms.
[[nodiscard]] constexpr auto parse_ipv6(std::string_view text) noexcept -> result<ipv6_bytes> {
    detail::ipv6_groups groups;
    cursor in{text};
    if (in.take(':')) {
        if (!in.take(':')) return fail(errc::bad_address, in.position());
        groups.gap = 0;
    }
    while (!in.at_end()) {
        if (!detail::take_ipv6_group(in, groups)) return fail(errc::bad_address, in.position());
        if (in.at_end()) break;
        const bool parted = in.take(':') && !in.at_end();
        if (!parted || (in.peek() == ':' && groups.has_gap())) return fail(errc::bad_address, in.position());
        if (in.take(':')) groups.gap = groups.size;
    }
    if (groups.size == 16 ? groups.has_gap() : !groups.has_gap()) return fail(errc::bad_address, in.position());
    groups.spread();
    return groups.bytes;
}

/// Writes four decimal numbers separated by dots.
constexpr void write_ipv4(writer& out, const ipv4_bytes& address) noexcept {
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (i != 0) out.put('.');
        out.put_number(address[i]);
    }
}

namespace detail {

/// A run of groups that are zero.
struct zero_run {
    std::size_t begin = 0;
    std::size_t size = 0;
};

[[nodiscard]] constexpr auto longest_zero_run(const std::array<unsigned, 8>& groups) noexcept -> zero_run {
    zero_run longest;
    zero_run run;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        run = groups[i] != 0 ? zero_run{i + 1, 0} : zero_run{run.begin, run.size + 1};
        if (run.size > longest.size) longest = run;
    }
    return longest.size > 1 ? longest : zero_run{groups.size(), 0};
}

constexpr void write_ipv6_group(writer& out, unsigned group) noexcept {
    for (int shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0; shift >= 0; shift -= 4)
        out.put("0123456789abcdef"[group >> shift & 15]);
}

} // namespace detail

/// Writes an IPv6 address in its one canonical form, without brackets; an IPv4-mapped one ends in the IPv4 form.
///
/// Spec: RFC 5952 §4, §5.
constexpr void write_ipv6(writer& out, const ipv6_bytes& address) noexcept {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = address[2 * i] * 256U + address[2 * i + 1];
    const auto zeros = detail::longest_zero_run(groups);
    if (zeros.begin == 0 && zeros.size == 5 && groups[5] == 0xffff) {
        out.put("::ffff:");
        return write_ipv4(out, {address[12], address[13], address[14], address[15]});
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == zeros.begin) {
            out.put("::");
            i += zeros.size - 1;
            continue;
        }
        if (i != 0 && i != zeros.begin + zeros.size) out.put(':');
        detail::write_ipv6_group(out, groups[i]);
    }
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/token_map.hpp>
#include <sipwhere/message/method.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// A Request-Line.
struct request_line {
    std::string_view method_text{};
    std::string_view uri{};
    std::string_view version{};
    sipwhere::method method = method::unknown;
    bool well_formed = true; ///< false: what could be made out is filled in, so that a 400 can be sent
};

/// A Status-Line.
struct status_line {
    std::string_view version{};
    std::string_view reason{};
    std::uint16_t code = 0;
};

/// Returns: whether `text` begins as a SIP-Version does, in any case.
[[nodiscard]] constexpr auto has_sip_prefix(std::string_view text) noexcept -> bool {
    return text.size() >= 4 && ascii::lower(text[0]) == 's' && ascii::iequals(slice(text, 0, 4), "SIP/");
}

/// Returns: whether `version` is that of RFC 3261, in any case (§7.1).
[[nodiscard]] constexpr auto is_version_2_0(std::string_view version) noexcept -> bool {
    return ascii::iequals(version, "SIP/2.0");
}

namespace detail {

/// Reads a Request-Line of a known method, SIP/2.0 and no white space too much from the beginning of a message, as
/// `full_request_line` does. It may leave any line to that, and never decides that one is wrong.
///
/// `map` is that of the message.
/// Returns: where the next line begins; 0 when it has not read it, and then `out` means nothing.
[[nodiscard]] inline auto fast_request_line(std::string_view message, const token_map& map, request_line& out) noexcept
    -> std::size_t {
    constexpr std::string_view version = " SIP/2.0";
    const auto end = map.next_control(0);
    const auto uri = map.next_mark(0) + 1;
    if (end + 2 > map.size() || message[end] != '\r' || message[end + 1] != '\n') return 0;
    if (uri + version.size() >= end || message[uri - 1] != ' ') return 0;
    const auto end_of_uri = end - version.size();
    if (slice(message, end_of_uri, end) != version) return 0;
    for (auto at = map.next_mark(uri); at < end_of_uri; at = map.next_mark(at + 1))
        if (message[at] == ' ') return 0;
    out.method_text = slice(message, 0, uri - 1);
    out.uri = slice(message, uri, end_of_uri);
    out.version = slice(message, end_of_uri + 1, end);
    out.method = parse_method(out.method_text);
    return out.method == method::unknown ? 0 : end + 2;
}

/// Reads any Request-Line.
[[nodiscard]] constexpr auto full_request_line(std::string_view line, request_line& out) noexcept -> result<void> {
    auto rest = line;
    while (rest.ends_with(' ') || rest.ends_with('\t')) rest.remove_suffix(1);
    const auto first = find_any<' '>(rest, 0);
    auto last = rest.size();
    while (last > first && rest[last - 1] != ' ') --last;
    out = {.method_text = slice(rest, 0, first), .version = slice(rest, last, rest.size())};
    if (first == rest.size() || !has_sip_prefix(out.version)) return fail(errc::not_sip);
    out.method = parse_method(out.method_text);
    const bool is_method = out.method != method::unknown || ascii::is_token(out.method_text);
    if (last > first + 1) out.uri = slice(rest, first + 1, last - 1);
    out.well_formed =
        is_method && rest.size() == line.size() && !out.uri.empty() && find_any<' '>(out.uri, 0) == out.uri.size();
    return {};
}

} // namespace detail

/// Reads `method SP Request-URI SP SIP-Version`; the URI is only cut out.
///
/// Returns: a view into `line`; white space too much leaves it not well formed.
/// Errors:  not_sip when the line does not end in a SIP-Version, so that nobody would understand an answer.
/// Spec:    RFC 3261 §7.1.
[[nodiscard]] constexpr auto parse_request_line(std::string_view line) noexcept -> result<request_line> {
    request_line request;
    if (const auto made = detail::full_request_line(line, request); !made) return made.error();
    return request;
}

/// Reads `SIP-Version SP Status-Code SP Reason-Phrase`; the phrase may be empty.
///
/// Returns: a view into `line`.
/// Errors:  bad_start_line, also for a code outside of 100 to 699.
/// Spec:    RFC 3261 §7.2.
[[nodiscard]] constexpr auto parse_status_line(std::string_view line) noexcept -> result<status_line> {
    const auto space = find_any<' '>(line, 0);
    if (space == line.size() || !has_sip_prefix(line)) return fail(errc::bad_start_line);
    const auto rest = slice(line, space + 1, line.size());
    const auto code = slice(rest, 0, std::min<std::size_t>(rest.size(), 3));
    if (code.size() != 3 || code[0] < '1' || code[0] > '6' || !ascii::all(code, ascii::set::digit))
        return fail(errc::bad_start_line, space + 1);
    if (rest.size() > 3 && rest[3] != ' ') return fail(errc::bad_start_line, space + 4);
    const auto number = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    return status_line{slice(line, 0, space), slice(rest, std::min<std::size_t>(rest.size(), 4), rest.size()),
                       static_cast<std::uint16_t>(number)};
}

} // namespace sipwhere

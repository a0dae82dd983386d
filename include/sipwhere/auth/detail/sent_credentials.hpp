// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/digest.hpp>
#include <sipwhere/auth/digest_settings.hpp>
#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/config/domains.hpp>
#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/policy/access.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sipwhere::detail {

/// What was found in the Authorization rows of a request.
enum class sent_kind : std::uint8_t { nothing, credentials, malformed };

/// Returns: whether credentials are by an algorithm and a qop that were offered.
[[nodiscard]] constexpr auto is_offered(const digest_params& given, const digest_settings& how) noexcept -> bool {
    if (!given.algorithm || !how.algorithms.has(*given.algorithm)) return false;
    if (given.is_hashed && !how.offer_userhash) return false;
    switch (given.qop) {
    case digest_qop::auth: return true;
    case digest_qop::auth_int: return how.offer_auth_int;
    case digest_qop::none: return how.allow_no_qop;
    case digest_qop::unknown: break;
    }
    return false;
}

/// Looks for credentials of a realm that answer what was offered.
[[nodiscard]] inline auto find_credentials(const message_view& request, std::string_view realm,
                                           const digest_settings& how, digest_params& given) noexcept -> sent_kind {
    for (const auto row : request.rows(header_name::authorization)) {
        const auto read = parse_digest_params(row);
        if (!read) return sent_kind::malformed;
        const auto& params = *read;
        if (!params || !unquoted_equal(params->realm, realm) || !is_offered(*params, how)) continue;
        given = *params;
        return sent_kind::credentials;
    }
    return sent_kind::nothing;
}

/// Returns: whether the digest URI names something that is served.
/// Spec:    RFC 8760 §2.6 item 6.
[[nodiscard]] inline auto is_uri_served(const access_request& asked, const digest_params& given, bool has_to_be_same)
    -> bool {
    const unquoted_text text{given.uri};
    if (!text) return false;
    if (text.view() == asked.request.request_uri()) return true;
    if (has_to_be_same) return false;
    const auto uri = parse_uri(text.view());
    return uri && uri->is_sip() && served_domain(asked.served, uri->host, asked.from.local.address).has_value();
}

/// Takes what was written to the beginning of some bytes; nothing if it did not fit.
[[nodiscard]] inline auto take_written(const writer& out, std::span<char>& bytes) noexcept
    -> std::optional<std::string_view> {
    if (!out.fits()) return std::nullopt;
    bytes = bytes.subspan(out.size());
    return out.text();
}

/// Returns: what a value stands for: its very bytes, or if something is escaped a copy in `bytes`, of which it takes
///          the beginning; nothing if it does not fit there.
[[nodiscard]] inline auto plain_text(std::string_view value, std::span<char>& bytes) noexcept
    -> std::optional<std::string_view> {
    if (value.find('\\') == std::string_view::npos) return content_of(value);
    writer out{bytes};
    write_unquoted(out, value);
    return take_written(out, bytes);
}

/// Returns: the name of the user, or its hash, likewise.
/// Spec:    RFC 7616 §3.4; username* is of RFC 8187 §3.2.1.
[[nodiscard]] inline auto sent_name(const digest_params& given, std::span<char>& bytes) noexcept
    -> std::optional<std::string_view> {
    if (!given.is_extended) return plain_text(given.username, bytes);
    constexpr std::string_view charset = "UTF-8'";
    const auto begin = given.username.find('\'', charset.size());
    if (begin == std::string_view::npos || !ascii::iequals(given.username.substr(0, charset.size()), charset))
        return std::nullopt;
    writer out{bytes};
    for (percent_reader in{given.username.substr(begin + 1)}; !in.at_end();) out.put(in.next().byte);
    return take_written(out, bytes);
}

} // namespace sipwhere::detail

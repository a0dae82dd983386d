// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/auth_params.hpp>
#include <sipwhere/message/quoted.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere {

/// A hash function of digest authentication (RFC 7616 §6.1).
enum class digest_hash : std::uint8_t { md5, sha256, sha512_256 };

/// How many there are.
inline constexpr std::size_t digest_hashes = 3;

/// A hash function, and whether H(A1) is of one session alone.
struct digest_algorithm {
    digest_hash hash = digest_hash::md5;
    bool is_session = false;

    friend constexpr auto operator==(const digest_algorithm&, const digest_algorithm&) noexcept -> bool = default;
};

/// Returns: how many hexadecimal digits a digest has.
/// Spec:    RFC 8760 §2.2.
[[nodiscard]] constexpr auto digits_of(digest_hash hash) noexcept -> std::size_t {
    return hash == digest_hash::md5 ? 32 : 64;
}

/// Returns: the name of an algorithm, such as `SHA-256-sess`.
[[nodiscard]] constexpr auto name_of(digest_algorithm which) noexcept -> std::string_view {
    constexpr std::array<std::array<std::string_view, 2>, digest_hashes> names{
        {{"MD5", "MD5-sess"}, {"SHA-256", "SHA-256-sess"}, {"SHA-512-256", "SHA-512-256-sess"}}};
    return names[static_cast<std::size_t>(which.hash)][which.is_session ? 1 : 0];
}

/// Returns: the algorithm of this name, in any case; nothing for one that is not known.
[[nodiscard]] constexpr auto find_digest_algorithm(std::string_view name) noexcept -> std::optional<digest_algorithm> {
    for (const auto hash : {digest_hash::md5, digest_hash::sha256, digest_hash::sha512_256})
        for (const bool is_session : {false, true})
            if (ascii::iequals(name, name_of({hash, is_session}))) return digest_algorithm{hash, is_session};
    return std::nullopt;
}

/// What a response protects beside user, method and URI.
enum class digest_qop : std::uint8_t {
    none, ///< not said: as before RFC 2617
    auth, ///< nothing else
    auth_int, ///< the body
    unknown,
};

/// The credentials of digest authentication. Texts are as they came, with the quotes that `unquoted_reader` leaves out.
struct digest_params {
    std::string_view username{};
    std::string_view realm{};
    std::string_view nonce{};
    std::string_view uri{};
    std::string_view response{};
    std::string_view cnonce{};
    std::string_view opaque{};
    std::string_view nc_text{}; ///< eight digits; empty without qop
    std::uint32_t nc = 0; ///< how many times the nonce has been used
    digest_qop qop = digest_qop::none;
    bool is_extended = false; ///< `username` came as username*, written as RFC 8187 §3.2.1 says
    bool is_hashed = false; ///< `username` is the hash of name and realm (RFC 7616 §3.4.4)
    std::optional<digest_algorithm> algorithm = digest_algorithm{}; ///< MD5 if none was named; nothing if unknown
};

namespace detail {

/// Returns: a value without its quotes.
[[nodiscard]] constexpr auto content_of(std::string_view value) noexcept -> std::string_view {
    return is_quoted(value) ? value.substr(1, value.size() - 2) : value;
}

/// Reads the eight hexadecimal digits of a nonce count.
[[nodiscard]] constexpr auto parse_nonce_count(std::string_view text) noexcept -> std::optional<std::uint32_t> {
    if (text.size() != 8) return std::nullopt;
    std::uint32_t count = 0;
    for (const char c : text) {
        const auto digit = ascii::hex_value(c);
        if (digit < 0) return std::nullopt;
        count = count << 4U | static_cast<std::uint32_t>(digit);
    }
    return count;
}

[[nodiscard]] constexpr auto find_qop(std::string_view text) noexcept -> digest_qop {
    if (ascii::iequals(text, "auth")) return digest_qop::auth;
    return ascii::iequals(text, "auth-int") ? digest_qop::auth_int : digest_qop::unknown;
}

/// The parameters that matter.
enum class digest_param : std::uint8_t {
    username,
    extended_username,
    realm,
    nonce,
    uri,
    response,
    cnonce,
    opaque,
    algorithm,
    qop,
    nc,
    userhash,
    other,
};

[[nodiscard]] constexpr auto find_digest_param(std::string_view name) noexcept -> digest_param {
    using enum digest_param;
    const auto is = [name](std::string_view wanted) { return ascii::iequals(name, wanted); };
    switch (name.size()) {
    case 2: return is("nc") ? nc : other;
    case 3: return is("uri") ? uri : is("qop") ? qop : other;
    case 5: return is("realm") ? realm : is("nonce") ? nonce : other;
    case 6: return is("cnonce") ? cnonce : is("opaque") ? opaque : other;
    case 8: return is("username") ? username : is("response") ? response : is("userhash") ? userhash : other;
    case 9: return is("algorithm") ? algorithm : is("username*") ? extended_username : other;
    default: return other;
    }
}

/// Takes down one parameter.
///
/// Returns: false if its value can't be.
[[nodiscard]] constexpr auto note_digest_param(digest_param which, std::string_view value, digest_params& out) noexcept
    -> bool {
    const auto content = content_of(value); // some quote what is a token
    switch (which) {
    case digest_param::extended_username: out.is_extended = true; [[fallthrough]];
    case digest_param::username: out.username = value; break;
    case digest_param::realm: out.realm = value; break;
    case digest_param::nonce: out.nonce = value; break;
    case digest_param::uri: out.uri = value; break;
    case digest_param::response: out.response = value; break;
    case digest_param::cnonce: out.cnonce = value; break;
    case digest_param::opaque: out.opaque = value; break;
    case digest_param::algorithm: out.algorithm = find_digest_algorithm(content); break;
    case digest_param::qop: out.qop = find_qop(content); break;
    case digest_param::userhash: out.is_hashed = ascii::iequals(content, "true"); break;
    case digest_param::nc:
        if (const auto count = parse_nonce_count(content)) {
            out.nc = *count;
            out.nc_text = content;
            break;
        }
        return false;
    case digest_param::other: break;
    }
    return true;
}

/// Returns: whether all is there that has to be.
[[nodiscard]] constexpr auto is_complete(const digest_params& made) noexcept -> bool {
    for (const auto needed : {made.username, made.realm, made.nonce, made.uri, made.response})
        if (needed.empty()) return false;
    return made.qop == digest_qop::none || (!made.nc_text.empty() && !made.cnonce.empty());
}

} // namespace detail

/// Reads a value of Authorization.
///
/// Returns: views into `value`; nothing for a scheme other than `Digest`, which is not looked at any further.
/// Errors:  bad_credentials, also if a name of those in `digest_params` comes twice, or both username and username*;
///          if one of username, realm, nonce, uri and response is missing; if nc is no number of eight digits; if qop
///          comes without nc or cnonce. bad_quoting.
/// Cost:    one pass.
/// Spec:    RFC 7616 §3.4, RFC 3261 §25.1.
[[nodiscard]] constexpr auto parse_digest_params(std::string_view value) noexcept
    -> result<std::optional<digest_params>> {
    cursor in{value};
    in.skip_lws();
    const auto scheme = in.take_while<ascii::set::token>();
    const auto behind = in.position();
    in.skip_lws();
    if (scheme.empty()) return fail(errc::bad_credentials, behind);
    if (!ascii::iequals(scheme, "Digest")) return std::optional<digest_params>{};
    if (in.position() == behind) return fail(errc::bad_credentials, behind);

    digest_params made;
    unsigned seen = 0;
    auth_param_view param;
    do {
        const auto at = in.position();
        if (const auto taken = take_auth_param(in, param); !taken) return taken.error();
        const auto which = detail::find_digest_param(param.name);
        if (which == detail::digest_param::other) continue;
        const auto bit = 1U << static_cast<unsigned>(which);
        if ((seen & bit) != 0 || !detail::note_digest_param(which, param.value, made))
            return fail(errc::bad_credentials, at);
        seen |= bit;
    } while (in.take_separator(','));
    in.skip_lws();
    constexpr unsigned both_names = 3; // the bits of username and username*
    if (!in.at_end() || (seen & both_names) == both_names || !detail::is_complete(made))
        return fail(errc::bad_credentials, in.position());
    return std::optional<digest_params>{made};
}

} // namespace sipwhere

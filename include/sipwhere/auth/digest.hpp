// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/message/quoted.hpp>
#include <sipwhere/policy/hash.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace sipwhere {

/// A digest as text, in lower-case hexadecimal digits; empty when it could not be computed.
class digest_text {
public:
    constexpr digest_text() noexcept = default;

    constexpr explicit digest_text(const digest_bytes& digest) noexcept : size_(2 * digest.size) {
        for (std::size_t i = 0; i < digest.size; ++i) {
            text_[2 * i] = "0123456789abcdef"[digest.bytes[i] >> 4];
            text_[2 * i + 1] = "0123456789abcdef"[digest.bytes[i] & 15];
        }
    }

    /// Takes digits over; too many are none.
    constexpr explicit digest_text(std::string_view digits) noexcept
        : size_(digits.size() <= text_.size() ? digits.copy(text_.data(), digits.size()) : 0) {}

    [[nodiscard]] constexpr auto view() const noexcept -> std::string_view { return {text_.data(), size_}; }

private:
    std::array<char, 64> text_{};
    std::size_t size_ = 0;
};

/// The content of a value that may be quoted: its very bytes where nothing is escaped, else a copy of some.
class unquoted_text {
public:
    static constexpr std::size_t longest_copy = 128;

    constexpr explicit unquoted_text(std::string_view value) noexcept : text_(detail::content_of(value)) {
        if (!is_quoted(value) || text_.find('\\') == std::string_view::npos) return;
        std::size_t size = 0;
        for (unquoted_reader in{value}; !in.at_end(); copy_[size++] = in.next())
            if (size == longest_copy) {
                fits_ = false;
                return;
            }
        text_ = {};
        copied_ = size;
    }
    unquoted_text(const unquoted_text&) = delete;
    auto operator=(const unquoted_text&) -> unquoted_text& = delete;

    /// Returns: false when it holds an escaped character and is too long to be copied.
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return fits_; }

    [[nodiscard]] constexpr auto view() const noexcept -> std::string_view {
        return copied_ == 0 ? text_ : std::string_view{copy_.data(), copied_};
    }

private:
    std::string_view text_;
    std::size_t copied_ = 0;
    bool fits_ = true;
    std::array<char, longest_copy> copy_; // as far as `copied_`
};

namespace detail {

/// Returns: the hash of some pieces, one behind the other.
template <hash_policy Hash>
[[nodiscard]] constexpr auto hash_pieces(Hash& hash, digest_hash which, std::initializer_list<std::string_view> pieces)
    -> digest_text {
    digest_bytes made;
    if (!hash.digest(which, std::span{pieces.begin(), pieces.size()}, made)) return {};
    return digest_text{made};
}

} // namespace detail

/// Returns: H(A1) of a user and a password, which is what a server keeps of it; without the part of a session.
/// Spec:    RFC 7616 §3.4.2.
template <hash_policy Hash>
[[nodiscard]] constexpr auto hash_password(Hash& hash, digest_hash which, std::string_view user, std::string_view realm,
                                           std::string_view password) -> digest_text {
    return detail::hash_pieces(hash, which, {user, ":", realm, ":", password});
}

/// Returns: what a user name is sent as by who does not want to show it.
/// Spec:    RFC 7616 §3.4.4.
template <hash_policy Hash>
[[nodiscard]] constexpr auto hash_name(Hash& hash, digest_hash which, std::string_view user, std::string_view realm)
    -> digest_text {
    return detail::hash_pieces(hash, which, {user, ":", realm});
}

/// Returns: H(A2), the hash of method and URI, and for auth-int of the body; empty where `digest_response` is.
/// Cost:    a hash, and one more of the body for auth-int.
/// Spec:    RFC 7616 §3.4.3.
template <hash_policy Hash>
[[nodiscard]] constexpr auto hash_request(Hash& hash, const digest_params& given, std::string_view method,
                                          std::string_view body) -> digest_text {
    const auto which = given.algorithm->hash;
    const unquoted_text uri{given.uri};
    if (!uri) return {};
    if (given.qop != digest_qop::auth_int) return detail::hash_pieces(hash, which, {method, ":", uri.view()});
    const auto of_body = detail::hash_pieces(hash, which, {body});
    if (of_body.view().empty()) return {};
    return detail::hash_pieces(hash, which, {method, ":", uri.view(), ":", of_body.view()});
}

/// Returns: the response that proves the knowledge of the password behind `ha1`, for a request whose H(A2) is known.
/// Cost:    a hash, one more for a session.
template <hash_policy Hash>
[[nodiscard]] constexpr auto digest_response(Hash& hash, const digest_params& given, std::string_view ha1,
                                             std::string_view ha2) -> digest_text {
    if (ha2.empty() || given.qop == digest_qop::unknown) return {};
    const auto which = given.algorithm->hash;
    const unquoted_text nonce{given.nonce}, cnonce{given.cnonce};
    if (!nonce || !cnonce) return {};
    digest_text session;
    if (given.algorithm->is_session) {
        session = detail::hash_pieces(hash, which, {ha1, ":", nonce.view(), ":", cnonce.view()});
        ha1 = session.view();
        if (ha1.empty()) return {};
    }
    if (given.qop == digest_qop::none) return detail::hash_pieces(hash, which, {ha1, ":", nonce.view(), ":", ha2});
    return detail::hash_pieces(hash, which,
                               {ha1, ":", nonce.view(), ":", given.nc_text, ":", cnonce.view(), ":",
                                given.qop == digest_qop::auth ? "auth" : "auth-int", ":", ha2});
}

/// Returns: the same for a request of this method and body; empty when the hash fails or is not known, the qop is not
///          known, or a text is too long to be unescaped.
/// Cost:    two hashes, one more for a session, and one more of the body for auth-int.
/// Spec:    RFC 7616 §3.4.1 to §3.4.3; without qop RFC 3261 §22.4 (item 7).
template <hash_policy Hash>
[[nodiscard]] constexpr auto digest_response(Hash& hash, const digest_params& given, std::string_view ha1,
                                             std::string_view method, std::string_view body) -> digest_text {
    if (!given.algorithm || !hash.has(given.algorithm->hash)) return {};
    return digest_response(hash, given, ha1, hash_request(hash, given, method, body).view());
}

/// Returns: whether two texts are equal, in a time that tells only their sizes.
[[nodiscard]] constexpr auto equal_in_constant_time(std::string_view a, std::string_view b) noexcept -> bool {
    if (a.size() != b.size()) return false;
    unsigned unlike = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        unlike |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    return unlike == 0;
}

} // namespace sipwhere

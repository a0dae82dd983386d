// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/digest_params.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace sipwhere {

/// The algorithms that a challenge offers, the preferred one first.
class offered_algorithms {
public:
    constexpr offered_algorithms(std::initializer_list<digest_algorithm> wanted) noexcept {
        for (const auto one : wanted) (void)add(one);
    }

    /// Returns: whether it was added; none is there twice.
    constexpr auto add(digest_algorithm which) noexcept -> bool {
        if (size_ == list_.size() || has(which)) return false;
        list_[size_++] = which;
        return true;
    }

    [[nodiscard]] constexpr auto has(digest_algorithm which) const noexcept -> bool {
        for (const auto one : view())
            if (one == which) return true;
        return false;
    }
    [[nodiscard]] constexpr auto view() const noexcept -> std::span<const digest_algorithm> {
        return std::span{list_}.first(size_);
    }

private:
    std::array<digest_algorithm, 2 * digest_hashes> list_{};
    std::size_t size_ = 0;
};

/// How digest access asks for credentials, and which it takes. Texts must outlive it.
struct digest_settings {
    std::string_view realm{}; ///< empty for the domain of To, so that each domain is a realm of its own

    /// MD5 stands last, as JsSIP and sip.js read the last challenge alone and know nothing else.
    offered_algorithms algorithms{{digest_hash::sha256}, {digest_hash::md5}};

    std::chrono::seconds nonce_lifetime{3600}; ///< as long as a nonce may be used before a new one is asked for
    bool offer_auth_int = false;  ///< qop auth-int, which protects the body, beside auth
    bool allow_no_qop = false;    ///< responses as before RFC 2617, each nonce once
    bool offer_userhash = false;  ///< names may be sent as hashes, if the credentials find them
    bool authentication_info = false; ///< the 200 proves that the registrar knows the password as well
    std::string_view opaque{};    ///< sent along with each challenge
    std::uint32_t max_wrong_passwords = 10; ///< a minute by one user from one network, ten times as many by all from
                                            ///< there; who sends more is 403; 0 for any number
    bool require_same_uri = false; ///< the digest URI has to be the Request-URI: some NAT helpers and phones change it
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/message/quoted.hpp>

#include <span>
#include <string_view>

namespace sipwhere {

/// What a 401 says, beside the algorithms.
struct challenge {
    std::string_view realm{};
    std::string_view nonce{};
    std::string_view opaque{};    ///< none if empty
    bool is_stale = false;        ///< the nonce alone was at fault: no user has to be asked for a password
    bool offers_body = false;     ///< qop auth-int as well
    bool offers_userhash = false; ///< names may come as hashes
};

/// Writes one WWW-Authenticate line for each algorithm, in their order.
///
/// Errors: when they do not fit, `out.fits()` is false.
/// Spec:   RFC 7616 §3.3, RFC 8760 §2.3, §2.4: each in a row of its own; algorithm and stale without quotes, all else
///         with them. There is no domain, which SIP has no use for, and no charset, which no client has been seen to
///         read: names and passwords are taken as the bytes that they are (RFC 7616 §4).
constexpr void write_challenge(writer& out, const challenge& said,
                               std::span<const digest_algorithm> algorithms) noexcept {
    for (const auto algorithm : algorithms) {
        out.put("WWW-Authenticate: Digest realm=");
        write_quoted(out, said.realm);
        out.put(", nonce=\"").put(said.nonce).put("\", algorithm=").put(name_of(algorithm));
        out.put(said.offers_body ? ", qop=\"auth,auth-int\"" : ", qop=\"auth\"");
        if (!said.opaque.empty()) write_quoted(out.put(", opaque="), said.opaque);
        if (said.offers_userhash) out.put(", userhash=true");
        if (said.is_stale) out.put(", stale=true");
        out.put("\r\n");
    }
}

} // namespace sipwhere

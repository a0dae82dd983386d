// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/digest.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/message/quoted.hpp>

#include <string_view>

namespace sipwhere {

/// Writes the Authentication-Info line of a 200 without a body, by which a server proves that it knows the password as
/// well, and hands out the nonce for the next request if there is a new one.
///
/// `answered` are the credentials that the request had. Nothing is written where there is nothing to say: credentials
/// without qop take no proof.
/// Errors: when it does not fit, `out.fits()` is false.
/// Cost:   two hashes.
/// Spec:   RFC 7616 §3.5.
template <hash_policy Hash>
constexpr void write_authentication_info(writer& out, Hash& hash, const digest_params& answered, std::string_view ha1,
                                         std::string_view next_nonce) {
    const auto proof = answered.qop == digest_qop::none ? digest_text{} : digest_response(hash, answered, ha1, {}, {});
    if (next_nonce.empty() && proof.view().empty()) return;
    out.put("Authentication-Info: ");
    if (!next_nonce.empty()) out.put("nextnonce=\"").put(next_nonce).put(proof.view().empty() ? "\"" : "\", ");
    if (!proof.view().empty()) {
        out.put("qop=").put(answered.qop == digest_qop::auth ? "auth" : "auth-int");
        out.put(", rspauth=\"").put(proof.view()).put("\", cnonce=");
        write_quoted(out, unquoted_text{answered.cnonce}.view());
        out.put(", nc=").put(answered.nc_text);
    }
    out.put("\r\n");
}

} // namespace sipwhere

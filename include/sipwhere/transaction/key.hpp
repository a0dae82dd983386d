// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/model/essentials.hpp>
#include <sipwhere/model/flow.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Finds the server transaction a request belongs to.
///
/// `method` is the request's own; for a CANCEL, that of the request to be cancelled (RFC 3261 §9.2).
/// Returns: a keyed hash of branch, sent-by, method and source; without the magic cookie, of all that RFC 2543 asks.
/// Cost:    one pass over the fields named.
/// Spec:    RFC 3261 §17.2.3.
[[nodiscard]] inline auto response_key(const message_view& request, const essentials& fields, std::string_view method,
                                       const flow& from, hash_key key) noexcept -> std::uint64_t {
    siphash_2_4 hash{key};
    if (fields.via.has_cookie()) {
        hash.text(fields.via.branch).text(fields.via.sent_by_text);
    } else {
        hash.text(request.request_uri()).text(fields.to_tag).text(fields.from_tag).text(fields.call_id);
        hash.number(fields.cseq.number).text(fields.via.text);
    }
    const auto source = from.remote.address.bytes();
    hash.text(method).number(from.remote.port).number(from.connection);
    hash.text({reinterpret_cast<const char*>(source.data()), source.size()});
    return hash.finish();
}

/// Makes all the hashes by which a request is known again.
///
/// Cost: four short passes of SipHash.
[[nodiscard]] inline auto keys_of(const message_view& request, const essentials& fields, const flow& from,
                                  hash_key key) noexcept -> transaction_keys {
    transaction_keys made;
    made.response = response_key(request, fields, request.method_text(), from, key);
    const auto of_request =
        siphash_2_4{key}.text(fields.from_tag).text(fields.call_id).number(fields.cseq.number).finish();
    made.request = static_cast<std::uint32_t>(of_request);
    made.transaction =
        siphash_2_4{key}.number(of_request).text(fields.via.branch).text(fields.via.sent_by_text).finish();
    made.to_tag = siphash_2_4{{key.second, key.first}}.number(made.transaction).finish();
    return made;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Keyed hashes by which a request is known again.
struct transaction_keys {
    std::uint64_t response = 0;    ///< of the server transaction (RFC 3261 §17.2.3), its request and the source
    std::uint64_t transaction = 0; ///< of branch, sent-by, From tag, Call-ID and CSeq
    std::uint64_t to_tag = 0;      ///< what a To tag is made of; shows nothing of the others
    std::uint32_t request = 0;     ///< of From tag, Call-ID and CSeq (RFC 3261 §8.2.2.2)
    std::uint32_t call_id = 0;     ///< of the Call-ID
};

namespace detail {

/// Hashes of what stays the same when a request comes by another way.
struct request_hashes {
    std::uint64_t call_id; ///< of the Call-ID alone
    std::uint64_t request; ///< of From tag, Call-ID and CSeq
};

[[nodiscard]] inline auto hash_request(const request_fields& fields, hash_key key) noexcept -> request_hashes {
    siphash_1_3 hash{key};
    const auto of_call_id = hash.text(fields.call_id).finish();
    return {of_call_id, hash.text(fields.from_tag).number(fields.cseq.number).finish()};
}

/// Begins the hash of a server transaction: branch and sent-by, or without the magic cookie what RFC 2543 asks beside
/// From tag, Call-ID and CSeq; then the hash of these, as some clients have one branch for all their requests.
[[nodiscard]] inline auto begin_key(const message_view& request, const request_fields& fields, std::uint64_t of_request,
                                    hash_key key) noexcept -> siphash_1_3 {
    siphash_1_3 hash{key};
    if (fields.via.has_cookie()) hash.texts(fields.via.branch, fields.via.sent_by_text);
    else hash.texts(request.request_uri(), fields.to_tag).text(fields.via.text);
    return hash.number(of_request);
}

/// Adds the method by its number, or by its name when it has none, and the source.
[[nodiscard]] inline auto finish_response_key(siphash_1_3 hash, method of, std::string_view name,
                                              const flow& from) noexcept -> std::uint64_t {
    hash.number(std::uint64_t{from.connection} << 32 | std::uint64_t{from.remote.port} << 8 |
                static_cast<std::uint8_t>(of));
    if (of == method::unknown) hash.text(name);
    const auto source = from.remote.address.bytes();
    return hash.text({reinterpret_cast<const char*>(source.data()), source.size()}).finish();
}

} // namespace detail

/// Finds the server transaction a request belongs to.
///
/// `of` is the request's own method; for a CANCEL, that of the request to be cancelled, whose Call-ID, From and CSeq
/// number it repeats (RFC 3261 §9.1, §9.2).
/// Returns: a keyed hash of branch, sent-by, method, source, From tag, Call-ID and CSeq.
/// Cost:    one pass over the fields named.
/// Spec:    RFC 3261 §17.2.3; the last three are compared as well, so that a client that never changes its branch is
///          not answered as if it repeated itself.
[[nodiscard]] inline auto response_key(const message_view& request, const request_fields& fields, method of,
                                       const flow& from, hash_key key) noexcept -> std::uint64_t {
    const auto hop = detail::begin_key(request, fields, detail::hash_request(fields, key).request, key);
    return detail::finish_response_key(hop, of, request.method_text(), from);
}

/// Makes all the hashes by which a request is known again.
///
/// Cost: one pass over the fields; only the To tag is seen by others and takes the stronger SipHash-2-4.
[[nodiscard]] inline auto keys_of(const message_view& request, const request_fields& fields, const flow& from,
                                  hash_key key) noexcept -> transaction_keys {
    const auto hashes = detail::hash_request(fields, key);
    const auto hop = detail::begin_key(request, fields, hashes.request, key);
    transaction_keys made;
    made.response = detail::finish_response_key(hop, request.method(), request.method_text(), from);
    made.transaction = hop.finish();
    made.to_tag = siphash_2_4{{key.second, key.first}}.number(made.transaction).finish();
    made.request = static_cast<std::uint32_t>(hashes.request);
    made.call_id = static_cast<std::uint32_t>(hashes.call_id);
    return made;
}

} // namespace sipwhere

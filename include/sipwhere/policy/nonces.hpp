// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/policy/ticket.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// What a nonce says: nobody but who has the key can have written it.
struct nonce_facts {
    std::uint64_t issuer = 0; ///< of a server and one start of it
    std::uint64_t serial = 0; ///< which of its nonces it is, from 1 on; at most `max_nonce_serial`
    seconds32 issued = 0;

    friend constexpr auto operator==(const nonce_facts&, const nonce_facts&) noexcept -> bool = default;
};
inline constexpr std::uint64_t max_nonce_serial = (std::uint64_t{1} << 56U) - 1;

/// What a nonce is worth.
enum class nonce_standing : std::uint8_t {
    unknown, ///< not written with our secret for this network and realm: anybody may have made it up
    foreign, ///< written with it, by another server or before a restart: nobody here knows how it was used
    expired, ///< one of ours, too old
    ours,
};

/// A nonce that was read.
struct known_nonce {
    nonce_standing standing = nonce_standing::unknown;
    nonce_facts facts{};
};

/// What is known of the use of a nonce with a nonce count.
enum class nonce_use : std::uint8_t {
    fresh,     ///< it was not used with this count yet
    repeated,  ///< it was, by this very request a moment ago, which has come again
    replayed,  ///< it was, by another one, or longer ago
    forgotten, ///< nobody knows any more: it may have been
    pending,   ///< not known now; a ticket is resumed when it is
    failed,    ///< who knows it failed
};

/// One use of a nonce, whose response was right.
struct nonce_claim {
    nonce_facts nonce{};
    std::uint32_t count = 0;
    std::uint64_t request = 0; ///< the same for each time that one request is sent from one place
    instant now{};
    sipwhere::ticket ticket{}; ///< to answer later with; a ticket of nothing when that is not possible
};

/// Issues nonces and knows how they were used.
///
/// 1. `issue` writes one for clients of a network and a realm; `recognise` says what a text is worth that came from a
///    network for a realm, when nonces hold for `lifetime` seconds.
/// 2. `use` says what is known of a use, and remembers it if it says `fresh`: of two equal claims one alone is fresh,
///    and the other `repeated` for less than 32 s.
/// 3. `request_key` is a secret for the numbers of requests.
/// 4. One that says `static constexpr bool may_wait = true` may answer `pending`, if the claim has a ticket, and then
///    has the request resumed by it: `use` is called again, with an equal ticket that takes its place.
///    `abandon(const completion_queue&)` makes it forget all tickets of a server that goes.
///
/// `nonce_authority` keeps all in its own memory, and takes no nonce of another server. Where a balancer sends one
/// client to several servers by turns, nonces that these share save it a round trip each time.
template <typename T>
concept nonce_policy = requires(T& nonces, std::string_view text, instant now, std::uint64_t network,
                                seconds32 lifetime, const nonce_claim& claim) {
    { nonces.issue(now, network, text) };
    { nonces.recognise(text, now, lifetime, network, text) } -> std::same_as<known_nonce>;
    { nonces.use(claim) } -> std::same_as<nonce_use>;
    { nonces.request_key() } -> std::convertible_to<hash_key>;
};

/// One that may answer later.
template <typename T>
concept waiting_nonces = nonce_policy<T> && requires(T& nonces, const completion_queue& queue) {
    requires T::may_wait;
    nonces.abandon(queue);
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/guess_limiter.hpp>
#include <sipwhere/auth/nonce_authority.hpp>
#include <sipwhere/auth/nonce_window.hpp>

#include <array>
#include <cstddef>

namespace sipwhere {

/// What digest access remembers, without a heap: `Nonces` that are in use and wrong passwords of `Guesses` clients.
///
/// 33 bytes for each nonce and 16 for each client.
template <std::size_t Nonces = 64, std::size_t Guesses = 16>
class fixed_digest_memory {
    static constexpr std::size_t in_bucket = std::tuple_size_v<decltype(nonce_bucket::entries)>;
    std::array<nonce_bucket, (Nonces + in_bucket - 1) / in_bucket> buckets_{};
    std::array<guess_count, Guesses> counts_{};

public:
    /// The secrets are drawn.
    template <typename Random>
    explicit fixed_digest_memory(Random& random) noexcept : nonces(random, buckets_), guesses(random, counts_) {}
    fixed_digest_memory(const fixed_digest_memory&) = delete;
    auto operator=(const fixed_digest_memory&) -> fixed_digest_memory& = delete;

    nonce_authority<> nonces;
    guess_limiter<> guesses;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/guess_limiter.hpp>
#include <sipwhere/auth/nonce_authority.hpp>
#include <sipwhere/auth/nonce_window.hpp>
#include <sipwhere/config/secrets.hpp>
#include <sipwhere/fwd.hpp>

#include <cstddef>
#include <mutex>
#include <vector>

namespace sipwhere {

/// How much digest access remembers.
struct digest_memory_limits {
    std::size_t max_nonces = 65'536; ///< that are in use, 33 bytes each; the oldest are asked for anew beyond
    std::size_t max_guessers = 8'192; ///< whose wrong passwords are counted, 16 bytes each
};

/// What digest access remembers, on the heap. Servers on several threads may share it.
///
/// `heap_digest_memory` is one that draws its secrets from `os_random`, whose header it does not include.
template <typename Random>
class basic_heap_digest_memory {
    static constexpr std::size_t in_bucket = std::tuple_size_v<decltype(nonce_bucket::entries)>;
    Random random_;
    std::vector<nonce_bucket> buckets_;
    std::vector<guess_count> counts_;

public:
    /// The secrets are drawn: after a restart, and by other servers, nonces are not known again.
    explicit basic_heap_digest_memory(const digest_memory_limits& limits = {})
        : basic_heap_digest_memory(secrets::drawn(Random{}), limits) {}

    /// With secrets that are kept, or shared with other servers, their nonces are known to be genuine: a client that
    /// uses one is told so by stale=true, and its wrong passwords are counted.
    explicit basic_heap_digest_memory(const secrets& shared, const digest_memory_limits& limits = {})
        : buckets_(limits.max_nonces / in_bucket + 1), counts_(limits.max_guessers), nonces(shared, random_, buckets_),
          guesses(random_, counts_) {}
    basic_heap_digest_memory(const basic_heap_digest_memory&) = delete;
    auto operator=(const basic_heap_digest_memory&) -> basic_heap_digest_memory& = delete;

    nonce_authority<std::mutex> nonces;
    guess_limiter<std::mutex> guesses;
};

} // namespace sipwhere

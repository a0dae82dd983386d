// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/nonce.hpp>
#include <sipwhere/auth/nonce_window.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/no_mutex.hpp>
#include <sipwhere/config/secrets.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/policy/nonces.hpp>

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>

namespace sipwhere {

/// Issues nonces, knows its own again, and lets each be used once with each count. Servers that share one accept each
/// other's nonces; with a `Mutex` that is one they may do so on several threads.
///
/// It takes no nonce of another one, nor of an earlier start of its own, since it can't know how these were used; with
/// the same secrets it knows that they are genuine.
template <typename Mutex = no_mutex>
class nonce_authority {
public:
    /// `buckets` remember the nonces that are in use, eight each; they must outlive it. Its secrets are drawn.
    template <typename Random>
    nonce_authority(Random& random, std::span<nonce_bucket> buckets) noexcept
        : nonce_authority(hash_key{random.next(), random.next()}, random, buckets) {}

    /// The same with the secrets of several servers, or of a server after its restart.
    template <typename Random>
    nonce_authority(const secrets& shared, Random& random, std::span<nonce_bucket> buckets) noexcept
        : nonce_authority(shared.subkey(key_purpose::nonces), random, buckets) {}

    /// Writes nonces with another secret from now on. Those that were written with the last one still hold.
    void rotate(const secrets& next) noexcept {
        const std::lock_guard hold{mutex_};
        keys_ = {next.subkey(key_purpose::nonces), keys_[0]};
    }

    [[nodiscard]] auto request_key() const noexcept -> hash_key { return request_key_; }

    /// Returns: a new nonce for clients of a network and a realm.
    [[nodiscard]] auto issue(instant now, std::uint64_t network, std::string_view realm) noexcept -> nonce_text {
        nonce_facts facts{.issuer = issuer_, .issued = floor_seconds(now)};
        hash_key key;
        {
            const std::lock_guard hold{mutex_};
            facts.serial = ++last_serial_;
            key = keys_[0];
        }
        return write_nonce(facts, network, realm, key);
    }

    /// Returns: what a nonce is worth from a network and for a realm, when it holds for `lifetime`.
    /// Cost:    a keyed hash; two if it was not written with the secret of today.
    [[nodiscard]] auto recognise(std::string_view text, instant now, seconds32 lifetime, std::uint64_t network,
                                 std::string_view realm) noexcept -> known_nonce {
        std::array<hash_key, 2> keys;
        {
            const std::lock_guard hold{mutex_};
            keys = keys_;
        }
        for (const auto key : keys) {
            const auto facts = read_nonce(text, network, realm, key);
            if (!facts) continue;
            if (facts->issuer != issuer_) return {nonce_standing::foreign, *facts};
            const auto today = floor_seconds(now);
            const bool holds = facts->issued <= today && today - facts->issued <= lifetime;
            return {holds ? nonce_standing::ours : nonce_standing::expired, *facts};
        }
        return {};
    }

    /// Uses a nonce of ours, whose response was right, with a count in a request.
    ///
    /// Returns: whether that is fresh, and remembers it then.
    [[nodiscard]] auto use(const nonce_claim& claim) noexcept -> nonce_use {
        const std::lock_guard hold{mutex_};
        const auto now = floor_seconds(claim.now);
        const auto known = window_.look(claim.nonce.serial, claim.count, claim.request, now);
        if (known == nonce_use::fresh) window_.take(claim.nonce.serial, claim.count, claim.request, now);
        return known;
    }

private:
    template <typename Random>
    nonce_authority(hash_key key, Random& random, std::span<nonce_bucket> buckets) noexcept
        : keys_{key, {random.next(), random.next()}}, request_key_{random.next(), random.next()},
          issuer_(random.next()), window_(buckets) {}

    std::array<hash_key, 2> keys_; ///< of today, and the one before
    hash_key request_key_;
    std::uint64_t issuer_;
    nonce_window window_;
    std::uint64_t last_serial_ = 0; ///< far from `max_nonce_serial` for a thousand years
    Mutex mutex_{};
};
static_assert(nonce_policy<nonce_authority<>>);

} // namespace sipwhere

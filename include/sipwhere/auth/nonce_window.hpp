// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/policy/nonces.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere {

/// The nonces that share a place in a `nonce_window`.
struct nonce_bucket {
    struct entry {
        std::uint64_t serial = 0; ///< 0 for none
        std::uint64_t request = 0; ///< that used the highest count
        std::uint32_t highest = 0; ///< of the counts that were used
        seconds32 at = 0; ///< when it did
        std::uint32_t before = 0; ///< which of the 32 counts before it were used as well, the nearest in the lowest bit
    };

    std::array<entry, 8> entries{};
    std::uint64_t forgotten = 0; ///< the highest serial that had to make room
};

/// Remembers which counts the nonces of one issuer were used with, in memory of a fixed size, so that no request can be
/// replayed.
///
/// Only nonces whose response was right take a place. Where there is none left the oldest makes room, and is forgotten,
/// and with it all older ones of its bucket that are not there: none of these is ever taken for a fresh one again. So
/// whoever fills the window makes others ask for a new nonce, and lets nothing be replayed. A request that comes again
/// is known for 32 s (RFC 3261 §17.2.2, timer J): as long as the records of bindings know it, so it changes nothing.
/// Cost: a look at eight entries.
class nonce_window {
public:
    /// `buckets` are at least one, and as they are made.
    explicit nonce_window(std::span<nonce_bucket> buckets) noexcept : buckets_(buckets) {
        SIPWHERE_ASSERT(!buckets_.empty());
    }

    /// Returns: how a nonce with this serial, from 1 on, was used with this count; changes nothing.
    [[nodiscard]] auto look(std::uint64_t serial, std::uint32_t count, std::uint64_t request,
                            seconds32 now) const noexcept -> nonce_use {
        const auto& bucket = bucket_of(serial);
        const auto* const known = find(bucket, serial);
        if (known == nullptr) return serial <= bucket.forgotten ? nonce_use::forgotten : nonce_use::fresh;
        if (count > known->highest) return nonce_use::fresh;
        if (count == known->highest)
            return request == known->request && now - known->at < 32 ? nonce_use::repeated : nonce_use::replayed;
        const auto back = known->highest - count - 1;
        if (back >= 32) return nonce_use::forgotten;
        return (known->before >> back & 1U) != 0 ? nonce_use::replayed : nonce_use::fresh;
    }

    /// Remembers a use that `look` called fresh.
    void take(std::uint64_t serial, std::uint32_t count, std::uint64_t request, seconds32 now) noexcept {
        auto& bucket = bucket_of(serial);
        if (auto* const known = find(bucket, serial); known != nullptr) return note(*known, count, request, now);
        auto& oldest = *std::min_element(bucket.entries.begin(), bucket.entries.end(),
                                         [](const auto& a, const auto& b) { return a.serial < b.serial; });
        bucket.forgotten = std::max(bucket.forgotten, oldest.serial);
        if (serial < oldest.serial) bucket.forgotten = std::max(bucket.forgotten, serial);
        else oldest = {.serial = serial, .request = request, .highest = count, .at = now};
    }

private:
    using entry = nonce_bucket::entry;

    static void note(entry& known, std::uint32_t count, std::uint64_t request, seconds32 now) noexcept {
        if (count < known.highest) {
            known.before |= std::uint32_t{1} << (known.highest - count - 1);
            return;
        }
        const auto ahead = count - known.highest;
        known.before =
            ahead > 32 ? 0 : static_cast<std::uint32_t>((std::uint64_t{known.before} << 1U | 1U) << (ahead - 1));
        known.highest = count;
        known.request = request;
        known.at = now;
    }

    template <typename Bucket>
    [[nodiscard]] static auto find(Bucket& bucket, std::uint64_t serial) noexcept -> decltype(bucket.entries.data()) {
        for (auto& each : bucket.entries)
            if (each.serial == serial) return &each;
        return nullptr;
    }

    [[nodiscard]] auto bucket_of(std::uint64_t serial) const noexcept -> nonce_bucket& {
        return buckets_[static_cast<std::uint32_t>(serial) % buckets_.size()];
    }

    std::span<nonce_bucket> buckets_;
};

} // namespace sipwhere

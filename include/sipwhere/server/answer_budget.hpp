// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/memory/answer_memory.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/model/network.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere {

/// How many bytes of large answers each network of sources may be sent, so that a forged source address gains little.
///
/// A network is an IPv4 /24 or an IPv6 /56. What it was sent drains at `rate`; a network that owes nothing needs no
/// entry of its table. A network for which there is no entry left is treated as if it had used up its budget.
/// Cost: one keyed hash and at most `places` entries.
class answer_budget {
public:
    /// An answer up to so many times as large as its request is free.
    static constexpr std::size_t free_factor = 3;

    /// `entries` are a power of two, or none, and then every answer may be sent.
    explicit answer_budget(std::span<network_budget> entries) noexcept : entries_(entries) {
        SIPWHERE_ASSERT(entries_.empty() || std::has_single_bit(entries_.size()));
    }

    /// Takes bytes out of the budget of a source.
    ///
    /// `rate` is in bytes a second, and what may be sent at once; 0 for no limit.
    /// Returns: whether they were there; if not, nothing was taken.
    [[nodiscard]] auto take(const ip_address& source, std::size_t bytes, std::uint32_t rate, instant now,
                            hash_key key) noexcept -> bool {
        if (entries_.empty() || rate == 0) return true;
        const auto network = network_of(source);
        auto* const found = find(network, rate, now, key);
        if (found == nullptr) return false;
        const auto used = used_at(*found, rate, now);
        if (bytes > rate || used > rate - bytes) return false;
        *found = {network, static_cast<std::uint32_t>(used + bytes), low_milliseconds(now)};
        return true;
    }

private:
    static constexpr std::size_t places = 8; ///< that an entry may have

    [[nodiscard]] static auto low_milliseconds(instant now) noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>(now.milliseconds);
    }

    /// Returns: how much of its budget a network has used that has not drained since.
    [[nodiscard]] static auto used_at(const network_budget& entry, std::uint32_t rate, instant now) noexcept
        -> std::uint64_t {
        const auto passed = std::uint64_t{low_milliseconds(now) - entry.at};
        const auto drained = passed * rate / 1000;
        return entry.used > drained ? entry.used - drained : 0;
    }

    /// Returns: the entry of a network, or one that serves no network any more; null if there is neither.
    [[nodiscard]] auto find(std::uint64_t network, std::uint32_t rate, instant now, hash_key key) const noexcept
        -> network_budget* {
        const auto first = static_cast<std::size_t>(siphash_1_3{key}.number(network).finish());
        network_budget* free = nullptr;
        for (std::size_t i = 0; i < std::min(places, entries_.size()); ++i) {
            auto& entry = entries_[(first + i) & (entries_.size() - 1)];
            if (entry.network == network) return &entry;
            if (used_at(entry, rate, now) == 0) free = &entry;
        }
        return free;
    }

    std::span<network_budget> entries_;
};

} // namespace sipwhere

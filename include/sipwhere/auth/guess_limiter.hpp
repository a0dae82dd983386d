// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/no_mutex.hpp>
#include <sipwhere/model/instant.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>

namespace sipwhere {

/// Somebody whose wrong passwords are counted.
struct guess_count {
    std::uint64_t who = 0;        ///< 0 for nobody
    std::uint64_t owed_until = 0; ///< milliseconds: when all is forgotten
};

/// How many wrong passwords somebody has sent lately, in memory of a fixed size.
///
/// Who has sent as many as they may in a minute has to wait until one of them is forgotten, a minute for all of them.
/// Where no place is left, whoever is forgotten next makes room; networks and their users have half of the places each.
/// Cost: a keyed hash and a look at four entries.
template <typename Mutex = no_mutex>
class guess_limiter {
public:
    /// Without `counts` nobody has to wait; they must outlive it.
    template <typename Random>
    guess_limiter(Random& random, std::span<guess_count> counts) noexcept
        : key_{random.next(), random.next()}, counts_(counts) {}

    /// Returns: a number for a network.
    [[nodiscard]] auto who(std::uint64_t network) const noexcept -> std::uint64_t {
        return siphash_1_3{key_}.number(network).finish() | of_network;
    }
    /// Returns: a number for a user of a network; never 0.
    [[nodiscard]] auto who(std::uint64_t network, std::string_view user) const noexcept -> std::uint64_t {
        const auto hash = siphash_1_3{key_}.number(network).text(user).finish();
        return (hash | 2U) & ~of_network;
    }

    /// Returns: whether somebody may guess once more, when `limit` wrong passwords are allowed in a minute; 0 is no
    ///          limit.
    [[nodiscard]] auto may_guess(std::uint64_t who, std::uint32_t limit, instant now) noexcept -> bool {
        if (limit == 0) return true;
        const std::lock_guard hold{mutex_};
        for (const auto& each : places_of(who))
            if (each.who == who) return each.owed_until + share(limit) <= now.milliseconds + minute;
        return true;
    }

    /// Counts a wrong password.
    void note(std::uint64_t who, std::uint32_t limit, instant now) noexcept {
        if (limit == 0 || counts_.size() < 2) return;
        const std::lock_guard hold{mutex_};
        auto& mine = place_of(who);
        if (mine.who != who) mine = {who, 0};
        const auto owed = std::max(mine.owed_until, now.milliseconds) + share(limit);
        mine.owed_until = std::min(owed, now.milliseconds + minute);
    }

private:
    static constexpr std::uint32_t minute = 60'000; ///< milliseconds

    /// Returns: how long a wrong password counts.
    [[nodiscard]] static constexpr auto share(std::uint32_t limit) noexcept -> std::uint32_t { return minute / limit; }

    static constexpr std::size_t places = 4;
    static constexpr std::uint64_t of_network = 1; ///< the bit of a number that tells a network from a user

    [[nodiscard]] auto places_of(std::uint64_t who) const noexcept -> std::span<guess_count> {
        const auto half = counts_.size() / 2;
        const auto mine = (who & of_network) != 0 ? counts_.first(half) : counts_.subspan(half);
        const auto size = std::min(places, mine.size());
        if (size == 0) return mine;
        return mine.subspan(static_cast<std::uint32_t>(who >> 2U) % (mine.size() - size + 1), size);
    }

    /// Returns: the place of somebody, or else the one that is forgotten next.
    [[nodiscard]] auto place_of(std::uint64_t who) const noexcept -> guess_count& {
        const auto some = places_of(who);
        auto* found = some.data();
        for (auto& each : some) {
            if (each.who == who) return each;
            if (each.owed_until < found->owed_until) found = &each;
        }
        return *found;
    }

    hash_key key_;
    std::span<guess_count> counts_;
    Mutex mutex_{};
};

} // namespace sipwhere

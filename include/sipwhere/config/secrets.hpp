// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace sipwhere {

/// What a subkey of `secrets` is for.
enum class key_purpose : std::uint64_t {
    transactions = 1, ///< the hashes by which a request is known again, and To tags
    nonces = 2,       ///< by which the nonces of digest access are known to be genuine
};

/// The secret that all keys are made of which have to be the same after a restart, or in several servers: 32 bytes that
/// nobody else knows.
///
/// Seeds of hash tables are never made of it, but always fresh.
class secrets {
public:
    static constexpr std::size_t size = 32;

    constexpr explicit secrets(const std::array<std::uint8_t, size>& master) noexcept {
        for (std::size_t i = 0; i < size; ++i) words_[i / 8] |= std::uint64_t{master[i]} << (8 * (i % 8));
    }

    /// Draws a new one from a random policy.
    template <typename Random>
    [[nodiscard]] static auto drawn(Random&& random) noexcept -> secrets {
        secrets made{std::array<std::uint8_t, size>{}};
        for (auto& word : made.words_) word = random.next();
        return made;
    }

    /// Returns: the key for a purpose, which tells nothing of the others or of the secret itself.
    [[nodiscard]] constexpr auto subkey(key_purpose purpose) const noexcept -> hash_key {
        const auto word = [&](std::uint64_t number) {
            const auto half = [&](std::size_t at) {
                siphash_2_4 hash{{words_[at], words_[at + 1]}};
                return hash.number(static_cast<std::uint64_t>(purpose)).number(number).finish();
            };
            return half(0) ^ half(2);
        };
        return {word(0), word(1)};
    }

private:
    std::array<std::uint64_t, size / 8> words_{};
};

} // namespace sipwhere

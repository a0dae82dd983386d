// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace sipwhere {

/// SplitMix64: spreads a seed, however small, over many words.
class splitmix64 {
public:
    constexpr explicit splitmix64(std::uint64_t seed) noexcept : state_(seed) {}

    constexpr auto next() noexcept -> std::uint64_t {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

/// xoshiro256**: fast, the same on every platform, and predictable: for simulations, never for secrets.
class xoshiro256 {
public:
    constexpr explicit xoshiro256(std::uint64_t seed) noexcept {
        splitmix64 spread{seed};
        for (auto& word : state_) word = spread.next();
    }
    /// `state` is not all zeros.
    constexpr explicit xoshiro256(const std::array<std::uint64_t, 4>& state) noexcept : state_(state) {}

    constexpr auto next() noexcept -> std::uint64_t {
        auto& [a, b, c, d] = state_;
        const auto drawn = std::rotl(b * 5, 7) * 9;
        const auto shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = std::rotl(d, 45);
        return drawn;
    }

private:
    std::array<std::uint64_t, 4> state_{};
};

} // namespace sipwhere

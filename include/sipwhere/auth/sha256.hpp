// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/detail/block_digest.hpp>
#include <sipwhere/auth/detail/steps.hpp>
#include <sipwhere/base/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace sipwhere {

namespace detail {

/// The cube roots of the first primes, behind the point (FIPS 180-4 §4.2.2).
inline constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct sha256_rounds {
    using word = std::uint32_t;
    using state = std::array<word, 8>;
    static constexpr state initial{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    static constexpr std::size_t size = 32;
    static constexpr bool big_endian = true;

    static constexpr void compress(state& to, const std::array<word, 16>& block) noexcept {
        auto words = block; // the last sixteen of the schedule, in a ring
        auto now = to;
        take_steps<sha256_rounds>(now, words);
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += now[i];
    }

    /// The words change places with each step, instead of being moved.
    SIPWHERE_INLINE static constexpr void step(state& now, std::array<word, 16>& words, unsigned i) noexcept {
        if (i >= 16) {
            const auto far = words[(i + 1) % 16], near = words[(i + 14) % 16];
            words[i % 16] += (std::rotr(far, 7) ^ std::rotr(far, 18) ^ far >> 3) + words[(i + 9) % 16] +
                             (std::rotr(near, 17) ^ std::rotr(near, 19) ^ near >> 10);
        }
        const word a = now[(0 - i) % 8], b = now[(1 - i) % 8], c = now[(2 - i) % 8];
        const word e = now[(4 - i) % 8], f = now[(5 - i) % 8], g = now[(6 - i) % 8];
        auto& d = now[(3 - i) % 8];
        auto& h = now[(7 - i) % 8];
        const word first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + (g ^ (e & (f ^ g))) +
                           sha256_constants[i] + words[i % 16];
        d += first;
        h = first + (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) | (c & (a | b)));
    }
};

} // namespace detail

/// SHA-256.
/// Spec: FIPS 180-4 §6.2.
using sha256_digest = detail::block_digest<detail::sha256_rounds>;

} // namespace sipwhere

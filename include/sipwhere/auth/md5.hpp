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

/// The sines of RFC 1321 §3.4.
inline constexpr std::array<std::uint32_t, 64> md5_constants{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

struct md5_rounds {
    using word = std::uint32_t;
    using state = std::array<word, 4>;
    static constexpr state initial{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    static constexpr std::size_t size = 16;
    static constexpr bool big_endian = false;

    static constexpr void compress(state& to, const std::array<word, 16>& block) noexcept {
        auto now = to;
        take_steps<md5_rounds>(now, block);
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += now[i];
    }

    /// The words change places with each step, instead of being moved.
    SIPWHERE_INLINE static constexpr void step(state& now, const std::array<word, 16>& block, unsigned i) noexcept {
        constexpr std::array<std::array<std::uint8_t, 4>, 4> shifts{
            {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
        auto& a = now[(0 - i) % 4];
        const word b = now[(1 - i) % 4], c = now[(2 - i) % 4], d = now[(3 - i) % 4];
        word mixed = 0;
        unsigned from = 0;
        switch (i / 16) {
        case 0: mixed = d ^ (b & (c ^ d)), from = i; break;
        case 1: mixed = c ^ (d & (b ^ c)), from = 5 * i + 1; break;
        case 2: mixed = b ^ c ^ d, from = 3 * i + 5; break;
        default: mixed = c ^ (b | ~d), from = 7 * i; break;
        }
        a = b + std::rotl(a + mixed + md5_constants[i] + block[from % 16], shifts[i / 16][i % 4]);
    }
};

} // namespace detail

/// MD5, for clients that know nothing else. It is broken where somebody chooses both texts.
/// Spec: RFC 1321.
using md5_digest = detail::block_digest<detail::md5_rounds>;

} // namespace sipwhere

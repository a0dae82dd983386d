// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/detail/word.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <emmintrin.h>

namespace sipwhere::detail {

#if defined(__SSSE3__)
/// A set of ASCII characters as two steps of a shuffle see it: a bit for each upper half, by the lower half.
template <ascii::set Sets>
struct shuffled_set {
    static constexpr auto rows = [] {
        std::array<std::uint8_t, 16> made{};
        for (unsigned c = 0; c < 0x80; ++c)
            if (ascii::is(static_cast<char>(c), Sets)) made[c % 16] |= static_cast<std::uint8_t>(1U << c / 16);
        return made;
    }();
};

inline constexpr std::array<std::uint8_t, 16> bit_of_upper_half{1, 2, 4, 8, 16, 32, 64, 128};
#endif

/// Returns: the first `count` characters at `from`, 1 to 16; zeros follow.
[[nodiscard]] inline auto load_bytes(const char* from, std::size_t count) noexcept -> __m128i {
    constexpr std::size_t size = 16;
    constexpr std::size_t half = size / 2;
    const auto as_signed = [](std::uint64_t word) { return static_cast<long long>(word); };
    if (count <= half) return _mm_cvtsi64_si128(as_signed(load_part<std::uint64_t>(from, count)));
    const auto last = load_word<std::uint64_t>(from + count - half) >> 8 * (size - count);
    return _mm_set_epi64x(as_signed(last), as_signed(load_word<std::uint64_t>(from)));
}

/// Sixteen characters in a register of x86.
class sse_block {
public:
    using bits = std::uint32_t;
    static constexpr std::size_t size = 16;

    [[nodiscard]] static auto load(const char* from) noexcept -> sse_block {
        return sse_block{_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))};
    }
    [[nodiscard]] static auto load(const char* from, std::size_t count) noexcept -> sse_block {
        return sse_block{load_bytes(from, count)};
    }

    [[nodiscard]] auto controls() const noexcept -> bits {
        return mask(_mm_cmpeq_epi8(_mm_min_epu8(value_, _mm_set1_epi8(' ' - 1)), value_));
    }
    [[nodiscard]] auto equal(char c) const noexcept -> bits { return mask(_mm_cmpeq_epi8(value_, _mm_set1_epi8(c))); }
    /// A bit above those of the block is set as well, so that a first one can be looked for without a test.
    [[nodiscard]] auto unlike(sse_block other) const noexcept -> bits {
        return ~mask(_mm_cmpeq_epi8(value_, other.value_)) | bits{1} << size;
    }

#if defined(__SSSE3__)
    /// Returns: the characters that are of none of the sets.
    template <ascii::set Sets>
    [[nodiscard]] auto outside() const noexcept -> bits {
        static_assert(!ascii::is('\0', Sets));
        const auto rows = _mm_loadu_si128(reinterpret_cast<const __m128i*>(shuffled_set<Sets>::rows.data()));
        const auto column = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bit_of_upper_half.data()));
        const auto upper = _mm_and_si128(_mm_srli_epi16(value_, 4), _mm_set1_epi8(0x0f));
        const auto inside = _mm_and_si128(shuffle(rows, value_), shuffle(column, upper));
        return mask(_mm_cmpeq_epi8(inside, _mm_setzero_si128()));
    }
#endif

    [[nodiscard]] static auto first(bits found) noexcept -> std::size_t {
        return static_cast<unsigned>(std::countr_zero(found));
    }

private:
    explicit sse_block(__m128i value) noexcept : value_(value) {}

#if defined(__SSSE3__)
    static auto shuffle(__m128i table, __m128i indices) noexcept -> __m128i {
        return reinterpret_cast<__m128i>(
            __builtin_ia32_pshufb128(reinterpret_cast<__v16qi>(table), reinterpret_cast<__v16qi>(indices)));
    }
#endif

    static auto mask(__m128i found) noexcept -> bits { return static_cast<bits>(_mm_movemask_epi8(found)); }

    __m128i value_;
};

} // namespace sipwhere::detail

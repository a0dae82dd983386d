// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/word.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sipwhere::detail {

/// How many characters have their bits in one word.
inline constexpr std::size_t marked_block = 64;

/// Returns: whether a byte of a word is from `First` to `Last`, both below 0x80, as its top bit; right for each byte.
template <char First, char Last = First>
[[nodiscard]] constexpr auto bytes_from_to(std::uint64_t word) noexcept -> std::uint64_t {
    constexpr auto each = each_byte<std::uint64_t>;
    constexpr std::uint64_t top = each * 0x80;
    const auto low = word & ~top;
    return (low + each * (0x80 - First)) & ~(low + each * (0x7f - Last)) & ~word & top;
}

/// Returns: the top bits of the eight bytes of a word, that of the lowest first.
[[nodiscard]] constexpr auto gather_tops(std::uint64_t tops) noexcept -> std::uint64_t {
    return (tops >> 7U) * 0x0102'0408'1020'4080ULL >> 56U;
}

/// Tells of each character in blocks of 64 whether it is a control character, and whether it is not plain, by a bit
/// each; a word at a time, on every machine.
inline void mark_by_words(const char* from, std::size_t blocks, std::uint64_t* controls,
                          std::uint64_t* marks) noexcept {
    constexpr auto lower_case = each_byte<std::uint64_t> * 0x20;
    for (; blocks > 0; --blocks) {
        std::uint64_t found_controls = 0, found_plain = 0;
        for (unsigned at = 0; at < marked_block; at += sizeof(std::uint64_t), from += sizeof(std::uint64_t)) {
            const auto word = load_word<std::uint64_t>(from);
            const auto plain = bytes_from_to<'a', 'z'>(word | lower_case) | bytes_from_to<'0', '9'>(word) |
                               bytes_from_to<'*', '+'>(word) | bytes_from_to<'-', '.'>(word) |
                               bytes_from_to<'_'>(word) | bytes_from_to<'~'>(word) | bytes_from_to<'!'>(word) |
                               bytes_from_to<'\''>(word);
            found_plain |= gather_tops(plain) << at;
            found_controls |= gather_tops(bytes_from_to<'\0', '\x1f'>(word)) << at;
        }
        *controls++ = found_controls;
        *marks++ = ~found_plain;
    }
}

#if defined(__x86_64__) && __STDC_HOSTED__ && SIPWHERE_SMALL == 0

/// The plain characters as two steps of a shuffle see them: for each lower half of a byte a bit for each upper half,
/// and for each upper half its bit. All of it twice, for both halves of a wide register.
inline constexpr auto rows_of_plain = [] {
    std::array<unsigned char, 32> made{};
    for (unsigned c = 0; c < 0x80; ++c)
        for (const unsigned half : {0U, 16U})
            if (ascii::is_plain(static_cast<char>(c))) made[half + c % 16] |= static_cast<unsigned char>(1U << c / 16);
    return made;
}();
inline constexpr auto bits_of_rows = [] {
    std::array<unsigned char, 32> made{};
    for (unsigned i = 0; i < made.size(); ++i) made[i] = static_cast<unsigned char>(i % 16 < 8 ? 1U << i % 16 : 0U);
    return made;
}();

/// The same by 32 characters at a time, on a processor that has AVX2, whatever the flags of the compiler are. It calls
/// nothing, since what it called would need the same target.
[[gnu::target("avx2"), gnu::noinline]] inline void mark_with_avx2(const char* from, std::size_t blocks,
                                                                  std::uint64_t* controls,
                                                                  std::uint64_t* marks) noexcept {
    constexpr std::size_t width = 32;
    using bytes [[gnu::vector_size(width)]] = char;
    using naturals [[gnu::vector_size(width)]] = unsigned char;
    using pairs [[gnu::vector_size(width)]] = std::uint16_t;
    bytes rows, bits;
    std::memcpy(&rows, rows_of_plain.data(), width);
    std::memcpy(&bits, bits_of_rows.data(), width);
    for (; blocks > 0; --blocks) {
        std::uint64_t found_controls = 0, found_marks = 0;
#pragma GCC unroll 4
        for (unsigned at = 0; at < marked_block; at += width, from += width) {
            naturals text;
            std::memcpy(&text, from, width);
            const auto upper = reinterpret_cast<bytes>(reinterpret_cast<pairs>(text) >> 4 & 0x0f0f);
            const auto plain =
                __builtin_ia32_pshufb256(rows, reinterpret_cast<bytes>(text)) & __builtin_ia32_pshufb256(bits, upper);
            const auto is_mark = __builtin_ia32_pmovmskb256(reinterpret_cast<bytes>(plain == 0));
            const auto is_control = __builtin_ia32_pmovmskb256(reinterpret_cast<bytes>(text < 0x20));
            found_marks |= std::uint64_t{static_cast<std::uint32_t>(is_mark)} << at;
            found_controls |= std::uint64_t{static_cast<std::uint32_t>(is_control)} << at;
        }
        *controls++ = found_controls;
        *marks++ = found_marks;
    }
}

/// The same by 16 characters at a time, on a processor that has SSSE3.
[[gnu::target("ssse3"), gnu::noinline]] inline void mark_with_ssse3(const char* from, std::size_t blocks,
                                                                    std::uint64_t* controls,
                                                                    std::uint64_t* marks) noexcept {
    constexpr std::size_t width = 16;
    using bytes [[gnu::vector_size(width)]] = char;
    using naturals [[gnu::vector_size(width)]] = unsigned char;
    using pairs [[gnu::vector_size(width)]] = std::uint16_t;
    bytes rows, bits;
    std::memcpy(&rows, rows_of_plain.data(), width);
    std::memcpy(&bits, bits_of_rows.data(), width);
    for (; blocks > 0; --blocks) {
        std::uint64_t found_controls = 0, found_marks = 0;
#pragma GCC unroll 4
        for (unsigned at = 0; at < marked_block; at += width, from += width) {
            naturals text;
            std::memcpy(&text, from, width);
            const auto upper = reinterpret_cast<bytes>(reinterpret_cast<pairs>(text) >> 4 & 0x0f0f);
            const auto plain =
                __builtin_ia32_pshufb128(rows, reinterpret_cast<bytes>(text)) & __builtin_ia32_pshufb128(bits, upper);
            const auto is_mark = __builtin_ia32_pmovmskb128(reinterpret_cast<bytes>(plain == 0));
            const auto is_control = __builtin_ia32_pmovmskb128(reinterpret_cast<bytes>(text < 0x20));
            found_marks |= std::uint64_t{static_cast<std::uint32_t>(is_mark)} << at;
            found_controls |= std::uint64_t{static_cast<std::uint32_t>(is_control)} << at;
        }
        *controls++ = found_controls;
        *marks++ = found_marks;
    }
}

/// Tells of each character in blocks of 64 whether it is a control character, and whether it is not plain, by a bit
/// each: with what the processor has, which costs nothing to ask where the flags of the compiler say it.
inline void mark_blocks(const char* from, std::size_t blocks, std::uint64_t* controls, std::uint64_t* marks) noexcept {
#if defined(__AVX2__)
    mark_with_avx2(from, blocks, controls, marks);
#else
    if (__builtin_cpu_supports("avx2")) mark_with_avx2(from, blocks, controls, marks);
    else if (__builtin_cpu_supports("ssse3")) mark_with_ssse3(from, blocks, controls, marks);
    else mark_by_words(from, blocks, controls, marks);
#endif
}

#else

inline void mark_blocks(const char* from, std::size_t blocks, std::uint64_t* controls, std::uint64_t* marks) noexcept {
    mark_by_words(from, blocks, controls, marks);
}

#endif

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sipwhere::detail {

/// Returns: the bytes at `from`, the first of them as the lowest of the word, on every machine.
template <std::unsigned_integral Word>
[[nodiscard]] constexpr auto load_word(const char* from) noexcept -> Word {
    Word word = 0;
    if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
        std::memcpy(&word, from, sizeof word);
        return word;
    }
    for (std::size_t i = 0; i < sizeof word; ++i)
        word = static_cast<Word>(word | Word{static_cast<unsigned char>(from[i])} << (8 * i));
    return word;
}

/// Returns: `size` bytes at `from`, 1 to the size of a word, with zeros above them; nothing else is read.
template <std::unsigned_integral Word>
[[nodiscard, gnu::always_inline]] constexpr auto load_part(const char* from, std::size_t size) noexcept -> Word {
    SIPWHERE_ASSERT(size > 0 && size <= sizeof(Word));
    if constexpr (SIPWHERE_SMALL != 0) {
        Word word = 0;
        while (size > 0) word = static_cast<Word>(word << 8) | Word{static_cast<unsigned char>(from[--size])};
        return word;
    }
    if constexpr (sizeof(Word) > sizeof(std::uint32_t)) {
        if (size >= sizeof(std::uint32_t)) {
            const auto shift = 8 * (size - sizeof(std::uint32_t));
            const Word last = load_word<std::uint32_t>(from + size - sizeof(std::uint32_t));
            return load_word<std::uint32_t>(from) | last << shift;
        }
    } else if (size == sizeof(Word)) {
        return load_word<Word>(from);
    }
    const auto byte = [from](std::size_t i) { return Word{static_cast<unsigned char>(from[i])} << (8 * i); };
    return byte(0) | byte(size / 2) | byte(size - 1);
}

/// Returns: whether `size` bytes are the same, without a call for short ones.
[[nodiscard, gnu::always_inline]] constexpr auto same_bytes(const char* a, const char* b, std::size_t size) noexcept
    -> bool {
    using word = std::uint64_t;
    if (size < sizeof(word)) return size == 0 || load_part<word>(a, size) == load_part<word>(b, size);
    const auto last = size - sizeof(word);
    for (std::size_t i = 0; i < last; i += sizeof(word))
        if (load_word<word>(a + i) != load_word<word>(b + i)) return false;
    return load_word<word>(a + last) == load_word<word>(b + last);
}

/// Returns: whether two texts are the same, without a call for short ones.
[[nodiscard]] constexpr auto same_text(std::string_view a, std::string_view b) noexcept -> bool {
    return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
}

template <std::unsigned_integral Word>
inline constexpr Word each_byte = static_cast<Word>(~Word{0} / 0xff); // 0x0101…01

/// Returns: a word in which a byte's top bit is set if the byte of `word` is below `limit`, at most 0x80. Set bits
///          above the lowest may be wrong.
template <std::unsigned_integral Word>
[[nodiscard]] constexpr auto bytes_below(Word word, Word limit) noexcept -> Word {
    return (word - each_byte<Word> * limit) & ~word & (each_byte<Word> * 0x80);
}

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/word.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The secret of a keyed hash; draw it from a Random policy and show it to nobody.
struct hash_key {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

namespace detail {

using siphash_words = std::array<std::uint64_t, 4>;

/// What the words are at first; a function of its own, since it is long where a register has 32 bits.
[[nodiscard, gnu::noinline]] constexpr auto siphash_begin(hash_key key) noexcept -> siphash_words {
    return {key.first ^ 0x736f6d6570736575ULL, key.second ^ 0x646f72616e646f6dULL, key.first ^ 0x6c7967656e657261ULL,
            key.second ^ 0x7465646279746573ULL};
}

/// One SipRound.
SIPWHERE_INLINE constexpr void siphash_round(siphash_words& state) noexcept {
    auto& [a, b, c, d] = state;
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
}

} // namespace detail

/// SipHash: a keyed hash. Without the key nobody can predict its values, or find texts that share a bucket.
///
/// Texts are framed by their length, so that ("ab", "c") and ("a", "bc") differ.
/// `CompressionRounds` and `FinalRounds` are 1 and 3 for tables, 2 and 4 where others see the value.
template <unsigned CompressionRounds, unsigned FinalRounds>
class basic_siphash {
public:
    constexpr explicit basic_siphash(hash_key key) noexcept : state_(detail::siphash_begin(key)) {}

    /// Adds bytes as they are.
    constexpr auto bytes(std::string_view text) noexcept -> basic_siphash& {
        for (const char c : text) {
            pending_ |= std::uint64_t{static_cast<unsigned char>(c)} << (8 * filled_);
            ++length_;
            if (++filled_ < word_size) continue;
            compress(state_, pending_);
            pending_ = 0;
            filled_ = 0;
        }
        return *this;
    }

    /// Adds a text and its length, filled up with zeros to whole words; only whole words may have come before.
    SIPWHERE_INLINE constexpr auto text(std::string_view text) noexcept -> basic_siphash& {
        SIPWHERE_ASSERT(filled_ == 0);
        auto state = state_;
        compress(state, text.size());
        compress_text(state, text);
        state_ = state;
        length_ += word_size + whole_words(text.size());
        return *this;
    }

    /// Adds two texts as `text` does, and their lengths as one number.
    SIPWHERE_INLINE constexpr auto texts(std::string_view a, std::string_view b) noexcept -> basic_siphash& {
        SIPWHERE_ASSERT(filled_ == 0);
        auto state = state_;
        compress(state, std::uint64_t{a.size()} << 32 | b.size());
        compress_text(state, a);
        compress_text(state, b);
        state_ = state;
        length_ += word_size + whole_words(a.size()) + whole_words(b.size());
        return *this;
    }

    /// Adds a number as 8 bytes; only whole words may have come before.
    SIPWHERE_INLINE constexpr auto number(std::uint64_t value) noexcept -> basic_siphash& {
        SIPWHERE_ASSERT(filled_ == 0);
        length_ += word_size;
        compress(state_, value);
        return *this;
    }

    /// Returns: the hash of all that was added.
    [[nodiscard]] SIPWHERE_INLINE constexpr auto finish() const noexcept -> std::uint64_t {
        auto state = state_;
        compress(state, pending_ | static_cast<std::uint64_t>(length_ & 0xff) << 56);
        state[2] ^= 0xff;
        for (unsigned i = 0; i < FinalRounds; ++i) detail::siphash_round(state);
        return state[0] ^ state[1] ^ state[2] ^ state[3];
    }

private:
    using words = detail::siphash_words;
    static constexpr std::size_t word_size = sizeof(std::uint64_t);

    static constexpr auto whole_words(std::size_t size) noexcept -> std::size_t {
        return (size + word_size - 1) / word_size * word_size;
    }

    SIPWHERE_INLINE static constexpr void compress_text(words& state, std::string_view text) noexcept {
        const char* at = text.data();
        const char* const end = at + text.size();
        for (; end - at >= static_cast<std::ptrdiff_t>(word_size); at += word_size)
            compress(state, detail::load_word<std::uint64_t>(at));
        if (at != end) compress(state, detail::load_part<std::uint64_t>(at, static_cast<std::size_t>(end - at)));
    }

    SIPWHERE_INLINE static constexpr void compress(words& state, std::uint64_t word) noexcept {
        state[3] ^= word;
        for (unsigned i = 0; i < CompressionRounds; ++i) detail::siphash_round(state);
        state[0] ^= word;
    }

    words state_;
    std::uint64_t pending_ = 0;
    std::size_t length_ = 0;
    unsigned filled_ = 0;
};

using siphash_1_3 = basic_siphash<1, 3>; ///< for tables inside a store
using siphash_2_4 = basic_siphash<2, 4>; ///< for values that leave the program, such as tags

} // namespace sipwhere

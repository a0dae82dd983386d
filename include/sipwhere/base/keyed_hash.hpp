// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// The secret of a keyed hash; draw it from a Random policy and show it to nobody.
struct hash_key {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/// SipHash: a hash that who does not know the key can neither predict nor aim at one bucket.
///
/// Texts are framed by their length, so that ("ab", "c") and ("a", "bc") differ.
/// `CompressionRounds` and `FinalRounds` are 1 and 3 for tables, 2 and 4 where others see the value.
template <unsigned CompressionRounds, unsigned FinalRounds>
class basic_siphash {
public:
    constexpr explicit basic_siphash(hash_key key) noexcept
        : v_{key.first ^ 0x736f6d6570736575ULL, key.second ^ 0x646f72616e646f6dULL, key.first ^ 0x6c7967656e657261ULL,
             key.second ^ 0x7465646279746573ULL} {}

    /// Adds bytes as they are.
    constexpr auto bytes(std::string_view text) noexcept -> basic_siphash& {
        std::size_t i = 0;
        while (i < text.size() && filled_ != 0) byte(text[i++]);
        for (; text.size() - i >= 8; i += 8) {
            length_ += 8;
            compress(load(text.data() + i));
        }
        if (i == text.size()) return *this;
        filled_ = static_cast<unsigned>(text.size() - i);
        length_ += filled_;
        pending_ = load_last(text, filled_);
        return *this;
    }

    /// Adds a text and its length, filled up with zeros to whole words.
    constexpr auto text(std::string_view text) noexcept -> basic_siphash& {
        number(text.size()).bytes(text);
        if (filled_ == 0) return *this;
        length_ += 8 - filled_;
        compress(pending_);
        pending_ = 0;
        filled_ = 0;
        return *this;
    }

    /// Adds a number as 8 bytes.
    constexpr auto number(std::uint64_t value) noexcept -> basic_siphash& {
        if (filled_ == 0) {
            length_ += 8;
            compress(value);
            return *this;
        }
        for (unsigned i = 0; i < 8; ++i, value >>= 8) byte(static_cast<char>(value & 0xff));
        return *this;
    }

    /// Returns: the hash of all that was added; nothing may be added afterwards.
    [[nodiscard]] constexpr auto finish() noexcept -> std::uint64_t {
        compress(pending_ | static_cast<std::uint64_t>(length_ & 0xff) << 56);
        v_[2] ^= 0xff;
        for (unsigned i = 0; i < FinalRounds; ++i) round();
        return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
    }

private:
    static constexpr auto load(const char* from) noexcept -> std::uint64_t {
        if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
            std::uint64_t word = 0;
            std::memcpy(&word, from, sizeof word);
            return word;
        }
        std::uint64_t word = 0;
        for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
        return word;
    }

    /// Returns: the last bytes of a text, fewer than 8, as the lower bytes of a word.
    static constexpr auto load_last(std::string_view text, unsigned count) noexcept -> std::uint64_t {
        if (text.size() >= 8) return load(text.data() + text.size() - 8) >> (8 * (8 - count));
        std::uint64_t word = 0;
        for (unsigned i = 0; i < count; ++i)
            word |= std::uint64_t{static_cast<unsigned char>(text[text.size() - count + i])} << (8 * i);
        return word;
    }

    constexpr void byte(char c) noexcept {
        pending_ |= std::uint64_t{static_cast<unsigned char>(c)} << (8 * filled_);
        ++length_;
        if (++filled_ < 8) return;
        compress(pending_);
        pending_ = 0;
        filled_ = 0;
    }

    constexpr void compress(std::uint64_t word) noexcept {
        v_[3] ^= word;
        for (unsigned i = 0; i < CompressionRounds; ++i) round();
        v_[0] ^= word;
    }

    constexpr void round() noexcept {
        v_[0] += v_[1];
        v_[1] = std::rotl(v_[1], 13) ^ v_[0];
        v_[0] = std::rotl(v_[0], 32);
        v_[2] += v_[3];
        v_[3] = std::rotl(v_[3], 16) ^ v_[2];
        v_[0] += v_[3];
        v_[3] = std::rotl(v_[3], 21) ^ v_[0];
        v_[2] += v_[1];
        v_[1] = std::rotl(v_[1], 17) ^ v_[2];
        v_[2] = std::rotl(v_[2], 32);
    }

    std::array<std::uint64_t, 4> v_;
    std::uint64_t pending_ = 0;
    std::size_t length_ = 0;
    unsigned filled_ = 0;
};

using siphash_1_3 = basic_siphash<1, 3>; ///< for tables inside a store
using siphash_2_4 = basic_siphash<2, 4>; ///< for values that leave the program, such as tags

} // namespace sipwhere

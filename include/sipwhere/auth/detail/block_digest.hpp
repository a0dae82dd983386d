// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/little_endian.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::detail {

/// What MD5 and the SHA family have in common: blocks of sixteen words, the last of them filled up with the length.
///
/// `Rounds` tells the rest: its `word`, the `initial` state, the `size` of the digest in bytes, whether the lowest byte
/// of a word comes last (`big_endian`), and `compress(state, block)`.
template <typename Rounds>
class block_digest {
    using word = typename Rounds::word;
    static constexpr std::size_t block_size = 16 * sizeof(word);

public:
    static constexpr std::size_t size = Rounds::size; ///< of the digest, in bytes
    using value_type = std::array<std::uint8_t, size>;

    /// Adds bytes.
    constexpr auto update(std::string_view text) noexcept -> block_digest& {
        length_ += text.size();
        while (text.size() >= block_size - filled_) {
            const auto some = block_size - filled_;
            text.copy(block_.data() + filled_, some);
            text.remove_prefix(some);
            take_block();
            filled_ = 0;
        }
        filled_ += text.copy(block_.data() + filled_, text.size());
        return *this;
    }

    /// Returns: the digest of all that was added. Nothing may be added behind it.
    [[nodiscard]] constexpr auto finish() noexcept -> value_type {
        constexpr std::size_t begin_of_length = block_size - 2 * sizeof(word);
        const auto bits = 8 * length_;
        auto filled = filled_;
        block_[filled++] = static_cast<char>(0x80);
        if (filled > begin_of_length) {
            std::fill(block_.begin() + filled, block_.end(), '\0');
            take_block();
            filled = 0;
        }
        std::fill(block_.begin() + filled, block_.end(), '\0');
        for (std::size_t i = 0; i < sizeof bits; ++i) {
            const auto at = Rounds::big_endian ? block_size - 1 - i : begin_of_length + i;
            block_[at] = static_cast<char>(bits >> 8 * i & 0xff);
        }
        take_block();
        value_type made{};
        for (std::size_t i = 0; i < size; ++i)
            made[i] = static_cast<std::uint8_t>(state_[i / sizeof(word)] >> shift_of(i % sizeof(word)));
        return made;
    }

private:
    /// Returns: how far the n-th byte of a word is shifted.
    [[nodiscard]] static constexpr auto shift_of(std::size_t n) noexcept -> std::size_t {
        return 8 * (Rounds::big_endian ? sizeof(word) - 1 - n : n);
    }

    [[nodiscard]] static constexpr auto swap_bytes(word of) noexcept -> word {
        if constexpr (sizeof(word) == 4) return __builtin_bswap32(of);
        else return __builtin_bswap64(of);
    }

    constexpr void take_block() noexcept {
        std::array<word, 16> words{};
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto read = load_little_endian<word>(block_.data() + i * sizeof(word));
            words[i] = Rounds::big_endian ? swap_bytes(read) : read;
        }
        Rounds::compress(state_, words);
    }

    typename Rounds::state state_ = Rounds::initial;
    std::array<char, block_size> block_{};
    std::uint64_t length_ = 0; ///< bytes
    std::size_t filled_ = 0; ///< of the block
};

} // namespace sipwhere::detail

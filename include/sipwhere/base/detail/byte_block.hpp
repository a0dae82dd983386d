// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/detail/word.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>

#if defined(__SSE2__)
#include <sipwhere/base/detail/emmintrin_block.hpp>
#endif

namespace sipwhere::detail {

/// As many characters as fit into a register of any machine, looked at together.
///
/// Each question is answered by a bit for each character; of the bits set, only the lowest is sure to be right.
class word_block {
public:
    using bits = std::size_t;
    static constexpr std::size_t size = sizeof(bits);

    [[nodiscard]] static auto load(const char* from) noexcept -> word_block {
        return word_block{load_word<bits>(from)};
    }
    [[nodiscard]] static auto load(const char* from, std::size_t count) noexcept -> word_block {
        return word_block{load_part<bits>(from, count)};
    }

    [[nodiscard]] auto controls() const noexcept -> bits { return bytes_below<bits>(word_, ' '); }
    [[nodiscard]] auto equal(char c) const noexcept -> bits {
        return bytes_below<bits>(word_ ^ each_byte<bits> * static_cast<unsigned char>(c), 1);
    }
    [[nodiscard]] auto unlike(word_block other) const noexcept -> bits { return word_ ^ other.word_; }

    [[nodiscard]] static auto first(bits found) noexcept -> std::size_t {
        return static_cast<unsigned>(std::countr_zero(found)) / 8;
    }

private:
    explicit word_block(bits word) noexcept : word_(word) {}

    bits word_;
};

#if defined(__SSE2__)
using byte_block = sse_block;
#else
using byte_block = word_block;
#endif

/// Finds the first character for which a question to its block is answered, among `size` at `from`, fewer than a block.
template <typename Block, typename Question>
[[nodiscard, gnu::noinline]] inline auto find_in_last_block(const char* from, std::size_t size,
                                                            Question&& question) noexcept -> std::size_t {
    if (size == 0) return 0;
    const auto found = question(Block::load(from, size));
    return found == 0 ? size : std::min(Block::first(found), size);
}

/// Finds the first character for which a question to its block is answered, among `size` at `from`.
///
/// Returns: its distance from `from`, or `size`.
template <typename Block, typename Question>
[[nodiscard]] inline auto find_in_blocks(const char* from, std::size_t size, Question&& question) noexcept
    -> std::size_t {
    const auto* const end = from + size;
    const auto* at = from;
    for (; static_cast<std::size_t>(end - at) >= Block::size; at += Block::size)
        if (const auto found = question(Block::load(at)); found != 0)
            return static_cast<std::size_t>(at - from) + Block::first(found);
    const auto before = static_cast<std::size_t>(at - from);
    return before + find_in_last_block<Block>(at, size - before, question);
}

/// The same for a piece of a text of which `readable` bytes may be looked at, so that the last block need not be cut.
template <typename Block, typename Question>
[[nodiscard]] inline auto find_in_blocks(const char* from, std::size_t size, std::size_t readable,
                                         Question&& question) noexcept -> std::size_t {
    if (size > Block::size || readable < Block::size) [[unlikely]]
        return find_in_blocks<Block>(from, size, question);
    const auto found = question(Block::load(from));
    return found == 0 ? size : std::min(Block::first(found), size);
}

} // namespace sipwhere::detail

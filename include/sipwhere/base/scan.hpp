// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>

#include <bit>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// Returns: the text from `begin` up to `end`; unlike `substr` it cannot throw.
[[nodiscard]] constexpr auto slice(std::string_view text, std::size_t begin, std::size_t end) noexcept
    -> std::string_view {
    SIPWHERE_ASSERT(begin <= end && end <= text.size());
    return {text.data() + begin, end - begin};
}

namespace detail {

inline constexpr std::size_t each_byte = ~std::size_t{0} / 0xff; // 0x0101…01

/// Returns: a word in which a byte's top bit is set if the byte of `word` is below `limit`, at most 0x80. Set bits
///          above the lowest may be wrong.
[[nodiscard]] constexpr auto bytes_below(std::size_t word, std::size_t limit) noexcept -> std::size_t {
    return (word - each_byte * limit) & ~word & (each_byte * 0x80);
}

} // namespace detail

/// Finds the first control character or, if given, the first of `Others`: a machine word at a time.
///
/// Returns: its position at or after `from`, or `text.size()`.
template <char... Others>
[[nodiscard]] constexpr auto find_control_or(std::string_view text, std::size_t from) noexcept -> std::size_t {
    constexpr auto is_wanted = [](char c) { return static_cast<unsigned char>(c) < ' ' || (... || (c == Others)); };
    if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
        std::size_t word = 0;
        for (; from + sizeof word <= text.size(); from += sizeof word) {
            std::memcpy(&word, text.data() + from, sizeof word);
            const auto hits = (detail::bytes_below(word, ' ') | ... |
                               detail::bytes_below(word ^ detail::each_byte * static_cast<unsigned char>(Others), 1));
            if (hits != 0) return from + static_cast<std::size_t>(std::countr_zero(hits)) / 8;
        }
    }
    while (from < text.size() && !is_wanted(text[from])) ++from;
    return from;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/byte_block.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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

/// Returns: whether characters have to be looked at one by one, by the compiler or in code that is to be small.
[[nodiscard]] constexpr auto looks_at_each() noexcept -> bool {
    return SIPWHERE_SMALL != 0 || std::is_constant_evaluated();
}

/// Whether a block can look for all sets in one step; a word of a machine without a shuffle cannot.
template <typename Block, ascii::set Sets>
concept tells_outside = requires(const Block& block) { block.template outside<Sets>(); };

/// Looks at one character after the other for the first that is of none of the sets. Flattened, since small code would
/// else call a function for each of them.
///
/// Returns: its distance from `from`, or `size`.
[[nodiscard, gnu::flatten]] constexpr auto step_over(const char* from, std::size_t size, ascii::set sets) noexcept
    -> std::size_t {
    std::size_t at = 0;
    while (at < size && ascii::is(from[at], sets)) ++at;
    return at;
}

/// Looks at one character after the other for the first that is below `limit`, or one of two others.
///
/// Returns: its distance from `from`, or `size`.
[[nodiscard]] constexpr auto step_to(const char* from, std::size_t size, char limit, char one, char other) noexcept
    -> std::size_t {
    std::size_t at = 0;
    while (at < size && static_cast<unsigned char>(from[at]) >= static_cast<unsigned char>(limit) && from[at] != one &&
           from[at] != other)
        ++at;
    return at;
}

/// Looks at one character after the other for the first that is below `Limit` or one of some others.
template <char Limit, char... Others>
[[nodiscard]] constexpr auto step_to(const char* from, std::size_t size) noexcept -> std::size_t {
    constexpr std::array others{Others...};
    if constexpr (others.size() <= 2) return step_to(from, size, Limit, others.front(), others.back());
    std::size_t at = 0;
    while (at < size && static_cast<unsigned char>(from[at]) >= Limit && (... && (from[at] != Others))) ++at;
    return at;
}

/// Finds the first character that is of none of the sets, among `size` at `from` of `readable` that may be looked at.
///
/// Returns: its distance from `from`, or `size`.
template <ascii::set Sets>
[[nodiscard]] constexpr auto run_of(const char* from, std::size_t size, std::size_t readable) noexcept -> std::size_t {
    if constexpr (tells_outside<byte_block, Sets>) {
        const auto outside = [](const auto& block) { return block.template outside<Sets>(); };
        if (!looks_at_each()) return find_in_blocks<byte_block>(from, size, readable, outside);
    }
    return step_over(from, size, Sets);
}

/// Finds the first of some characters, among `size` at `from` of `readable` that may be looked at.
///
/// Returns: its distance from `from`, or `size`.
template <char... Wanted>
[[nodiscard]] constexpr auto find_first(const char* from, std::size_t size, std::size_t readable) noexcept
    -> std::size_t {
    const auto any = [](const auto& block) { return (... | block.equal(Wanted)); };
    if (!looks_at_each()) return find_in_blocks<byte_block>(from, size, readable, any);
    return step_to<'\0', Wanted...>(from, size);
}

} // namespace detail

/// Measures a run of bytes of a set; `readable` bytes may be looked at from `from` on.
using detail::run_of;

/// Finds the first byte that is wanted; `readable` bytes may be looked at from `from` on.
using detail::find_first;

/// Finds the first control character or, if given, the first of `Others`: a block at a time.
///
/// Returns: its position at or after `from`, or `text.size()`.
template <char... Others>
[[nodiscard]] constexpr auto find_control_or(std::string_view text, std::size_t from) noexcept -> std::size_t {
    const auto wanted = [](const auto& block) { return (block.controls() | ... | block.equal(Others)); };
    const auto left = text.size() - from;
    if (!detail::looks_at_each())
        return from + detail::find_in_blocks<detail::byte_block>(text.data() + from, left, wanted);
    return from + detail::step_to<' ', '\0', Others...>(text.data() + from, left);
}

/// Returns: how often a character stands in a text.
[[nodiscard]] constexpr auto count_in(std::string_view text, char c) noexcept -> std::size_t {
    using word = std::uint64_t;
    std::size_t count = 0, at = 0;
    if (!detail::looks_at_each())
        for (; text.size() - at >= sizeof(word); at += sizeof(word)) {
            constexpr auto low = detail::each_byte<word> * 0x7f;
            const auto unlike =
                detail::load_word<word>(text.data() + at) ^ detail::each_byte<word> * static_cast<unsigned char>(c);
            const auto same = ~(((unlike & low) + low) | unlike | low) >> 7U; // the lowest bit of each byte that is c
            count += static_cast<std::size_t>(same * detail::each_byte<word> >> 56U);
        }
    for (; at < text.size(); ++at) count += text[at] == c ? 1U : 0U;
    return count;
}

/// Finds the first of some characters: a block at a time.
///
/// Returns: its position at or after `from`, or `text.size()`.
template <char... Wanted>
[[nodiscard]] constexpr auto find_any(std::string_view text, std::size_t from) noexcept -> std::size_t {
    const auto left = text.size() - from;
    return from + detail::find_first<Wanted...>(text.data() + from, left, left);
}

} // namespace sipwhere

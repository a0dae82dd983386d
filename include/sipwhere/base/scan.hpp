// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/detail/byte_block.hpp>

#include <algorithm>
#include <array>
#include <bit>
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

/// Finds the control characters of a text, one after the other: where the machine can, many bytes at a time.
class control_finder {
public:
    constexpr explicit control_finder(std::string_view text) noexcept : text_(text) {}

    /// Returns: the position of the first control character at or after `from`, or `text.size()`; `from` is never less
    ///          than it was before.
    [[nodiscard]] auto next(std::size_t from) noexcept -> std::size_t {
#if defined(__SSSE3__)
        for (;;) {
            if (const auto inside = from - begin_; inside < seen) {
                const auto left = controls_ >> inside;
                if (left != 0) return from + static_cast<unsigned>(std::countr_zero(left));
                from = begin_ + seen;
            }
            if (text_.size() < seen) break;
            if (from >= text_.size()) return text_.size();
            begin_ = std::min(from, text_.size() - seen);
            controls_ = detail::controls_of_64(text_.data() + begin_);
        }
#endif
        return find_control_or<>(text_, from);
    }

private:
    static constexpr std::size_t seen = 64;

    std::string_view text_;
    [[maybe_unused]] std::size_t begin_ = std::size_t{0} - seen; ///< of what `controls_` tells, where the machine can
    [[maybe_unused]] std::uint64_t controls_ = 0;
};

/// Finds the first of some characters: a block at a time.
///
/// Returns: its position at or after `from`, or `text.size()`.
template <char... Wanted>
[[nodiscard]] constexpr auto find_any(std::string_view text, std::size_t from) noexcept -> std::size_t {
    const auto left = text.size() - from;
    return from + detail::find_first<Wanted...>(text.data() + from, left, left);
}

} // namespace sipwhere

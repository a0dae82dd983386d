// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/percent.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace sipwhere::detail {

/// The names of the parameters of one value or URI.
class name_list {
public:
    static constexpr std::size_t max_names = 32;

    constexpr name_list() noexcept {} // leaves the names as they are: only what was added is looked at

    [[nodiscard]] constexpr auto full() const noexcept -> bool { return size_ == max_names; }

    /// Returns: a bit that two names share if they are equal in any case, and else seldom.
    [[nodiscard]] static constexpr auto bit_of(std::string_view name) noexcept -> std::uint64_t {
        return std::uint64_t{1} << ((2 * place_of(name.front()) + place_of(name.back()) + name.size()) % 64);
    }

    /// Adds a name that holds no escape; most are told apart by a bit, without looking at the others.
    constexpr void add(std::string_view name) noexcept {
        SIPWHERE_ASSERT(!full());
        const auto bit = bit_of(name);
        may_repeat_ = may_repeat_ || (seen_ & bit) != 0;
        seen_ |= bit;
        names_[size_++] = {name.data(), name.size()};
    }

    /// Adds a name that may be any other.
    constexpr void add_escaped(std::string_view name) noexcept {
        SIPWHERE_ASSERT(!full());
        may_repeat_ = true;
        names_[size_++] = {name.data(), name.size()};
    }

    /// Returns: where the first name begins that came before in any case; null if none did.
    [[nodiscard]] constexpr auto find_repeat(escapes written) const noexcept -> const char* {
        return may_repeat_ ? find(written) : nullptr;
    }

private:
    /// A bit for each name.
    using name_bits = std::uint32_t;
    static_assert(max_names <= std::numeric_limits<name_bits>::digits);

    /// Names on their way into order, in arrays of their own so that small boards have the stack for it.
    struct entries {
        std::array<std::uint64_t, max_names> words;  ///< the next characters of each
        std::array<std::uint8_t, max_names> indices; ///< of the names
        std::array<std::uint32_t, max_names> read{}; ///< bytes of each name, by its index
    };

    /// A text that is left as it is when it is made.
    struct place {
        const char* begin;
        std::size_t size;
    };

    /// Returns: a number below 64, another one for each character of a name but the case of letters.
    [[nodiscard]] static constexpr auto place_of(char c) noexcept -> std::size_t {
        const auto byte = static_cast<unsigned char>(ascii::lower(c));
        return (byte & 31U) | (byte >> 1U & 32U);
    }

    /// Sorts the names by a word of theirs, those that are alike so far by the next, and so on, in time that grows with
    /// their bytes alone.
    [[nodiscard, gnu::noinline]] constexpr auto find(escapes written) const noexcept -> const char* {
        entries sorted;
        name_bits follows = ~name_bits{1}; // a name is like the one before it, so far as both have been read
        for (std::size_t i = 0; i < size_; ++i) {
            sorted.words[i] = 0;
            sorted.indices[i] = static_cast<std::uint8_t>(i);
        }
        auto first = size_;
        for (bool again = true; again;) {
            again = false;
            for (std::size_t begin = 0, end = 0; begin < size_; begin = end) {
                end = begin + 1;
                while (end < size_ && (follows >> end & 1U) != 0) ++end;
                if (end - begin == 1) continue;
                read_on(sorted, begin, end, written);
                first = std::min(first, part(sorted, begin, end, follows));
                again = true;
            }
        }
        return first == size_ ? nullptr : names_[first].begin;
    }

    /// Reads a word of each name of a group, from `begin` to `end`, and sorts them by it. Shell's sort is short, and
    /// good enough for so few.
    constexpr void read_on(entries& sorted, std::size_t begin, std::size_t end, escapes written) const noexcept {
        for (auto i = begin; i < end; ++i) {
            const auto index = sorted.indices[i];
            const std::string_view name{names_[index].begin, names_[index].size};
            component_words words{slice(name, sorted.read[index], name.size()), letter_case::ignored, written};
            sorted.words[i] = words.next();
            sorted.read[index] = static_cast<std::uint32_t>(name.size() - words.rest().size());
        }
        for (const std::size_t gap : {10U, 4U, 1U}) {
            for (auto i = begin + gap; i < end; ++i) {
                const auto word = sorted.words[i];
                const auto index = sorted.indices[i];
                auto to = i;
                for (; to >= begin + gap && sorted.words[to - gap] > word; to -= gap) {
                    sorted.words[to] = sorted.words[to - gap];
                    sorted.indices[to] = sorted.indices[to - gap];
                }
                sorted.words[to] = word;
                sorted.indices[to] = index;
            }
        }
    }

    /// Parts a sorted group into those that are alike still; names that have come to their end are.
    ///
    /// Returns: the least index of a name that has ended together with an earlier one; `max_names` if there is none.
    [[nodiscard]] static constexpr auto part(const entries& sorted, std::size_t begin, std::size_t end,
                                             name_bits& follows) noexcept -> std::size_t {
        std::size_t least = sorted.indices[begin], second = max_names;
        for (auto i = begin + 1; i < end; ++i) {
            const bool has_ended = sorted.words[i] == 0; // and all before it
            if (has_ended || sorted.words[i] != sorted.words[i - 1]) follows &= ~(name_bits{1} << i);
            if (!has_ended) continue;
            const std::size_t index = sorted.indices[i];
            second = std::min(second, std::max(least, index));
            least = std::min(least, index);
        }
        return second;
    }

    std::uint64_t seen_ = 0;
    std::size_t size_ = 0;
    bool may_repeat_ = false;
    std::array<place, max_names> names_;
};

} // namespace sipwhere::detail

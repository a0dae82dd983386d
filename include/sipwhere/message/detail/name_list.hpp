// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/percent.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere::detail {

/// The names of the parameters of one value or URI.
class name_list {
public:
    static constexpr std::size_t max_names = 32;

    constexpr name_list() noexcept {} // leaves the names as they are: only what was added is looked at

    [[nodiscard]] constexpr auto full() const noexcept -> bool { return size_ == max_names; }

    /// Adds a name that holds no escape; most are told apart by a bit, without looking at the others.
    constexpr void add(std::string_view name) noexcept {
        SIPWHERE_ASSERT(!full());
        const auto bit = std::uint64_t{1} << ((2 * place_of(name.front()) + place_of(name.back()) + name.size()) % 64);
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
    struct entry {
        std::uint64_t word; ///< the next characters
        std::size_t index;  ///< of the name
    };
    using entries = std::array<entry, max_names>;
    using texts = std::array<std::string_view, max_names>;

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
        texts rests{};
        entries sorted{};
        std::array<bool, max_names> follows{}; // a name is like the one before it, so far as both have been read
        for (std::size_t i = 0; i < size_; ++i) {
            rests[i] = {names_[i].begin, names_[i].size};
            sorted[i].index = i;
            follows[i] = i != 0;
        }
        auto first = size_;
        for (bool again = true; again;) {
            again = false;
            for (std::size_t begin = 0, end = 0; begin < size_; begin = end) {
                end = begin + 1;
                while (end < size_ && follows[end]) ++end;
                if (end - begin == 1) continue;
                const auto group = std::span{sorted}.subspan(begin, end - begin);
                read_on(group, rests, written);
                first = std::min(first, part(group, std::span{follows}.subspan(begin, group.size())));
                again = true;
            }
        }
        return first == size_ ? nullptr : names_[first].begin;
    }

    /// Reads a word of each name of a group, and sorts them by it. Shell's sort is short, and good enough for so few.
    static constexpr void read_on(std::span<entry> group, texts& rests, escapes written) noexcept {
        for (auto& one : group) {
            component_words words{rests[one.index], letter_case::ignored, written};
            one.word = words.next();
            rests[one.index] = words.rest();
        }
        for (const std::size_t gap : {10U, 4U, 1U}) {
            for (std::size_t i = gap; i < group.size(); ++i) {
                if (group[i - gap].word <= group[i].word) continue;
                const auto moved = group[i];
                auto to = i;
                for (; to >= gap && group[to - gap].word > moved.word; to -= gap) group[to] = group[to - gap];
                group[to] = moved;
            }
        }
    }

    /// Parts a sorted group into those that are alike still; names that have come to their end are.
    ///
    /// Returns: the least index of a name that has ended together with an earlier one; `max_names` if there is none.
    [[nodiscard]] static constexpr auto part(std::span<const entry> group, std::span<bool> follows) noexcept
        -> std::size_t {
        auto least = group[0].index, second = max_names;
        for (std::size_t i = 1; i < group.size(); ++i) {
            const bool has_ended = group[i].word == 0; // and all before it
            follows[i] = !has_ended && group[i].word == group[i - 1].word;
            if (!has_ended) continue;
            second = std::min(second, std::max(least, group[i].index));
            least = std::min(least, group[i].index);
        }
        return second;
    }

    std::uint64_t seen_ = 0;
    std::size_t size_ = 0;
    bool may_repeat_ = false;
    std::array<place, max_names> names_;
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/token_map.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// A piece of a mapped text, read from mark to mark. Positions are those in the text.
///
/// A piece ends before a mark, so that the search for the next one never leaves it.
class marked_text {
public:
    constexpr marked_text() noexcept = default;

    /// `text` is a piece of `whole`, whose map this is.
    marked_text(std::string_view text, std::string_view whole, const token_map& map) noexcept
        : whole_(whole.data()), begin_(static_cast<std::size_t>(text.data() - whole.data())),
          end_(begin_ + text.size()) {
        if (end_ < map.size() && map.next_mark(end_) == end_) map_ = &map;
    }

    /// Returns: whether the piece has a map; without one nothing else may be asked.
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return map_ != nullptr; }

    [[nodiscard]] auto begin() const noexcept -> std::size_t { return begin_; }
    [[nodiscard]] auto end() const noexcept -> std::size_t { return end_; }

    /// Returns: the character at a position, which may be the end: there is a mark.
    [[nodiscard]] auto operator[](std::size_t at) const noexcept -> char {
        SIPWHERE_ASSERT(begin_ <= at && at <= end_);
        return whole_[at];
    }

    /// Returns: whether a character stands at a position; none stands at the end.
    [[nodiscard]] auto has(char c, std::size_t at) const noexcept -> bool { return at != end_ && whole_[at] == c; }

    /// Returns: the position of the first mark at or after `from`, or the end.
    [[nodiscard]] SIPWHERE_INLINE auto next(std::size_t from) const noexcept -> std::size_t {
        SIPWHERE_ASSERT(begin_ <= from && from <= end_);
        return map_->next_mark(from);
    }

    /// Returns: where a quoted string ends that begins at `from`, behind its second quote; `from` when it is not
    ///          closed, or holds a backslash or a control character, which others have to look at.
    [[nodiscard]] auto end_of_quoted(std::size_t from) const noexcept -> std::size_t {
        for (auto at = next(from + 1); at != end_; at = next(at + 1)) {
            const char c = whole_[at];
            if (c == '"') return at + 1;
            if (c == '\\' || static_cast<unsigned char>(c) < ' ') break;
        }
        return from;
    }

    [[nodiscard]] auto text(std::size_t begin, std::size_t end) const noexcept -> std::string_view {
        SIPWHERE_ASSERT(begin_ <= begin && begin <= end && end <= end_);
        return {whole_ + begin, end - begin};
    }

    /// Returns: a piece of this piece; without a map if no mark stands where it ends.
    [[nodiscard]] auto piece(std::size_t begin, std::size_t end) const noexcept -> marked_text {
        auto made = *this;
        made.begin_ = begin;
        made.end_ = end;
        if (next(end) != end) made.map_ = nullptr;
        return made;
    }

private:
    const char* whole_ = nullptr;
    const token_map* map_ = nullptr;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace sipwhere

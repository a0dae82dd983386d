// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/result.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// Reads a text from left to right. Never leaves it: past the end every look gives NUL.
class cursor {
public:
    constexpr cursor() noexcept = default;
    constexpr explicit cursor(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return position_ == text_.size(); }
    [[nodiscard]] constexpr auto position() const noexcept -> std::size_t { return position_; }
    [[nodiscard]] constexpr auto peek() const noexcept -> char { return at_end() ? '\0' : text_[position_]; }
    [[nodiscard]] constexpr auto rest() const noexcept -> std::string_view { return from(position_); }

    /// Returns: the text between an earlier position and this one.
    [[nodiscard]] constexpr auto since(std::size_t begin) const noexcept -> std::string_view {
        SIPWHERE_ASSERT(begin <= position_);
        return {text_.data() + begin, position_ - begin};
    }

    /// Returns: the text between two earlier positions.
    [[nodiscard]] constexpr auto between(std::size_t begin, std::size_t end) const noexcept -> std::string_view {
        SIPWHERE_ASSERT(begin <= end && end <= text_.size());
        return {text_.data() + begin, end - begin};
    }

    /// Returns: the position of `part`, a piece of this text.
    [[nodiscard]] constexpr auto offset_of(std::string_view part) const noexcept -> std::size_t {
        return static_cast<std::size_t>(part.data() - text_.data());
    }

    /// Goes back (or on) to a position that this cursor gave before.
    constexpr void rewind(std::size_t position) noexcept {
        SIPWHERE_ASSERT(position <= text_.size());
        position_ = position;
    }

    /// Steps over `c` if it comes next.
    constexpr auto take(char c) noexcept -> bool {
        if (at_end() || text_[position_] != c) return false;
        ++position_;
        return true;
    }

    /// Returns: the longest run of characters of `sets` that comes next, possibly empty.
    constexpr auto take_while(ascii::set sets) noexcept -> std::string_view {
        const auto begin = position_;
        position_ = end_of_run(sets);
        return since(begin);
    }

    /// Returns: what comes before the next `c`, or all the rest.
    constexpr auto take_until(char c) noexcept -> std::string_view {
        const auto begin = position_;
        const auto found = text_.find(c, position_);
        position_ = found == std::string_view::npos ? text_.size() : found;
        return since(begin);
    }

    /// Returns: all that is left.
    constexpr auto take_rest() noexcept -> std::string_view {
        const auto left = rest();
        position_ = text_.size();
        return left;
    }

    /// Steps over blanks and folds. Line ends inside a header value are always folds, since the value
    /// was cut out at its line end (RFC 3261 §7.3.1).
    constexpr void skip_lws() noexcept { position_ = end_of_run(ascii::set::lws); }

    /// Steps over `c` with optional white space on both sides; takes nothing if `c` does not come.
    constexpr auto take_separator(char c) noexcept -> bool {
        const auto begin = position_;
        skip_lws();
        if (!take(c)) {
            position_ = begin;
            return false;
        }
        skip_lws();
        return true;
    }

    /// Reads a quoted string, escapes kept as they stand (RFC 3261 §25.1, quoted-string).
    ///
    /// Returns: the text with its quotes.
    /// Errors:  bad_quoting when it does not begin with a quote or is not closed.
    constexpr auto take_quoted() noexcept -> result<std::string_view> {
        const auto begin = position_;
        if (!take('"')) return fail(errc::bad_quoting, begin);
        for (auto at = text_.find('"', position_); at != std::string_view::npos; at = text_.find('"', at + 1)) {
            auto escapes = at;
            while (text_[escapes - 1] == '\\') --escapes;
            if ((at - escapes) % 2 != 0) continue;
            position_ = at + 1;
            return since(begin);
        }
        return fail(errc::bad_quoting, begin);
    }

private:
    [[nodiscard]] constexpr auto end_of_run(ascii::set sets) const noexcept -> std::size_t {
        auto end = position_;
        while (end < text_.size() && ascii::is(text_[end], sets)) ++end;
        return end;
    }

    [[nodiscard]] constexpr auto from(std::size_t begin) const noexcept -> std::string_view {
        return {text_.data() + begin, text_.size() - begin};
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

/// Returns: `text` without white space and folds at its ends.
[[nodiscard]] constexpr auto trimmed(std::string_view text) noexcept -> std::string_view {
    while (!text.empty() && ascii::is(text.front(), ascii::set::lws)) text.remove_prefix(1);
    while (!text.empty() && ascii::is(text.back(), ascii::set::lws)) text.remove_suffix(1);
    return text;
}

} // namespace sipwhere

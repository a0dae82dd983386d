// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/scan.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// Reads a text from left to right. Never leaves it: past the end every look gives NUL.
class cursor {
public:
    constexpr cursor() noexcept = default;
    constexpr explicit cursor(std::string_view text) noexcept : cursor(text, text) {}

    /// `text` is a piece of `whole`, all of which may be looked at, though nothing beyond `text` is taken: this is
    /// quicker where several characters are looked at together.
    constexpr cursor(std::string_view text, std::string_view whole) noexcept
        : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), readable_(whole.data() + whole.size()) {
        SIPWHERE_ASSERT(end_ <= readable_);
    }

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return at_ == end_; }
    [[nodiscard]] constexpr auto position() const noexcept -> std::size_t { return offset(begin_, at_); }
    [[nodiscard]] constexpr auto peek() const noexcept -> char { return at_end() ? '\0' : *at_; }
    [[nodiscard]] constexpr auto rest() const noexcept -> std::string_view { return {at_, offset(at_, end_)}; }

    /// Returns: the text between an earlier position and this one.
    [[nodiscard]] constexpr auto since(std::size_t begin) const noexcept -> std::string_view {
        SIPWHERE_ASSERT(begin <= position());
        return {begin_ + begin, position() - begin};
    }

    /// Returns: the text between two earlier positions.
    [[nodiscard]] constexpr auto between(std::size_t begin, std::size_t end) const noexcept -> std::string_view {
        SIPWHERE_ASSERT(begin <= end && end <= offset(begin_, end_));
        return {begin_ + begin, end - begin};
    }

    /// Returns: the position of `part`, a piece of this text.
    [[nodiscard]] constexpr auto offset_of(std::string_view part) const noexcept -> std::size_t {
        return offset(begin_, part.data());
    }

    /// Returns: another cursor, over `part`, a piece of this text.
    [[nodiscard]] constexpr auto over(std::string_view part) const noexcept -> cursor {
        return {part, {begin_, offset(begin_, readable_)}};
    }

    /// Goes back (or on) to a position that this cursor gave before.
    constexpr void rewind(std::size_t position) noexcept {
        SIPWHERE_ASSERT(position <= offset(begin_, end_));
        at_ = begin_ + position;
    }

    /// Steps over `c` if it comes next.
    constexpr auto take(char c) noexcept -> bool {
        if (at_end() || *at_ != c) return false;
        ++at_;
        return true;
    }

    /// Returns: the longest run of characters of `Sets` that comes next, possibly empty.
    template <ascii::set Sets>
    constexpr auto take_while() noexcept -> std::string_view {
        return take_some(run_of<Sets>(at_, offset(at_, end_), offset(at_, readable_)));
    }

    /// Returns: what comes before the next `C`, or all the rest.
    template <char C>
    constexpr auto take_until() noexcept -> std::string_view {
        return take_some(find_first<C>(at_, offset(at_, end_), offset(at_, readable_)));
    }

    /// Returns: all that is left.
    constexpr auto take_rest() noexcept -> std::string_view { return take_some(offset(at_, end_)); }

    /// Steps over blanks and folds. Line ends inside a header value are always folds, since the value
    /// was cut out at its line end (RFC 3261 §7.3.1).
    SIPWHERE_INLINE constexpr void skip_lws() noexcept {
        while (at_ != end_ && ascii::is_lws(*at_)) ++at_;
    }

    /// Steps over `c` with optional white space on both sides; takes nothing if `c` does not come.
    SIPWHERE_INLINE constexpr auto take_separator(char c) noexcept -> bool {
        const auto* const begin = at_;
        skip_lws();
        if (!take(c)) {
            at_ = begin;
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
        const auto begin = position();
        if (!take('"')) return fail(errc::bad_quoting, begin);
        for (;;) {
            take_until<'"'>();
            if (at_end()) break;
            const auto* escapes = at_;
            while (escapes[-1] == '\\') --escapes;
            ++at_;
            if ((at_ - 1 - escapes) % 2 == 0) return since(begin);
        }
        rewind(begin + 1);
        return fail(errc::bad_quoting, begin);
    }

private:
    [[nodiscard]] static constexpr auto offset(const char* from, const char* to) noexcept -> std::size_t {
        return static_cast<std::size_t>(to - from);
    }

    constexpr auto take_some(std::size_t size) noexcept -> std::string_view {
        const std::string_view taken{at_, size};
        at_ += size;
        return taken;
    }

    const char* begin_ = nullptr;
    const char* at_ = nullptr;
    const char* end_ = nullptr;
    const char* readable_ = nullptr;
};

/// Returns: `text` without white space and folds at its ends.
[[nodiscard]] constexpr auto trimmed(std::string_view text) noexcept -> std::string_view {
    std::size_t begin = 0;
    auto end = text.size();
    while (begin < end && ascii::is_lws(text[begin])) ++begin;
    while (begin < end && ascii::is_lws(text[end - 1])) --end;
    return slice(text, begin, end);
}

} // namespace sipwhere

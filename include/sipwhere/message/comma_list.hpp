// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/reading_iterator.hpp>

#include <cstddef>
#include <iterator>
#include <string_view>

namespace sipwhere {

namespace detail {

/// Steps over one value, up to a comma outside of quotes, `<>` and comments, or to the end.
[[nodiscard]] constexpr auto take_list_value(cursor& in) noexcept -> std::string_view {
    const auto begin = in.position();
    bool in_brackets = false;
    std::size_t comments = 0;
    while (!in.at_end()) {
        const char c = in.peek();
        if (c == ',' && !in_brackets && comments == 0) break;
        if (c == '"' && !in_brackets && comments == 0) {
            if (!in.take_quoted()) static_cast<void>(in.take_rest());
            continue;
        }
        in.take(c);
        if (c == '\\' && comments != 0) in.take(in.peek());
        else if (comments == 0 && (c == '<' || c == '>')) in_brackets = c == '<';
        else if (!in_brackets && c == '(') ++comments;
        else if (!in_brackets && c == ')' && comments != 0) --comments;
    }
    return trimmed(in.since(begin));
}

/// Takes one value after another off a row.
struct list_value_reader {
    using value_type = std::string_view;

    cursor rest{std::string_view{}};
    bool is_first = true;

    constexpr auto read(std::string_view& out) noexcept -> bool {
        if (is_first) rest.skip_lws();
        if (is_first ? rest.at_end() : !rest.take(',')) return false;
        is_first = false;
        out = take_list_value(rest);
        return true;
    }
};

} // namespace detail

/// The values of one header row, separated by commas, each without white space at its ends.
///
/// Nothing is judged: an empty value between two commas is shown as such. An empty row has no values.
/// Cost: one pass.
/// Spec: RFC 3261 §7.3.1.
class comma_list {
public:
    using iterator = reading_iterator<detail::list_value_reader>;

    /// `row` must outlive the list.
    constexpr explicit comma_list(std::string_view row) noexcept : row_(row) {}

    [[nodiscard]] constexpr auto begin() const noexcept -> iterator {
        return iterator{detail::list_value_reader{cursor{row_}}};
    }
    [[nodiscard]] constexpr auto end() const noexcept -> std::default_sentinel_t { return {}; }

private:
    std::string_view row_;
};

} // namespace sipwhere

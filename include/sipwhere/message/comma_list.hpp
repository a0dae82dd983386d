// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>

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

} // namespace detail

/// The values of one header row, parted by commas, each without white space at its ends.
///
/// Nothing is judged: an empty value between two commas is shown as such. An empty row has no values.
/// Cost: one pass.
/// Spec: RFC 3261 §7.3.1.
class comma_list {
public:
    class iterator {
    public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        constexpr explicit iterator(std::string_view row) noexcept : rest_(row) {
            rest_.skip_lws();
            more_ = !rest_.at_end();
            if (more_) value_ = detail::take_list_value(rest_);
        }

        [[nodiscard]] constexpr auto operator*() const noexcept -> std::string_view { return value_; }

        constexpr auto operator++() noexcept -> iterator& {
            more_ = rest_.take(',');
            if (more_) value_ = detail::take_list_value(rest_);
            return *this;
        }
        constexpr auto operator++(int) noexcept -> iterator {
            const auto before = *this;
            ++*this;
            return before;
        }

        [[nodiscard]] friend constexpr auto operator==(const iterator& i, std::default_sentinel_t) noexcept -> bool {
            return !i.more_;
        }

    private:
        cursor rest_;
        std::string_view value_{};
        bool more_ = false;
    };

    /// `row` must outlive the list.
    constexpr explicit comma_list(std::string_view row) noexcept : row_(row) {}

    [[nodiscard]] constexpr auto begin() const noexcept -> iterator { return iterator{row_}; }
    [[nodiscard]] constexpr auto end() const noexcept -> std::default_sentinel_t { return {}; }

private:
    std::string_view row_;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>

namespace sipwhere {

/// Walks over the values that a reader takes off a text, one after another.
///
/// A `Reader` has a `value_type` and `read(value_type&) -> bool`, which says whether there was one more.
template <typename Reader>
class reading_iterator {
public:
    using value_type = typename Reader::value_type;
    using difference_type = std::ptrdiff_t;

    constexpr reading_iterator() noexcept = default;
    constexpr explicit reading_iterator(Reader reader) noexcept : reader_(std::move(reader)) { ++*this; }

    [[nodiscard]] constexpr auto operator*() const noexcept -> const value_type& { return value_; }
    [[nodiscard]] constexpr auto operator->() const noexcept -> const value_type* { return &value_; }

    constexpr auto operator++() noexcept -> reading_iterator& {
        more_ = reader_.read(value_);
        return *this;
    }
    constexpr auto operator++(int) noexcept -> reading_iterator {
        const auto before = *this;
        ++*this;
        return before;
    }

    [[nodiscard]] friend constexpr auto operator==(const reading_iterator& i, std::default_sentinel_t) noexcept
        -> bool {
        return !i.more_;
    }

private:
    Reader reader_{};
    value_type value_{};
    bool more_ = false;
};

} // namespace sipwhere

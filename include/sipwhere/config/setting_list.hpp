// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/fixed_vector.hpp>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <utility>

namespace sipwhere {

namespace detail {

template <typename T, typename Element>
concept made_of_two = requires(const Element& from) {
    T{from.first, from.second};
};

template <typename Range>
using element_of = std::remove_cv_t<std::remove_pointer_t<decltype(std::declval<const Range&>().data())>>;

/// An array of `T`, of what `T` is made from, or of pairs of that, such as a `std::vector<std::string>`.
template <typename Range, typename T>
concept lists_settings = requires(const Range& from) {
    { from.size() } -> std::convertible_to<std::size_t>;
    from.data();
} && (std::convertible_to<const element_of<Range>&, T> || made_of_two<T, element_of<Range>>);

} // namespace detail

/// Whether an argument is still there when the call is over: a variable, or a view of something else.
template <typename Argument>
inline constexpr bool is_lasting_argument =
    std::is_lvalue_reference_v<Argument> || std::is_pointer_v<std::decay_t<Argument>> ||
    std::ranges::enable_borrowed_range<std::remove_cvref_t<Argument>>;

/// Values that a user configures, wherever they are: each is made a `T` when it is looked at. It borrows them.
template <typename T>
class setting_view {
public:
    constexpr setting_view() noexcept = default;

    template <typename Range>
        requires(detail::lists_settings<Range, T> && !std::same_as<Range, setting_view>)
    constexpr setting_view(const Range& values) noexcept : size_(values.size()) {
        using element = detail::element_of<Range>;
        if constexpr (std::same_as<element, T>) {
            values_ = values.data();
        } else {
            others_ = values.data();
            make_ = [](const void* others, std::size_t index) -> T {
                const auto& from = static_cast<const element*>(others)[index];
                if constexpr (std::convertible_to<const element&, T>) return from;
                else return {from.first, from.second};
            };
        }
    }

    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return size_ == 0; }
    [[nodiscard]] constexpr auto operator[](std::size_t index) const noexcept -> T {
        SIPWHERE_ASSERT(index < size_);
        return make_ == nullptr ? values_[index] : make_(others_, index);
    }

    class iterator {
    public:
        constexpr iterator(const setting_view& of, std::size_t index) noexcept : of_(of), index_(index) {}
        [[nodiscard]] constexpr auto operator*() const noexcept -> T { return of_[index_]; }
        constexpr auto operator++() noexcept -> iterator& {
            ++index_;
            return *this;
        }
        [[nodiscard]] constexpr auto operator==(const iterator& other) const noexcept -> bool {
            return index_ == other.index_;
        }

    private:
        const setting_view& of_;
        std::size_t index_;
    };
    [[nodiscard]] constexpr auto begin() const noexcept -> iterator { return {*this, 0}; }
    [[nodiscard]] constexpr auto end() const noexcept -> iterator { return {*this, size_}; }

private:
    const T* values_ = nullptr;
    const void* others_ = nullptr;
    auto (*make_)(const void* others, std::size_t index) -> T = nullptr; ///< null: they are `values_`
    std::size_t size_ = 0;
};

/// A list that a user configures: up to `Few` values written in braces, which it keeps, or an array or vector of any
/// number, which it borrows and which has to stay as it is.
template <typename T, std::size_t Few = 16>
class setting_list {
public:
    constexpr setting_list() noexcept = default;

    /// Copies the values; more than `Few` are too many, see `overflowed()`.
    constexpr setting_list(std::initializer_list<T> values) noexcept : few_(values) {}

    template <typename Range>
        requires(detail::lists_settings<std::remove_cvref_t<Range>, T> &&
                 !std::same_as<std::remove_cvref_t<Range>, setting_list>)
    constexpr setting_list(Range&& values) noexcept : many_(values) {
        static_assert(is_lasting_argument<Range>, "settings borrow their lists: keep this one in a variable");
    }

    [[nodiscard]] constexpr auto view() const noexcept -> setting_view<T> {
        return many_.empty() ? setting_view<T>{std::span<const T>{few_.begin(), few_.size()}} : many_;
    }
    [[nodiscard]] constexpr auto overflowed() const noexcept -> bool { return few_.overflowed(); }
    [[nodiscard]] static constexpr auto most_in_braces() noexcept -> std::size_t { return Few; }

private:
    fixed_vector<T, Few> few_;
    setting_view<T> many_;
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/writer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace sipwhere {

/// The most parameters that one value or URI may have.
inline constexpr std::size_t max_params = 64;

/// One parameter, of a header value or of a URI; a quoted value keeps its quotes.
struct param_view {
    std::string_view name{};
    std::string_view value{};
    std::string_view text{}; ///< all of it, from the white space before its ";" on
    bool has_value = false;
};

namespace detail {

/// Whether nothing behind the "=" of this parameter is let through: a malformed `expires` is 3600 (RFC 3261 §10.2.1.1),
/// and some clients ask for `rport` so.
[[nodiscard]] constexpr auto may_be_empty(std::string_view name) noexcept -> bool {
    return ascii::iequals(name, "expires") || ascii::iequals(name, "rport");
}

/// Reads `name[=value]` with white space around "="; `out.text` is left to the caller.
[[nodiscard]] SIPWHERE_INLINE constexpr auto take_param(cursor& in, param_view& out) noexcept -> result<void> {
    out.name = in.take_while<ascii::set::token>();
    if (out.name.empty()) return fail(errc::bad_params, in.position());
    out.has_value = in.take_separator('=');
    out.value = {};
    if (!out.has_value) return {};
    if (in.peek() == '"') {
        const auto quoted = in.take_quoted();
        if (!quoted) return quoted.error();
        out.value = *quoted;
        return {};
    }
    out.value = in.take_while<ascii::set::gvalue>();
    if (out.value.empty() && !may_be_empty(out.name)) return fail(errc::bad_params, in.position());
    return {};
}

/// The names of the parameters of one value. Most are told apart by a bit, without comparing them.
class param_names {
public:
    constexpr param_names() noexcept {} // leaves the array as it is: only what was added is looked at

    [[nodiscard]] constexpr auto full() const noexcept -> bool { return size_ == max_params; }

    /// Adds a name that comes after the others in one text.
    ///
    /// Returns: false when it was there before, in any case.
    constexpr auto insert(std::string_view name) noexcept -> bool {
        const auto first = static_cast<unsigned char>(ascii::lower(name.front()));
        const auto bit = std::uint64_t{1} << ((first * 7U + name.size()) % 64);
        if ((seen_ & bit) != 0 && contains(name)) return false;
        seen_ |= bit;
        names_[size_++] = name.data();
        return true;
    }

private:
    /// A name ends where its token does, so it need not be known how long those are that were added.
    [[nodiscard]] constexpr auto contains(std::string_view name) const noexcept -> bool {
        for (std::size_t i = 0; i < size_; ++i)
            if (!ascii::is(names_[i][name.size()], ascii::set::token) && ascii::iequals({names_[i], name.size()}, name))
                return true;
        return false;
    }

    std::uint64_t seen_ = 0;
    std::size_t size_ = 0;
    std::array<const char*, max_params> names_;
};

} // namespace detail

/// The parameters of a header value: `;name[=value]` …, already found to be well formed.
class params_view {
public:
    class iterator {
    public:
        using value_type = param_view;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        constexpr explicit iterator(std::string_view text) noexcept : rest_(text) { ++*this; }

        [[nodiscard]] constexpr auto operator*() const noexcept -> const param_view& { return param_; }
        [[nodiscard]] constexpr auto operator->() const noexcept -> const param_view* { return &param_; }

        constexpr auto operator++() noexcept -> iterator& {
            const auto begin = rest_.position();
            more_ = rest_.take_separator(';');
            if (!more_) return *this;
            more_ = static_cast<bool>(detail::take_param(rest_, param_));
            if (more_) param_.text = rest_.since(begin);
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
        cursor rest_{std::string_view{}};
        param_view param_{};
        bool more_ = false;
    };

    constexpr params_view() noexcept = default;

    /// `text` is empty or begins at the first ";"; `parse_params` found it well formed.
    constexpr explicit params_view(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return text_; }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return text_.empty(); }
    [[nodiscard]] constexpr auto begin() const noexcept -> iterator { return iterator{text_}; }
    [[nodiscard]] constexpr auto end() const noexcept -> std::default_sentinel_t { return {}; }

    /// Returns: the parameter of this name, in any case.
    [[nodiscard]] constexpr auto find(std::string_view name) const noexcept -> std::optional<param_view> {
        for (const auto& param : *this)
            if (ascii::iequals(param.name, name)) return param;
        return std::nullopt;
    }

private:
    std::string_view text_;
};

/// Reads the parameters of a header value up to a comma between values or the end, and calls
/// `visit(const param_view&)` with each on the way.
///
/// Returns: a view into the cursor's text.
/// Errors:  bad_params for a malformed or repeated one, bad_quoting, too_many_params.
/// Cost:    one pass; names that look alike are compared, so at most `max_params` squared comparisons.
/// Spec:    RFC 3261 §7.3.1, §25.1 generic-param.
[[nodiscard]] constexpr auto parse_params(cursor& in, function_ref<void(const param_view&)> visit) noexcept
    -> result<params_view> {
    in.skip_lws();
    const auto begin = in.position();
    auto end = begin;
    detail::param_names names;
    param_view param;
    while (in.take_separator(';')) {
        if (names.full()) return fail(errc::too_many_params, in.position());
        const auto at = in.position();
        if (const auto taken = detail::take_param(in, param); !taken) return taken.error();
        param.text = in.between(end, in.position());
        if (!names.insert(param.name)) return fail(errc::bad_params, at);
        visit(param);
        end = in.position();
    }
    in.skip_lws();
    if (!in.at_end() && in.peek() != ',') return fail(errc::bad_params, in.position());
    return params_view{in.between(begin, end)};
}

/// Reads the parameters of a header value up to a comma between values or the end.
[[nodiscard]] constexpr auto parse_params(cursor& in) noexcept -> result<params_view> {
    return parse_params(in, [](const param_view&) {});
}

} // namespace sipwhere

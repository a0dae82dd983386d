// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/params.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace sipwhere {

namespace detail {

/// Takes `name[=value]` and the separator after it off a text.
///
/// Returns: whether there was any.
constexpr auto take_uri_field(std::string_view& rest, char separator, param_view& out) noexcept -> bool {
    const auto size = rest.size();
    std::size_t end = 0;
    auto equals = size;
    for (; end < size && rest[end] != separator; ++end)
        if (rest[end] == '=' && equals == size) equals = end;
    out.has_value = equals < end;
    out.name = slice(rest, 0, out.has_value ? equals : end);
    out.value = out.has_value ? slice(rest, equals + 1, end) : std::string_view{};
    rest = slice(rest, end < size ? end + 1 : size, size);
    return size != 0;
}

} // namespace detail

/// The parameters or the headers of a URI, already found to be well formed: `name[=value]` parted by
/// `Separator`, without white space or quotes but with `%HH`.
template <char Separator>
class basic_uri_fields {
public:
    class iterator {
    public:
        using value_type = param_view;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        constexpr explicit iterator(std::string_view text) noexcept : rest_(text) { ++*this; }

        [[nodiscard]] constexpr auto operator*() const noexcept -> const param_view& { return field_; }
        [[nodiscard]] constexpr auto operator->() const noexcept -> const param_view* { return &field_; }

        constexpr auto operator++() noexcept -> iterator& {
            more_ = detail::take_uri_field(rest_, Separator, field_);
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
        std::string_view rest_{};
        param_view field_{};
        bool more_ = false;
    };

    constexpr basic_uri_fields() noexcept = default;

    /// `text` is what `uri_view` holds: without the first ";" or the "?".
    constexpr explicit basic_uri_fields(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return text_; }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return text_.empty(); }
    [[nodiscard]] constexpr auto begin() const noexcept -> iterator { return iterator{text_}; }
    [[nodiscard]] constexpr auto end() const noexcept -> std::default_sentinel_t { return {}; }

    /// Returns: the first field of this name, in any case and with its escapes resolved.
    [[nodiscard]] constexpr auto find(std::string_view name) const noexcept -> std::optional<param_view> {
        for (const auto& field : *this)
            if (percent_equal(field.name, name, letter_case::ignored)) return field;
        return std::nullopt;
    }

private:
    std::string_view text_;
};

using uri_params_view = basic_uri_fields<';'>;
using uri_headers_view = basic_uri_fields<'&'>;

namespace detail {

[[nodiscard]] constexpr auto is_uri_param(const param_view& param) noexcept -> bool {
    return !param.name.empty() && is_escaped_text(param.name, ascii::set::param) &&
           (!param.has_value || (!param.value.empty() && is_escaped_text(param.value, ascii::set::param)));
}

[[nodiscard]] constexpr auto is_uri_header(const param_view& header) noexcept -> bool {
    return !header.name.empty() && header.has_value && is_escaped_text(header.name, ascii::set::header) &&
           is_escaped_text(header.value, ascii::set::header);
}

} // namespace detail

/// Checks the parameters of a URI, the text after the first ";".
///
/// Errors: bad_params for a malformed or repeated one; too_many_params.
/// Spec:   RFC 3261 §19.1.1, §25.1 uri-parameters.
[[nodiscard]] constexpr auto parse_uri_params(std::string_view text) noexcept -> result<uri_params_view> {
    if (text.empty() || text.back() == ';') return fail(errc::bad_params, text.size());
    std::size_t count = 0;
    for (const auto& param : uri_params_view{text}) {
        const auto at = static_cast<std::size_t>(param.name.data() - text.data());
        if (count++ == max_params) return fail(errc::too_many_params, at);
        if (!detail::is_uri_param(param)) return fail(errc::bad_params, at);
        if (at != 0 && uri_params_view{slice(text, 0, at - 1)}.find(param.name)) return fail(errc::bad_params, at);
    }
    return uri_params_view{text};
}

/// Checks the headers of a URI, the text after the "?". A name may come again: each is a header field.
///
/// Errors: bad_params for a malformed one; too_many_params.
/// Spec:   RFC 3261 §19.1.1, §25.1 headers.
[[nodiscard]] constexpr auto parse_uri_headers(std::string_view text) noexcept -> result<uri_headers_view> {
    if (text.empty() || text.back() == '&') return fail(errc::bad_params, text.size());
    std::size_t count = 0;
    for (const auto& header : uri_headers_view{text}) {
        const auto at = static_cast<std::size_t>(header.name.data() - text.data());
        if (count++ == max_params) return fail(errc::too_many_params, at);
        if (!detail::is_uri_header(header)) return fail(errc::bad_params, at);
    }
    return uri_headers_view{text};
}

} // namespace sipwhere

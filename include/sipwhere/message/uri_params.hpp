// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/base/reading_iterator.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/detail/name_list.hpp>
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

template <char Separator>
struct uri_field_reader {
    using value_type = param_view;

    std::string_view rest{};

    constexpr auto read(param_view& out) noexcept -> bool { return take_uri_field(rest, Separator, out); }
};

} // namespace detail

/// The parameters or the headers of a URI, already found to be well formed: `name[=value]` separated by
/// `Separator`, without white space or quotes but with `%HH`.
template <char Separator>
class basic_uri_fields {
public:
    using iterator = reading_iterator<detail::uri_field_reader<Separator>>;

    constexpr basic_uri_fields() noexcept = default;

    /// `text` is what `uri_view` holds: without the first ";" or the "?".
    constexpr explicit basic_uri_fields(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return text_; }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return text_.empty(); }
    [[nodiscard]] constexpr auto begin() const noexcept -> iterator { return iterator{{text_}}; }
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

/// Looks at the characters of a parameter from `at` on, one by one, since most are short.
///
/// Returns: where the first is that belongs to neither a name nor a value, or begins a malformed escape.
[[nodiscard]] constexpr auto skip_paramchars(std::string_view text, std::size_t at, bool& any_escape) noexcept
    -> std::size_t {
    for (; at < text.size(); ++at) {
        if (ascii::is(text[at], ascii::set::param)) continue;
        if (text[at] != '%' || text.size() - at < 3) break;
        if (!ascii::is(text[at + 1], ascii::set::hex) || !ascii::is(text[at + 2], ascii::set::hex)) break;
        any_escape = true;
        at += 2;
    }
    return at;
}

/// Finds the end of a parameter and that of its name.
///
/// Returns: where it ends; where it begins if it is malformed.
[[nodiscard]] constexpr auto find_end_of_param(std::string_view text, std::size_t begin, std::size_t& end_of_name,
                                               bool& any_escape) noexcept -> std::size_t {
    auto at = end_of_name = skip_paramchars(text, begin, any_escape);
    if (at != begin && at < text.size() && text[at] == '=') {
        bool in_value = false;
        at = skip_paramchars(text, at + 1, in_value);
        if (at == end_of_name + 1) return begin;
    }
    return at == text.size() || text[at] == ';' ? at : begin;
}

[[nodiscard]] constexpr auto is_uri_header(const param_view& header) noexcept -> bool {
    return !header.name.empty() && header.has_value && is_escaped_text(header.name, ascii::set::header) &&
           is_escaped_text(header.value, ascii::set::header);
}

} // namespace detail

/// Checks the parameters of a URI, the text after the first ";".
///
/// Errors: bad_params for a malformed or repeated one; too_many_params.
/// Cost:   one pass, and one more over the names if some look alike.
/// Spec:   RFC 3261 §19.1.1, §25.1 uri-parameters.
[[nodiscard]] constexpr auto parse_uri_params(std::string_view text) noexcept -> result<uri_params_view> {
    detail::name_list names;
    bool any_escaped = false;
    for (std::size_t at = 0, end_of_name = 0;; ++at) {
        if (names.full()) return fail(errc::too_many_params, at);
        const auto end = detail::find_end_of_param(text, at, end_of_name, any_escaped);
        if (end == at) return fail(errc::bad_params, at);
        const auto name = slice(text, at, end_of_name);
        if (any_escaped) names.add_escaped(name);
        else names.add(name);
        at = end;
        if (at == text.size()) break;
    }
    if (const auto* const at = names.find_repeat(escapes::resolved); at != nullptr)
        return fail(errc::bad_params, static_cast<std::size_t>(at - text.data()));
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

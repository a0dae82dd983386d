// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/base/reading_iterator.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/detail/name_list.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace sipwhere {

/// The most parameters that one value or URI may have.
inline constexpr std::size_t max_params = detail::name_list::max_names;

/// One parameter, of a header value or of a URI; a quoted value keeps its quotes.
struct param_view {
    std::string_view name{};
    std::string_view value{};
    std::string_view text{}; ///< all of it, from the white space before its ";" on
    bool has_value = false;
};

namespace detail {

/// Returns: whether a parameter of this name may have a "=" and no value behind it: a malformed `expires` is 3600
///          (RFC 3261 §10.2.1.1), and some clients ask for `rport` so.
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

/// Takes `;name[=value]` off a text, which was found well formed.
struct param_reader {
    using value_type = param_view;

    cursor rest{std::string_view{}};

    constexpr auto read(param_view& out) noexcept -> bool {
        const auto begin = rest.position();
        if (!rest.take_separator(';') || !take_param(rest, out)) return false;
        out.text = rest.since(begin);
        return true;
    }
};

} // namespace detail

/// The parameters of a header value: `;name[=value]` …, already found to be well formed.
class params_view {
public:
    using iterator = reading_iterator<detail::param_reader>;

    constexpr params_view() noexcept = default;

    /// `text` is empty or begins at the first ";"; `parse_params` found it well formed.
    constexpr explicit params_view(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return text_; }
    [[nodiscard]] constexpr auto empty() const noexcept -> bool { return text_.empty(); }
    [[nodiscard]] constexpr auto begin() const noexcept -> iterator {
        return iterator{detail::param_reader{cursor{text_}}};
    }
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

namespace detail {

/// Reads one parameter or more, the first of which begins here.
[[nodiscard]] constexpr auto take_params(cursor& in, function_ref<void(const param_view&)> visit) noexcept
    -> result<params_view> {
    const auto begin = in.position();
    auto end = begin;
    name_list names;
    param_view param;
    while (in.take_separator(';')) {
        if (names.full()) return fail(errc::too_many_params, in.position());
        if (const auto taken = take_param(in, param); !taken) return taken.error();
        param.text = in.between(end, in.position());
        names.add(param.name);
        visit(param);
        end = in.position();
    }
    if (const auto* const at = names.find_repeat(escapes::literal); at != nullptr)
        return fail(errc::bad_params, in.offset_of({at, 1}));
    in.skip_lws();
    if (!in.at_end() && in.peek() != ',') return fail(errc::bad_params, in.position());
    return params_view{in.between(begin, end)};
}

} // namespace detail

/// Reads the parameters of a header value up to a comma between values or the end, and calls
/// `visit(const param_view&)` with each on the way.
///
/// Returns: a view into the cursor's text.
/// Errors:  bad_params for a malformed or repeated one, bad_quoting, too_many_params.
/// Cost:    one pass, and one more over the names if some look alike.
/// Spec:    RFC 3261 §7.3.1, §25.1 generic-param.
[[nodiscard]] SIPWHERE_INLINE constexpr auto parse_params(cursor& in,
                                                          function_ref<void(const param_view&)> visit) noexcept
    -> result<params_view> {
    in.skip_lws();
    if (in.peek() == ',' || in.at_end()) return params_view{};
    return detail::take_params(in, visit);
}

/// Reads the parameters of a header value up to a comma between values or the end.
[[nodiscard]] constexpr auto parse_params(cursor& in) noexcept -> result<params_view> {
    return parse_params(in, [](const param_view&) {});
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/message/uri_params.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The most parameters of a tel URI that may come in another order in an equal one; more are compared by their octets.
inline constexpr std::size_t max_compared_tel_params = 8;

namespace detail {

/// What stands in a tel URI: a number, whose visual separators do not count (RFC 3966 §5.1.1), or anything else.
enum class tel_text : std::uint8_t { number, other };

[[nodiscard]] constexpr auto is_visual_separator(char c) noexcept -> bool {
    return c == '-' || c == '.' || c == '(' || c == ')';
}

/// Returns: whether two pieces of tel URIs are the same, in any case.
[[nodiscard]] constexpr auto same_tel_text(std::string_view a, std::string_view b, tel_text kind) noexcept -> bool {
    const auto skip = [kind](std::string_view text, std::size_t at) {
        while (kind == tel_text::number && at < text.size() && is_visual_separator(text[at])) ++at;
        return at;
    };
    std::size_t i = 0, j = 0;
    for (;; ++i, ++j) {
        i = skip(a, i);
        j = skip(b, j);
        if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
        if (ascii::lower(a[i]) != ascii::lower(b[j])) return false;
    }
}

/// Returns: what stands in a parameter: an extension is a number, and so is the context of a number if it is a prefix.
[[nodiscard]] constexpr auto text_of_tel_param(const param_view& param) noexcept -> tel_text {
    const bool is_prefix = param.value.starts_with('+') && ascii::iequals(param.name, "phone-context");
    return is_prefix || ascii::iequals(param.name, "ext") ? tel_text::number : tel_text::other;
}

[[nodiscard]] constexpr auto same_tel_param(const param_view& a, const param_view& b) noexcept -> bool {
    if (a.has_value != b.has_value || !ascii::iequals(a.name, b.name)) return false;
    const auto kind = text_of_tel_param(a);
    return kind == text_of_tel_param(b) && same_tel_text(a.value, b.value, kind);
}

/// Returns: how often a parameter comes among others.
[[nodiscard]] constexpr auto count_tel_param(const param_view& param, uri_params_view among) noexcept -> std::size_t {
    std::size_t count = 0;
    for (const auto& other : among) count += same_tel_param(param, other) ? 1U : 0U;
    return count;
}

/// Returns: whether two tel URIs have the same parameters, in any order; none may be missing in one of them.
[[nodiscard]] constexpr auto same_tel_params(std::string_view a, std::string_view b) noexcept -> bool {
    if (a == b) return true;
    const uri_params_view left{a}, right{b};
    std::size_t of_left = 0, of_right = 0;
    for ([[maybe_unused]] const auto& param : left) ++of_left;
    for ([[maybe_unused]] const auto& param : right) ++of_right;
    if (of_left != of_right || of_left > max_compared_tel_params) return false;
    for (const auto& param : left)
        if (count_tel_param(param, left) != count_tel_param(param, right)) return false;
    return true;
}

[[nodiscard]] constexpr auto same_tel(std::string_view a, std::string_view b) noexcept -> bool {
    const auto params_of = [](std::string_view text, std::size_t number) {
        return slice(text, std::min(number + 1, text.size()), text.size());
    };
    const auto number_of_a = find_any<';'>(a, 0), number_of_b = find_any<';'>(b, 0);
    return same_tel_text(slice(a, 0, number_of_a), slice(b, 0, number_of_b), tel_text::number) &&
           same_tel_params(params_of(a, number_of_a), params_of(b, number_of_b));
}

/// Walks over what names the resource of a URN, all before the components that only say what to do with it: the
/// namespace and the digits of escapes in small letters, the rest as it is.
class urn_reader {
public:
    constexpr explicit urn_reader(std::string_view urn) noexcept : rest_(slice(urn, 0, find_any<'?', '#'>(urn, 0))) {}

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return rest_.empty(); }

    constexpr auto next() noexcept -> char {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        const bool any_case = in_namespace_ || digits_ > 0;
        in_namespace_ = in_namespace_ && c != ':';
        digits_ = c == '%' ? 2 : digits_ > 0 ? digits_ - 1 : 0;
        return any_case ? ascii::lower(c) : c;
    }

private:
    std::string_view rest_;
    bool in_namespace_ = true;
    unsigned digits_ = 0; ///< of an escape that are still to come
};

[[nodiscard]] constexpr auto same_urn(std::string_view a, std::string_view b) noexcept -> bool {
    urn_reader left{a}, right{b};
    while (!left.at_end() && !right.at_end())
        if (left.next() != right.next()) return false;
    return left.at_end() && right.at_end();
}

} // namespace detail

/// Returns: whether two URIs of one scheme other than sip and sips are the same.
/// Cost:    one pass; of tel URIs up to `max_compared_tel_params` squared comparisons of parameters.
/// Spec:    RFC 3966 §4 for tel, RFC 8141 §3.1 for urn; others by their octets.
[[nodiscard]] constexpr auto opaque_equal(const uri_view& a, const uri_view& b) noexcept -> bool {
    if (!ascii::iequals(a.scheme, b.scheme)) return false;
    if (a.opaque == b.opaque) return true;
    if (a.kind == uri_scheme::tel) return detail::same_tel(a.opaque, b.opaque);
    return ascii::iequals(a.scheme, "urn") && detail::same_urn(a.opaque, b.opaque);
}

} // namespace sipwhere

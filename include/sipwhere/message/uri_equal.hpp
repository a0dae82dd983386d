// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/opaque_equal.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/message/uri_params.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace sipwhere {

namespace detail {

[[nodiscard]] constexpr auto same_field(const param_view& a, const param_view& b) noexcept -> bool {
    return percent_equal(a.name, b.name, letter_case::ignored) && percent_equal(a.value, b.value, letter_case::ignored);
}

/// Whether the absence of this parameter says something, so that it can't be passed over.
[[nodiscard]] constexpr auto must_be_in_both(std::string_view name) noexcept -> bool {
    constexpr std::array<std::string_view, 5> names{"transport", "user", "method", "ttl", "maddr"};
    for (const auto known : names)
        if (percent_equal(name, known, letter_case::ignored)) return true;
    return false;
}

/// Whether each parameter of `a` is the same in `b`, or is missing there and may be.
[[nodiscard]] constexpr auto agrees(uri_params_view a, uri_params_view b) noexcept -> bool {
    for (const auto& param : a) {
        const auto other = b.find(param.name);
        if (other ? !same_field(param, *other) : must_be_in_both(param.name)) return false;
    }
    return true;
}

[[nodiscard]] constexpr auto same_params(std::string_view a, std::string_view b) noexcept -> bool {
    return a == b || (agrees(uri_params_view{a}, uri_params_view{b}) && agrees(uri_params_view{b}, uri_params_view{a}));
}

[[nodiscard]] constexpr auto count_of(const param_view& header, uri_headers_view headers) noexcept -> std::size_t {
    std::size_t count = 0;
    for (const auto& other : headers) count += same_field(header, other) ? 1U : 0U;
    return count;
}

/// Whether all headers of `a` come equally often in both, in any order.
[[nodiscard]] constexpr auto holds(uri_headers_view a, uri_headers_view b) noexcept -> bool {
    for (const auto& header : a)
        if (count_of(header, a) != count_of(header, b)) return false;
    return true;
}

[[nodiscard]] constexpr auto same_headers(std::string_view a, std::string_view b) noexcept -> bool {
    return a == b ||
           (holds(uri_headers_view{a}, uri_headers_view{b}) && holds(uri_headers_view{b}, uri_headers_view{a}));
}

} // namespace detail

/// Returns: whether two URIs are the same. Symmetric, but not transitive: a parameter in only one of them is
///          mostly passed over.
/// Cost:    at most `max_params` squared comparisons of names.
/// Spec:    RFC 3261 §19.1.4; `opaque_equal` for other schemes than sip and sips.
[[nodiscard]] constexpr auto uri_equal(const uri_view& a, const uri_view& b) noexcept -> bool {
    if (a.kind != b.kind) return false;
    if (!a.is_sip()) return opaque_equal(a, b);
    if (a.port != b.port || a.has_user != b.has_user || a.has_password != b.has_password) return false;
    if (!same_host(a.host, b.host)) return false;
    if (!percent_equal(a.user, b.user, letter_case::matters)) return false;
    if (!percent_equal(a.password, b.password, letter_case::matters)) return false;
    return detail::same_params(a.params, b.params) && detail::same_headers(a.headers, b.headers);
}

} // namespace sipwhere

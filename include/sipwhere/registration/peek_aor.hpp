// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/model/aor.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

namespace detail {

/// Finds the value of the first To field, without judging anything.
[[nodiscard]] constexpr auto peek_to(std::string_view bytes) noexcept -> std::string_view {
    for (auto at = find_any<'\n'>(bytes, 0); at < bytes.size(); at = find_any<'\n'>(bytes, at)) {
        const auto line = slice(bytes, ++at, bytes.size());
        for (const std::size_t size : {3U, 2U}) { // "To:" and the compact form
            const auto name = line.substr(0, size);
            if (ascii::iequals(name, size == 3 ? "To:" : "t:")) return slice(line, size, line.size());
        }
    }
    return {};
}

} // namespace detail

/// Guesses which address-of-record a message names, before it is parsed. Use it to prefetch memory only.
///
/// Returns: user and domain of its To as they stand; both empty when it looks like no REGISTER.
/// Cost:    one pass up to the To.
[[nodiscard]] constexpr auto peek_aor(std::string_view bytes) noexcept -> aor_view {
    if (!bytes.starts_with("REGISTER ")) return {};
    const auto to = detail::peek_to(bytes);
    const auto user = find_any<':'>(to, 0) + 1;
    if (user >= to.size()) return {};
    const auto at = find_any<'@', '\r', '\n'>(to, user);
    if (at == to.size() || to[at] != '@') return {};
    const auto end = find_any<'>', ';', ':', ' ', '\r', '\n'>(to, at);
    return {slice(to, user, at), slice(to, at + 1, end)};
}

} // namespace sipwhere

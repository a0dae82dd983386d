// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace registrard {

/// Returns: whether the whole text is a number that fits.
template <typename Number>
auto read_number(std::string_view text, Number& into) -> bool {
    const auto end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, into);
    return stopped == end && failed == std::errc{};
}

} // namespace registrard

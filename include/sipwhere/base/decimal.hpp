// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace sipwhere {

/// What to do with a number above the largest that can be held.
enum class overflow : std::uint8_t { is_error, saturates };

/// Reads a whole text as a decimal number; leading zeros are allowed, signs and blanks are not.
///
/// Errors: bad_number when the text is empty, holds anything but digits, or is too large and that is an error.
/// Cost:   one pass.
[[nodiscard]] constexpr auto parse_decimal(std::string_view text, overflow when_large = overflow::is_error,
                                           std::uint32_t largest = std::numeric_limits<std::uint32_t>::max()) noexcept
    -> result<std::uint32_t> {
    if (text.empty()) return fail(errc::bad_number);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!ascii::is(text[i], ascii::set::digit)) return fail(errc::bad_number, i);
        if (value <= largest) value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
    }
    if (value <= largest) return static_cast<std::uint32_t>(value);
    if (when_large == overflow::saturates) return largest;
    return fail(errc::bad_number, text.size());
}

} // namespace sipwhere

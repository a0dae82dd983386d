// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace sipwhere {

/// What to do with a number above the largest that can be held.
enum class overflow : std::uint8_t { is_error, saturates };

/// Reads the digits that come next, leading zeros too.
///
/// Errors: bad_number when there is no digit, or the number is too large and that is an error.
/// Cost:   one pass.
[[nodiscard]] constexpr auto take_decimal(cursor& in, overflow when_large = overflow::is_error,
                                          std::uint32_t largest = std::numeric_limits<std::uint32_t>::max()) noexcept
    -> result<std::uint32_t> {
    constexpr std::uint64_t larger_than_any = std::uint64_t{1} << 56U;
    const auto text = in.rest();
    const char* const end = text.data() + text.size();
    const auto* at = text.data();
    std::uint64_t value = 0;
    for (unsigned digit = 0; at != end && (digit = static_cast<unsigned>(*at) - '0') <= 9; ++at)
        if (value < larger_than_any) value = value * 10 + digit;
    if (at == text.data()) return fail(errc::bad_number, in.position());
    in.rewind(in.offset_of({at, 0}));
    if (value <= largest) return static_cast<std::uint32_t>(value);
    if (when_large == overflow::saturates) return largest;
    return fail(errc::bad_number, in.position());
}

/// Reads a whole text as a decimal number; leading zeros are allowed, signs and blanks are not.
///
/// Errors: bad_number when the text is empty, holds anything but digits, or is too large and that is an error.
/// Cost:   one pass.
[[nodiscard]] constexpr auto parse_decimal(std::string_view text, overflow when_large = overflow::is_error,
                                           std::uint32_t largest = std::numeric_limits<std::uint32_t>::max()) noexcept
    -> result<std::uint32_t> {
    cursor in{text};
    const auto number = take_decimal(in, when_large, largest);
    if (number && !in.at_end()) return fail(errc::bad_number, in.position());
    return number;
}

} // namespace sipwhere

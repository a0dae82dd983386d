// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Writes a time as `Sat, 13 Nov 2010 23:29:00 GMT`.
///
/// Units: `since_1970` in seconds of UTC, up to the year 2106.
/// Cost:  32-bit arithmetic alone.
/// Spec:  RFC 3261 §20.17, RFC 1123.
constexpr void write_date(writer& out, std::chrono::seconds since_1970) noexcept {
    constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto seconds = static_cast<std::uint32_t>(since_1970.count());
    const std::chrono::sys_days day{std::chrono::days{static_cast<int>(seconds / 86400)}};
    const std::chrono::year_month_day date{day};
    const auto of_day = seconds % 86400;
    out.put(weekdays[std::chrono::weekday{day}.c_encoding()]).put(", ");
    out.put_padded(static_cast<unsigned>(date.day()), 2).put(' ');
    out.put(months[static_cast<unsigned>(date.month()) - 1]).put(' ');
    out.put_padded(static_cast<std::uint32_t>(static_cast<int>(date.year())), 4).put(' ');
    out.put_padded(of_day / 3600, 2).put(':');
    out.put_padded(of_day / 60 % 60, 2).put(':');
    out.put_padded(of_day % 60, 2).put(" GMT");
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/model/refusal.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace sipwhere {

/// Chooses the interval of a contact.
///
/// `requested` comes from the contact's `expires`, or else from the Expires header field.
/// Returns: seconds, 0 to remove; nothing when the request is too brief and has to hear 423, which is never said to
///          one that asks for an hour or more. More than was asked for only if the user chose `when_brief::raise`.
/// Spec:    RFC 3261 §10.3 step 7.
[[nodiscard]] constexpr auto granted_expires(std::optional<std::uint32_t> requested, const limits& rules) noexcept
    -> std::optional<std::uint32_t> {
    constexpr std::uint32_t hour = 3600;
    const auto shortest = static_cast<std::uint32_t>(rules.min_expires.count());
    const auto longest = static_cast<std::uint32_t>(rules.max_expires.count());
    const auto asked = requested.value_or(static_cast<std::uint32_t>(rules.granted_by_default().count()));
    if (asked == 0) return 0;
    if (asked < shortest && rules.when_brief == when_brief::raise) return shortest;
    if (asked < shortest && asked < hour) return std::nullopt;
    return std::min(asked, longest);
}

} // namespace sipwhere

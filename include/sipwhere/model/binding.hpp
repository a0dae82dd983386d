// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/instant.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Returns: whether something that ends in second `due` is still there; `never32` has no end.
[[nodiscard]] constexpr auto is_live_until(seconds32 due, instant now) noexcept -> bool {
    return due == never32 || to_instant(due) > now;
}

/// Returns: whole seconds left, at least 1 while it is there, so that no answer shows `expires=0`.
[[nodiscard]] constexpr auto remaining_until(seconds32 due, instant now) noexcept -> std::uint32_t {
    const auto passed = ceil_seconds(now);
    return due > passed ? due - passed : 1;
}

/// One contact of an address-of-record, as a store keeps it (RFC 3261 §10.3 step 7).
struct binding_view {
    std::string_view uri{};     ///< the contact's URI as it was given, without brackets
    std::string_view params{};  ///< its Contact parameters as they were given, `;q=0.5;…`, without `expires`
    std::string_view call_id{}; ///< of the REGISTER that wrote it last
    std::string_view path{};    ///< the Path values of that REGISTER
    std::uint32_t cseq = 0;   ///< of the REGISTER that wrote it last
    seconds32 due = 0;        ///< when it ends; `never32` for one that an operator added
    seconds32 first = 0;      ///< when it was created
    seconds32 last = 0;       ///< when it was refreshed last
    std::uint16_t q = 1000;   ///< preference in thousandths
    flow source{};            ///< the way its last REGISTER came
    std::string_view user_agent{}; ///< of that REGISTER, if `settings::keep_user_agent` asks for it; 255 bytes at most
    bool of_flow = false; ///< it goes when the connection ends by which its last REGISTER came

    /// Returns: whether an operator added it, so that no REGISTER changes it and no time ends it.
    [[nodiscard]] constexpr auto is_static() const noexcept -> bool { return due == never32; }

    [[nodiscard]] constexpr auto is_live(instant now) const noexcept -> bool { return is_live_until(due, now); }

    /// Returns: whole seconds left, at least 1 while it is live.
    [[nodiscard]] constexpr auto remaining(instant now) const noexcept -> std::uint32_t {
        return remaining_until(due, now);
    }
};

} // namespace sipwhere

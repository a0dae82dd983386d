// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere {

/// An answer that says no, as a value: the peer must hear it, so it is no failure.
struct refusal {
    status code{};
    std::string_view reason{};  ///< reason phrase; empty for the standard one; static text
    std::uint32_t seconds = 0;  ///< Min-Expires of a 423, Retry-After of a 503

    friend constexpr auto operator==(const refusal&, const refusal&) noexcept -> bool = default;
};

/// Returns: a refusal where there might have been none. Never inline, as it is made in many places.
[[nodiscard, gnu::noinline]] constexpr auto refuse(status code, const char* reason = "") noexcept
    -> std::optional<refusal> {
    return refusal{code, reason};
}

} // namespace sipwhere

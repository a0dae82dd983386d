// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// An answer that says no, as a value: the peer must hear it, so it is no failure.
struct refusal {
    status code{};
    std::string_view reason{};  ///< reason phrase; empty for the standard one; static text
    std::uint32_t seconds = 0;  ///< Min-Expires of a 423, Retry-After of a 503

    friend constexpr auto operator==(const refusal&, const refusal&) noexcept -> bool = default;
};

} // namespace sipwhere

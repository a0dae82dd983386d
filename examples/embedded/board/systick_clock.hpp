// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/clock.hpp>

#include <cstdint>

namespace board {

/// Counts the milliseconds of the processor's own timer, from its start on; it wraps after half a billion years.
///
/// There is only one, since there is only one such timer. Without a wall clock there is no `unix_time`, and answers
/// have no Date.
class systick_clock {
public:
    static constexpr bool survives_restart = false;

    /// Begins to count.
    void start() noexcept;

    [[nodiscard]] auto now() const noexcept -> sipwhere::instant;
};

static_assert(sipwhere::clock_policy<systick_clock>);

} // namespace board

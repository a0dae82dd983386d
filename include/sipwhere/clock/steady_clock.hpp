// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/clock.hpp>

#include <chrono>

namespace sipwhere {

/// The host's steady clock, which nobody can set, counted from the making of this object.
class steady_clock {
public:
    static constexpr bool survives_restart = false;

    [[nodiscard]] auto now() const noexcept -> instant {
        const auto passed = std::chrono::steady_clock::now() - beginning_;
        return instant{} + std::chrono::duration_cast<std::chrono::milliseconds>(passed);
    }

    /// Returns: what the host's wall clock says.
    [[nodiscard]] auto unix_time() const noexcept -> std::chrono::seconds {
        return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    }

private:
    std::chrono::steady_clock::time_point beginning_ = std::chrono::steady_clock::now();
};

static_assert(clock_policy<steady_clock>);

} // namespace sipwhere

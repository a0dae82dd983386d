// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/observer.hpp>

namespace sipwhere {

/// Ignores every event.
struct null_observer {
    constexpr void on(const binding_event&) const noexcept {}
    constexpr void on(const rejection_event&) const noexcept {}
    constexpr void on(const traffic_event&) const noexcept {}
};

static_assert(observer_policy<null_observer>);

} // namespace sipwhere

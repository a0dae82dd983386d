// EXPECT: clock policy needs: now() const noexcept -> instant
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct throwing_clock {
    static constexpr bool survives_restart = false;
    auto now() const -> sipwhere::instant;
};
static_assert(sipwhere::explain_clock<throwing_clock>());

// EXPECT: clock policy needs: static constexpr bool survives_restart
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct mortal_clock {
    auto now() const noexcept -> sipwhere::instant;
};
static_assert(sipwhere::explain_clock<mortal_clock>());

// EXPECT: observer policy needs: on(const traffic_event&)
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct half_observer {
    void on(const sipwhere::binding_event& event);
    void on(const sipwhere::rejection_event& event);
};
static_assert(sipwhere::explain_observer<half_observer>());

// EXPECT: access policy needs: authorize(const access_request&, writer&) -> std::optional<refusal>
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct plain_access {
    auto authorize(const sipwhere::access_request& asked, sipwhere::writer& fields) -> bool;
};
static_assert(sipwhere::explain_access<plain_access>());

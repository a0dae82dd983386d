// EXPECT: access policy needs: authorize(const access_request&, writer&) -> std::optional<refusal>
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct broken_access {};

template class sipwhere::basic_registrar<sipwhere::archetype_clock, sipwhere::archetype_storage,
                                         sipwhere::archetype_transport, sipwhere::archetype_random, broken_access,
                                         sipwhere::archetype_observer>;

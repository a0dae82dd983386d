// EXPECT: observer policy needs: on(const binding_event&)
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct broken_observer {};

template class sipwhere::basic_registrar<sipwhere::archetype_clock, sipwhere::archetype_storage,
                                         sipwhere::archetype_transport, sipwhere::archetype_random,
                                         sipwhere::archetype_access, broken_observer>;

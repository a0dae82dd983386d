// EXPECT: transport policy needs: listen(receiver_ref) -> result<void>
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct broken_transport {};

template class sipwhere::basic_registrar<sipwhere::archetype_clock, sipwhere::archetype_storage, broken_transport,
                                         sipwhere::archetype_random, sipwhere::archetype_access,
                                         sipwhere::archetype_observer>;

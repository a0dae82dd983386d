// EXPECT: a policy with state has to be passed to the registrar's constructor
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

void make(sipwhere::archetype_clock& clock, sipwhere::archetype_storage& storage,
          sipwhere::archetype_transport& transport) {
    const sipwhere::basic_registrar<sipwhere::archetype_clock, sipwhere::archetype_storage,
                                    sipwhere::archetype_transport, sipwhere::archetype_random,
                                    sipwhere::archetype_access, sipwhere::archetype_observer>
        registrar{{}, clock, storage, transport};
}

// EXPECT: a persistent storage needs a clock that survives a restart
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct lasting_storage : sipwhere::archetype_storage {
    static constexpr bool persistent = true;
};

template class sipwhere::basic_registrar<sipwhere::archetype_clock, lasting_storage, sipwhere::archetype_transport,
                                         sipwhere::archetype_random, sipwhere::archetype_access,
                                         sipwhere::archetype_observer>;

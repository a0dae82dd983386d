// EXPECT: clock policy needs: now() const noexcept -> instant
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct broken_clock {};

template class sipwhere::basic_registrar<broken_clock, sipwhere::archetype_storage, sipwhere::archetype_transport,
                                         sipwhere::archetype_random, sipwhere::archetype_access,
                                         sipwhere::archetype_observer>;

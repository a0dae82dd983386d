// EXPECT: random policy needs: next() noexcept -> std::uint64_t
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct broken_random {};

template class sipwhere::basic_registrar<sipwhere::archetype_clock, sipwhere::archetype_storage,
                                         sipwhere::archetype_transport, broken_random, sipwhere::archetype_access,
                                         sipwhere::archetype_observer>;

// EXPECT: storage policy needs: update(const aor_view&, record_job) -> outcome
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct broken_storage {
    using workspace = sipwhere::heap_workspace;
    static constexpr bool persistent = false;
};

template class sipwhere::basic_registrar<sipwhere::archetype_clock, broken_storage, sipwhere::archetype_transport,
                                         sipwhere::archetype_random, sipwhere::archetype_access,
                                         sipwhere::archetype_observer>;

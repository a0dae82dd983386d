// EXPECT: each further argument has to be a random, an access or an observer policy
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

struct unknown_policy {};

void make(sipwhere::archetype_clock& clock, sipwhere::archetype_storage& storage,
          sipwhere::archetype_transport& transport, unknown_policy& unknown) {
    const sipwhere::basic_registrar registrar{{}, clock, storage, transport, unknown};
}

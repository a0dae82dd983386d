// EXPECT: each further argument has to be a random, an access or an observer policy
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct unknown_policy {};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    unknown_policy unknown;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, unknown};
}

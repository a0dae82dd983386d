// EXPECT: a registrar takes one random, one access and one observer policy
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_observer : sipwhere::archetype_observer {};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    my_observer first;
    sipwhere::archetype_observer second;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, first, second};
}

// EXPECT: a persistent storage needs a clock that survives a restart
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_storage : sipwhere::archetype_storage {
    static constexpr bool persistent = true;
};

int main() {
    sipwhere::archetype_clock clock;
    my_storage storage;
    sipwhere::archetype_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}

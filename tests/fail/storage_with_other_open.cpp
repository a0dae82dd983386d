// EXPECT: storage policy needs: open(instant) -> result<void>, if it has to be opened
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_storage : sipwhere::hash_storage {
    auto open(sipwhere::instant) -> bool { return true; }
};

int main() {
    sipwhere::archetype_clock clock;
    my_storage storage;
    sipwhere::archetype_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}

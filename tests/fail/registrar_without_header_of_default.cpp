// EXPECT: include sipwhere/sipwhere.hpp, or the headers of the policies that are left to their defaults
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}

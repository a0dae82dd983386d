// EXPECT: each further argument has to be an access or an observer policy
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

int main() {
    const sipwhere::settings config;
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_random random;
    sipwhere::registration_handler registrar{config, clock, storage, random};
}

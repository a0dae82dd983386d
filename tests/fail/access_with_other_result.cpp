// EXPECT: access policy needs: authorize(const access_request&, writer&) -> access_result
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_access {
    auto authorize(const sipwhere::access_request&, sipwhere::writer&) -> bool { return true; }
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    my_access access;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, access};
}

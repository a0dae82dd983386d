// EXPECT: observer policy needs: on(const rejection_event&)
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_observer final {
    void on(const sipwhere::binding_event&) {}
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    my_observer observer;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, observer};
}

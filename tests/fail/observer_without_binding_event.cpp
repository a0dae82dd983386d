// EXPECT: observer policy needs: on(const binding_event&)
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_observer {
    void on(const sipwhere::rejection_event&) {}
    void on(const sipwhere::traffic_event&) {}
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    my_observer observer;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, observer};
}

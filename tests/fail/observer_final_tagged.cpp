// EXPECT: observer policy needs: on(const binding_event&)
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_observer final {
    using policy = sipwhere::observer_tag;
    void on(int) {}
    void on(int, int) {}
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    my_observer observer;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, observer};
}

// EXPECT: a server takes one random and one observer policy; tee_observer makes one of several
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

int main() {
    const sipwhere::settings config;
    sipwhere::archetype_clock clock;
    sipwhere::archetype_transport transport;
    sipwhere::archetype_observer observer;
    sipwhere::counting_observer counts;
    sipwhere::basic_server server{config, clock, transport, observer, counts};
}

// EXPECT: a handler needs: handle(exchange&) -> verdict
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_handler {
    static constexpr sipwhere::method_set methods{sipwhere::method::invite};
    auto handle(sipwhere::exchange&) -> bool { return true; }
};

int main() {
    const sipwhere::settings config;
    sipwhere::archetype_clock clock;
    sipwhere::archetype_transport transport;
    my_handler handler;
    sipwhere::basic_server server{config, clock, transport, handler};
}

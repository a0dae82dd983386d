// EXPECT: a handler needs: static constexpr method_set methods
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_handler {
    auto handle(sipwhere::exchange& request) -> sipwhere::verdict { return request.not_mine(); }
};

int main() {
    const sipwhere::settings config;
    sipwhere::archetype_clock clock;
    sipwhere::archetype_transport transport;
    my_handler handler;
    sipwhere::basic_server server{config, clock, transport, handler};
}

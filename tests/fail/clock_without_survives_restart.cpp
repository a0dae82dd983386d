// EXPECT: clock policy needs: static constexpr bool survives_restart
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_clock {
    auto now() const noexcept -> sipwhere::instant { return {}; }
};

int main() {
    my_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}

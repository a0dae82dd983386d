// EXPECT: storage policy needs: using memory = heap_memory, fixed_memory<> or one of your own like them
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_storage {
    using memory = int;
    static constexpr bool persistent = false;
    auto update(const sipwhere::aor_view&, sipwhere::record_job) -> sipwhere::outcome { return {}; }
    void read(const sipwhere::aor_view&, sipwhere::instant, sipwhere::bindings_visitor) const {}
    auto expire(sipwhere::instant, unsigned, sipwhere::binding_sink) -> sipwhere::instant { return {}; }
    auto scan(sipwhere::scan_position, unsigned, sipwhere::instant, sipwhere::record_visitor) const
        -> sipwhere::scan_position {
        return {};
    }
};

int main() {
    sipwhere::archetype_clock clock;
    my_storage storage;
    sipwhere::archetype_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}

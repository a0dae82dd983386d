// EXPECT: storage policy needs: scan(scan_position, unsigned, instant, record_visitor) const -> scan_position
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct opaque_storage {
    using workspace = sipwhere::heap_workspace;
    static constexpr bool persistent = false;
    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome;
    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const;
    auto expire(sipwhere::instant now, unsigned at_most, sipwhere::binding_sink sink) -> sipwhere::instant;
};
static_assert(sipwhere::explain_storage<opaque_storage>());

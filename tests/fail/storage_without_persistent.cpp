// EXPECT: storage policy needs: static constexpr bool persistent
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct forgetful_storage {
    using workspace = sipwhere::heap_workspace;
    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome;
    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const;
    auto expire(sipwhere::instant now, unsigned at_most, sipwhere::binding_sink sink) -> sipwhere::instant;
    auto scan(sipwhere::scan_position from, unsigned at_most, sipwhere::instant now,
              sipwhere::record_visitor visit) const -> sipwhere::scan_position;
};
static_assert(sipwhere::explain_storage<forgetful_storage>());

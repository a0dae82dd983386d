// EXPECT: storage policy needs: using workspace = a type with view() noexcept -> workspace_view
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct cramped_storage {
    using workspace = int;
    static constexpr bool persistent = false;
    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome;
    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const;
    auto expire(sipwhere::instant now, unsigned at_most, sipwhere::binding_sink sink) -> sipwhere::instant;
    auto scan(sipwhere::scan_position from, unsigned at_most, sipwhere::instant now,
              sipwhere::record_visitor visit) const -> sipwhere::scan_position;
};
static_assert(sipwhere::explain_storage<cramped_storage>());

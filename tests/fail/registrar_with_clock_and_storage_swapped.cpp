// EXPECT: clock policy needs: now() const noexcept -> instant
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

using storage_first = sipwhere::archetype_storage;
using clock_second = sipwhere::archetype_clock;

int main() {
    storage_first clock;
    clock_second storage;
    sipwhere::archetype_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}

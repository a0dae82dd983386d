// EXPECT: a sharded storage draws its secret anew in each run: it can't be persistent
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/storage/sharded_storage.hpp>

struct lasting_storage : sipwhere::archetype_storage {
    static constexpr bool persistent = true;
};

template class sipwhere::sharded_storage<lasting_storage, 4>;

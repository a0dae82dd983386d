// EXPECT: a sharded storage has from 1 to 65536 shards
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/storage/sharded_storage.hpp>

template class sipwhere::sharded_storage<sipwhere::archetype_storage, 0>;

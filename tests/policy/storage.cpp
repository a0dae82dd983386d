// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/storage.hpp>

#include <sipwhere/policy/archetypes.hpp>

#include <doctest/doctest.h>

namespace storage_test {

using namespace sipwhere;

struct seeded_storage : archetype_storage {
    void seed(hash_key) {}
};

struct const_verbs : archetype_storage {
    auto update(const aor_view&, record_job) const -> outcome { return outcome::failed; }
    auto expire(instant, unsigned, binding_sink) const -> instant { return never; }
};

struct more_arguments : archetype_storage {
    auto update(const aor_view& key, record_job job, int = 0) -> outcome { return archetype_storage::update(key, job); }
};

TEST_CASE("a storage may offer more than the concept asks for") {
    CHECK(storage_policy<archetype_storage>);
    CHECK(storage_policy<seeded_storage>);
    CHECK(storage_policy<const_verbs>);
    CHECK(storage_policy<more_arguments>);
}

TEST_CASE("a storage that hashes its keys is known by its seed") {
    CHECK(has_seed<seeded_storage>);
    CHECK_FALSE(has_seed<archetype_storage>);
}

struct returns_a_number : archetype_storage {
    auto update(const aor_view&, record_job) -> int { return 0; }
};
struct reads_by_changing : archetype_storage {
    void read(const aor_view&, instant, bindings_visitor) {}
};
struct needs_no_key : archetype_storage {
    auto update(record_job) -> outcome { return outcome::failed; }
};

TEST_CASE("a storage that comes near is none") {
    CHECK_FALSE(storage_policy<returns_a_number>);
    CHECK_FALSE(storage_policy<reads_by_changing>);
    CHECK_FALSE(storage_policy<needs_no_key>);
    CHECK_FALSE(storage_policy<int>);
}

} // namespace storage_test

// SPDX-License-Identifier: BSL-1.0
#include <reference/drawn_rules.hpp>
#include <reference/duel.hpp>
#include <reference/seeds.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/testing/slow_access.hpp>
#include <sipwhere/testing/slow_storage.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace slow_policies_test {

using namespace sipwhere;
using namespace sipwhere_test;
using reference::rules_of;

/// What a history is played on: a hash storage whose back end is slow. Who looks into it, looks behind.
struct slow_hash {
    using memory = fixed_memory<reference::waiting_room>;
    static constexpr bool persistent = false;
    static constexpr bool may_wait = true;
    static inline std::uint64_t seed_of_next = 0;

    hash_storage inner;
    testing::slow_storage<hash_storage> slow{inner, {.seed = ++seed_of_next, .at_once = 0.2, .slow_reads = true}};

    auto update(const aor_view& key, record_job job) -> outcome { return inner.update(key, job); }
    auto update(const aor_view& key, record_job job, ticket waits) -> outcome { return slow.update(key, job, waits); }
    void read(const aor_view& key, instant now, bindings_visitor visit) const { inner.read(key, now, visit); }
    auto read(const aor_view& key, instant now, bindings_visitor visit, ticket waits) const -> sipwhere::reading {
        return slow.read(key, now, visit, waits);
    }
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant { return slow.expire(now, at_most, sink); }
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        return inner.scan(from, at_most, now, visit);
    }
    void seed(hash_key key) { inner.seed(key); }
    void abandon(const completion_queue& queue) { slow.abandon(queue); }
    [[nodiscard]] auto is_idle() const -> bool { return slow.is_idle(); }
    [[nodiscard]] auto size() const -> std::size_t { return inner.size(); }
};
static_assert(waiting_storage<slow_hash>);

/// Lets everyone in, after a while.
struct slow_door : testing::slow_access<open_access> {
    static inline open_access open;
    static inline std::uint64_t seed_of_next = 0;

    slow_door() : slow_access(open, {.seed = ++seed_of_next, .at_once = 0.2, .in_order = true}) {}
};

TEST_CASE(
    "what a registrar answers and keeps whose policies answer later is what the reference says (RFC 3261 §10.3)") {
    const auto count = seeds(most_seeds);
    std::size_t served = 0;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        reference::duel<slow_hash, slow_door> duel{seed, rules_of(seed)};
        const auto difference = duel.play();
        served += duel.served();
        if (difference.empty()) continue;
        MESSAGE(duel.story());
        FAIL_CHECK(difference << ", seed " << seed);
        return;
    }
    CHECK(served >= 90 * count);
}

} // namespace slow_policies_test

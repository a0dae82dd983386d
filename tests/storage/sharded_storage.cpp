// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/sharded_storage.hpp>

#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <support/at_once.hpp>
#include <support/storage_laws_hold.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sharded_storage_test {

using namespace sipwhere;
static_assert(storage_policy<sharded_storage<hash_storage, 64>>);
static_assert(storage_policy<sharded_storage<fixed_storage<4, 8, 1000>, 2>>);
using sipwhere_test::at_once;
using testing::detail::binding_until;
using testing::detail::kept;
using testing::detail::packed;
using testing::detail::put;
using testing::detail::scanned;
using testing::detail::storage_ref;

constexpr aor_view alice{"alice", "example.com"};

[[nodiscard]] auto user(std::size_t number) -> std::string { return "user" + std::to_string(number); }

/// Puts in so many records that are due in second 1001.
void fill(storage_ref any, std::size_t count) {
    const auto record = packed({binding_until(1001)});
    for (std::size_t i = 0; i < count; ++i) REQUIRE(put(any, {user(i), "d"}, record) == outcome::committed);
}

/// A storage that can be looked at though it is a shard.
struct watched_storage : hash_storage {
    static inline std::vector<watched_storage*> all;
    hash_key secret{};

    watched_storage() { all.push_back(this); }
    void seed(hash_key key) {
        secret = key;
        hash_storage::seed(key);
    }
};

/// Returns: how many records each shard has that was made last.
[[nodiscard]] auto sizes() -> std::vector<std::size_t> {
    std::vector<std::size_t> made;
    for (const auto* one : watched_storage::all) made.push_back(one->size());
    return made;
}

template <std::size_t Shards>
struct watched {
    sharded_storage<watched_storage, Shards> store = made();
    storage_ref any{store};

    static auto made() -> sharded_storage<watched_storage, Shards> {
        watched_storage::all.clear();
        return {};
    }

    /// Lets the time come to the second before 1001, so that the timers of that one are next to come.
    void comes_near() {
        store.expire(to_instant(1000), 100, [](const aor_view&, const binding_view&) {});
    }
};

/// Counts the locks held now, those ever taken and the most held at a time.
struct counting_mutex {
    static inline unsigned held = 0, taken = 0, most = 0;

    void lock() {
        ++taken;
        most = std::max(most, ++held);
    }
    void unlock() { --held; }
};

TEST_CASE("sharded_storage keeps the laws of a storage") {
    using store = sharded_storage<hash_storage, 16>;
    sipwhere_test::check_laws([] { return store{}; }, {.secret_may_order = true});
    sipwhere_test::check_laws([] { return store{}; },
                              {.walks = 1, .steps = 3000, .keys = 1000, .secret_may_order = true});
}

TEST_CASE("the order of records shows the secret of a sharded_storage, which is all that keeps it from the laws") {
    std::vector<std::string> broken;
    testing::check_storage_laws([] { return sharded_storage<hash_storage, 16>{}; },
                                [&](const testing::breach& found) { broken.emplace_back(found.law); });
    CHECK(broken == std::vector<std::string>{"the secret of a hash never shows"});
}

TEST_CASE("sharded_storage of one shard is that shard") {
    sipwhere_test::check_laws([] { return sharded_storage<hash_storage, 1>{}; });
}

TEST_CASE("sharded_storage keeps them when its shards may hold few records") {
    using store = sharded_storage<hash_storage, 3>;
    sipwhere_test::check_laws([] { return store{hash_storage_limits{.max_aors = 10}}; }, {.secret_may_order = true});
}

TEST_CASE("sharded_storage keeps them with shards of another kind") {
    using store = sharded_storage<fixed_storage<40, 120, 30'000>, 4>;
    sipwhere_test::check_laws([] { return store{}; }, {.secret_may_order = true});
}

TEST_CASE("what shards are made from is the same for each: a limit of four shards allows four times as much") {
    sharded_storage<hash_storage, 4> store{hash_storage_limits{.max_aors = 5}};
    const storage_ref any{store};
    for (std::size_t i = 0; i < 1000; ++i) put(any, {user(i), "d"}, packed({binding_until(1001)}));
    CHECK(store.size() == 20);
}

TEST_CASE_FIXTURE(watched<8>, "records spread over all shards, and size() and bytes() are sums") {
    store.seed({1, 2});
    fill(any, 4000);

    std::size_t records = 0, bytes = 0;
    for (const auto* one : watched_storage::all) {
        CHECK(one->size() > 400); // of 500
        CHECK(one->size() < 600);
        records += one->size();
        bytes += one->bytes();
    }
    CHECK(records == 4000);
    CHECK(store.size() == 4000);
    CHECK(store.bytes() == bytes);
}

/// A storage that hashes its keys, and shows nobody how.
struct secretive_storage {
    using memory = hash_storage::memory;
    static constexpr bool persistent = false;
    static inline std::vector<hash_key> secrets;

    hash_storage inner;

    void seed(hash_key key) { secrets.push_back(key), inner.seed(key); }
    auto update(const aor_view& key, record_job job) -> outcome { return inner.update(key, job); }
    void read(const aor_view& key, instant now, bindings_visitor visit) const { inner.read(key, now, visit); }
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return inner.expire(now, at_most, sink);
    }
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        return inner.scan(from, at_most, now, visit);
    }
};
static_assert(has_seed<secretive_storage> && !has_hash<secretive_storage>);

TEST_CASE("shards that show nobody their hashes have each a secret of its own") {
    secretive_storage::secrets.clear();
    sharded_storage<secretive_storage, 8> store;
    store.seed({1, 2});
    std::set<std::uint64_t> different{1, 2};
    for (const auto& [first, second] : secretive_storage::secrets) different.insert({first, second});
    CHECK(different.size() == 2 + 8 * 2);
    sipwhere_test::check_laws([] { return sharded_storage<secretive_storage, 4>{}; }, {.secret_may_order = true});
}

TEST_CASE_FIXTURE(watched<8>,
                  "a key has one hash for shard and table, whose places have nothing to do with the shard") {
    store.seed({1, 2});
    for (const auto* one : watched_storage::all) CHECK(one->secret.first == 1);
    std::set<std::uint32_t> places;
    for (std::size_t i = 0; i < 4000; ++i) {
        const auto name = user(i);
        const auto& shard = *watched_storage::all[3];
        const auto before = shard.size();
        put(any, {name, "d"}, packed({binding_until(5000)}));
        if (shard.size() != before) places.insert(static_cast<std::uint32_t>(shard.hash_of({name, "d"})) % 64);
    }
    CHECK(places.size() == 64);
}

TEST_CASE_FIXTURE(watched<8>, "the first seed decides") {
    store.seed({1, 2});
    put(any, alice, packed({binding_until(5000)}));
    store.seed({3, 4});
    put(any, alice, {});
    store.seed({5, 6});
    for (const auto* one : watched_storage::all) CHECK(one->secret.first == 1);
}

TEST_CASE_FIXTURE(watched<8>, "a seed that comes too late changes nothing") {
    put(any, alice, packed({binding_until(5000)}));
    store.seed({1, 2});
    for (const auto* one : watched_storage::all) CHECK(one->secret.first == 0);
    CHECK(kept(any, alice) == packed({binding_until(5000)}));
}

TEST_CASE("the secret decides which records share a shard") {
    const auto places = [](hash_key key) {
        sharded_storage<hash_storage, 8> store;
        store.seed(key);
        fill(storage_ref{store}, 100);
        return scanned(storage_ref{store}, {});
    };
    CHECK(places({1, 2}) == places({1, 2}));
    CHECK(places({1, 2}) != places({3, 2}));
    CHECK(places({1, 2}) != places({1, 4}));
}

TEST_CASE("each call holds one lock at a time: update and read take one, a look at all takes each once") {
    sharded_storage<hash_storage, 8, counting_mutex> store;
    const auto taken_by = [](auto call) {
        counting_mutex::taken = counting_mutex::most = 0;
        call();
        CHECK(counting_mutex::most == 1);
        CHECK(counting_mutex::held == 0);
        return counting_mutex::taken;
    };
    fill(storage_ref{store}, 100);
    const auto check_held = [] { CHECK(counting_mutex::held == 1); };

    CHECK(taken_by([&] {
              store.update(alice, [&](record_view) {
                  check_held();
                  return record_update{outcome::committed, {}};
              });
          }) == 1);
    CHECK(taken_by([&] { store.read({user(7), "d"}, {}, [&](const live_bindings&) { check_held(); }); }) == 1);
    CHECK(taken_by([&] { store.scan({}, 1000, {}, [&](const aor_view&, const live_bindings&) { check_held(); }); }) ==
          8);
    CHECK(taken_by([&] {
              store.expire(to_instant(1001), 1000, [&](const aor_view&, const binding_view&) { check_held(); });
          }) == 8);
    CHECK(taken_by([&] { CHECK(store.size() == 0); }) == 8);
    CHECK(taken_by([&] { CHECK(store.bytes() == 0); }) == 8);
}

TEST_CASE_FIXTURE(watched<4>, "each shard expires its share, whoever else has a crowd") {
    comes_near();
    fill(any, 400);
    const auto before = sizes();
    unsigned gone = 0;
    const auto next = store.expire(to_instant(1001), 8, [&](const aor_view&, const binding_view&) { ++gone; });

    CHECK(gone <= 8);
    CHECK(next <= to_instant(1001));
    const auto after = sizes();
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(after[i] < before[i]); // one, where memory went back to the system with it
        CHECK(after[i] + 2 >= before[i]);
    }
}

TEST_CASE_FIXTURE(watched<4>, "an expire that may do little goes on where the last one stopped") {
    comes_near();
    fill(any, 400);
    const auto before = sizes();
    for (unsigned i = 0; i < 4; ++i) {
        unsigned gone = 0;
        store.expire(to_instant(1001), 1, [&](const aor_view&, const binding_view&) { ++gone; });
        CHECK(gone == 1);
    }
    const auto after = sizes();
    for (std::size_t i = 0; i < 4; ++i) CHECK(after[i] + 1 == before[i]);
}

TEST_CASE_FIXTURE(watched<4>, "expire tells the earliest time of all shards") {
    put(any, alice, packed({binding_until(7000)}));
    for (seconds32 i = 0; i < 20; ++i) put(any, {user(i), "d"}, packed({binding_until(9000 + i)}));

    const auto sink = [](const aor_view&, const binding_view&) {};
    instant now = to_instant(1000), next{};
    for (; (next = store.expire(now, 100, sink)) < to_instant(7000); now = next) CHECK(next > now);
    CHECK(next == to_instant(7000));
}

TEST_CASE_FIXTURE(watched<4>, "a walk that may show nothing stays where it is") {
    fill(any, 20);
    scan_position from{};
    std::size_t shown = 0;
    const auto visit = [&](const aor_view&, const live_bindings&) { ++shown; };
    do {
        CHECK(store.scan(from, 0, {}, visit) == from);
        from = store.scan(from, 3, {}, visit);
    } while (from != scan_position{});
    CHECK(shown == 20);
}

/// Adds 1 to the CSeq of the record's binding, as a refresh does.
[[nodiscard]] auto count_up(record_view record, std::string& room) -> record_update {
    auto binding = binding_until(5000);
    binding.cseq = record.size() == 0 ? 1 : (*record.begin()).cseq + 1;
    room = packed({binding});
    return {outcome::committed, room};
}

TEST_CASE("of updates of one record by several threads none is lost") {
    constexpr unsigned each = 3000;
    sharded_storage<hash_storage, 2> store;
    std::atomic<unsigned> shown_backwards{0};
    at_once(3, [&](std::size_t) {
        std::string room;
        std::uint32_t last = 0;
        for (unsigned i = 0; i < each; ++i) {
            store.update(alice, [&](record_view record) { return count_up(record, room); });
            store.read(alice, {}, [&](const live_bindings& live) {
                const auto now = (*live.begin()).cseq;
                if (now < last) ++shown_backwards;
                last = now;
            });
        }
    });
    CHECK(shown_backwards == 0);
    CHECK((*record_view{kept(storage_ref{store}, alice)}.begin()).cseq == 3 * each);
}

TEST_CASE("a walk shows each record once that stays, while other threads put in and take away") {
    constexpr std::size_t count = 500, walks = 20;
    sharded_storage<hash_storage, 8> store;
    const storage_ref any{store};
    fill(any, count);
    const auto record = packed({binding_until(5000)});
    std::atomic<bool> done{false};
    std::size_t complete = 0;
    at_once(3, [&](std::size_t thread) {
        for (std::size_t i = 0; thread != 0 && !done; ++i) {
            const auto name = std::to_string(thread) + "-" + std::to_string(i / 2 % 1000);
            put(any, {name, "comes"}, i % 2 == 0 ? record : std::string{});
        }
        for (std::size_t i = 0; thread == 0 && i < walks; ++i) {
            auto keys = scanned(any, {}, 1 + static_cast<unsigned>(i));
            std::erase_if(keys, [](const aor& key) { return key.domain == "comes"; });
            std::sort(keys.begin(), keys.end());
            const bool twice = std::adjacent_find(keys.begin(), keys.end()) != keys.end();
            complete += !twice && keys.size() == count;
        }
        if (thread == 0) done = true;
    });
    CHECK(complete == walks);
}

TEST_CASE("whichever threads let bindings expire, each binding is handed over once") {
    constexpr std::size_t count = 5000;
    sharded_storage<hash_storage, 8> store;
    fill(storage_ref{store}, count);
    std::array<std::vector<aor>, 3> gone;
    std::atomic<unsigned> too_many{0};
    at_once(3, [&](std::size_t thread) {
        instant next{};
        do {
            unsigned handed = 0;
            next = store.expire(to_instant(1001), 16, [&](const aor_view& key, const binding_view&) {
                gone[thread].emplace_back(key);
                ++handed;
            });
            if (handed > 16) ++too_many;
        } while (next <= to_instant(1001));
        if (next != never) ++too_many;
    });
    CHECK(too_many == 0);
    std::set<aor> all;
    for (const auto& of_thread : gone) all.insert(of_thread.begin(), of_thread.end());
    CHECK(all.size() == count);
    CHECK(gone[0].size() + gone[1].size() + gone[2].size() == count);
    CHECK(store.size() == 0);
}

TEST_CASE("several threads may seed and begin at the same time") {
    for (std::uint64_t round = 0; round < 50; ++round) {
        sharded_storage<hash_storage, 4> store;
        const storage_ref any{store};
        at_once(3, [&](std::size_t thread) {
            store.seed({round, thread});
            for (std::size_t i = 0; i < 20; ++i) put(any, {user(100 * thread + i), "d"}, packed({binding_until(9)}));
        });
        std::size_t found = 0;
        for (std::size_t thread = 0; thread < 3; ++thread)
            for (std::size_t i = 0; i < 20; ++i) found += !kept(any, {user(100 * thread + i), "d"}).empty();
        CHECK(found == 60);
    }
}

} // namespace sharded_storage_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/hash_storage.hpp>

#include <support/allocation_counter.hpp>
#include <support/storage_laws_hold.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hash_storage_test {

using namespace sipwhere;
using testing::detail::binding_until;
using testing::detail::expire_all;
using testing::detail::kept;
using testing::detail::packed;
using testing::detail::put;
using testing::detail::scanned;
using testing::detail::storage_ref;

constexpr aor_view alice{"alice", "example.com"};

struct stored {
    hash_storage store;
    storage_ref any{store};
};

[[nodiscard]] auto user(std::size_t number) -> std::string { return "user" + std::to_string(number); }

[[nodiscard]] auto record_of(std::size_t number, seconds32 due = 5000) -> std::string {
    return packed({binding_until(due, "sip:" + user(number) + "@192.0.2.1:5060")});
}

TEST_CASE("hash_storage keeps the laws of a storage") {
    sipwhere_test::check_laws([] { return hash_storage{}; });
}

TEST_CASE("hash_storage keeps them when it grows and shrinks all the time") {
    sipwhere_test::check_laws([] { return hash_storage{}; }, {.walks = 1, .steps = 6000, .keys = 2000, .fill = 4000});
}

TEST_CASE("hash_storage keeps them when it may hold few records") {
    sipwhere_test::check_laws([] { return hash_storage{{.max_aors = 20}}; });
}

TEST_CASE("hash_storage keeps them when it may hold few bytes") {
    sipwhere_test::check_laws([] { return hash_storage{{.max_bytes = 6000}}; });
}

TEST_CASE("whether the limits have capacity for a record is known before it is stored") {
    hash_storage few{{.max_aors = 1}}, small{{.max_bytes = 200}};
    const auto one = record_of(1), large = packed({binding_until(5000, "sip:" + std::string(300, 'x') + "@b")});
    const auto has = [](const hash_storage& store, std::string_view before, std::string_view after) {
        return store.has_capacity(alice, record_view{before}, record_view{after});
    };
    CHECK(has(few, {}, one));
    CHECK(put(storage_ref{few}, {"bob", "example.com"}, one) == outcome::committed);
    CHECK(!has(few, {}, one));
    CHECK(has(few, one, one)); // of one that is there
    CHECK(has(few, one, {}));
    CHECK(has(small, {}, one));
    CHECK(!has(small, {}, large));
    CHECK(!has(small, one, large));
}

TEST_CASE("records that may not expire yet have their turn a second later") {
    stored s;
    put(s.any, alice, record_of(1, 2000));
    put(s.any, {"bob", "example.com"}, record_of(2, 2000));
    std::string gone;
    const auto take = [&gone](const aor_view& key, const binding_view&) { gone += key.user; };
    const auto next =
        s.store.expire_if(instant{2'000'000}, 100, take, [](const aor_view& key) { return key != alice; });
    CHECK(gone == "bob");
    CHECK(next == instant{2'001'000});
    CHECK(s.store.expire(next, 100, take) == never);
    CHECK(gone == "bobalice");
}

TEST_CASE("hash_storage keeps them while memory runs out again and again") {
    // The shortage begins with each update at another allocation, and ends with it.
    struct starving_storage : hash_storage {
        std::size_t allowed = 0;

        auto update(const aor_view& key, record_job job) -> outcome {
            const sipwhere_test::memory_shortage little{allowed++ % 5};
            return hash_storage::update(key, job);
        }
    };
    testing::detail::record_source draw{1};
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        starving_storage store;
        unsigned breaches = 0;
        testing::judge judge{[&](const testing::breach& found) {
            ++breaches;
            FAIL_CHECK(std::string{found.law});
        }};
        testing::detail::storage_walk walk{storage_ref{store}, judge, seed, 400};
        for (unsigned i = 0; i < 4000; ++i) walk.step();
        walk.finish();
        CHECK(breaches == 0);
        CHECK(walk.most_records() > 100);
    }
}

TEST_CASE("hash_storage keeps them when keys are prefetched, whether it has them or not") {
    static_assert(has_prefetch<hash_storage>);
    struct prefetching_storage : hash_storage {
        prefetching_storage() : hash_storage(hash_storage_limits{}) {}

        std::vector<std::string> users = std::vector<std::string>(100);
        std::size_t turn = 0;

        auto update(const aor_view& key, record_job job) -> outcome {
            users[turn++ % users.size()] = key.user;
            std::vector<std::uint64_t> hashes;
            for (const auto& one : users) hashes.push_back(hash_of({one, key.domain}));
            prefetch(std::span{hashes}.first(turn % hashes.size()));
            return hash_storage::update(key, hash_of(key), job);
        }
    };
    sipwhere_test::check_laws([] { return prefetching_storage{}; }, {.walks = 2, .steps = 4000, .keys = 1000});
}

TEST_CASE("whichever allocation fails, nothing of a new record stays") {
    constexpr std::size_t needed = 6; // lists of segments, pages and pages of slots, and the first of each
    const auto record = record_of(1);
    for (std::size_t allowed = 0; allowed <= needed; ++allowed) {
        CAPTURE(allowed);
        hash_storage store;
        const storage_ref any{store};
        const sipwhere_test::allocation_counter allocations;
        const auto result = [&] {
            const sipwhere_test::memory_shortage little{allowed};
            return put(any, alice, record);
        }();
        const auto held = allocations.held();

        CHECK(result == (allowed == needed ? outcome::committed : outcome::full));
        if (result == outcome::committed) break;
        CHECK(held <= 4); // the lists and a page stay for the next record
        CHECK(store.size() == 0);
        CHECK(store.bytes() == 0);
        CHECK(scanned(any, {}).empty());
    }
}

TEST_CASE_FIXTURE(stored, "a refresh allocates nothing") {
    for (std::size_t i = 0; i < 2000; ++i) put(any, {user(i), "example.com"}, record_of(i));
    std::vector<std::string> keys, records;
    for (std::size_t i = 0; i < 2000; ++i) {
        keys.push_back(user(i));
        records.push_back(record_of(i, 6000));
    }
    // The table may still be growing: 2,000 more updates bring that to its end.
    for (std::size_t i = 0; i < 2000; ++i) put(any, {keys[i], "example.com"}, records[i]);

    const sipwhere_test::allocation_counter allocations;
    for (std::size_t i = 0; i < 2000; ++i) put(any, {keys[i], "example.com"}, records[i]);
    CHECK(allocations.count() == 0);
}

TEST_CASE_FIXTURE(stored, "reading, scanning and prefetching allocate nothing") {
    for (std::size_t i = 0; i < 1000; ++i) put(any, {user(i), "example.com"}, record_of(i));
    const auto key = user(7);
    const std::array hashes{store.hash_of({key, "example.com"}), store.hash_of(alice)};
    unsigned seen = 0;

    const sipwhere_test::allocation_counter allocations;
    store.prefetch(hashes);
    store.read({key, "example.com"}, {}, [&](const live_bindings&) { ++seen; });
    store.scan({}, 1000, {}, [&](const aor_view&, const live_bindings&) { ++seen; });
    CHECK(seen == 1 + 1000);
    CHECK(allocations.count() == 0);
}

TEST_CASE_FIXTURE(stored, "a new record allocates nothing, but for the few that make room for many") {
    std::vector<std::string> keys, records;
    for (std::size_t i = 0; i < 10'000; ++i) {
        keys.push_back(user(i));
        records.push_back(record_of(i));
    }

    const sipwhere_test::allocation_counter allocations;
    for (std::size_t i = 0; i < 10'000; ++i) put(any, {keys[i], "example.com"}, records[i]);
    CHECK(allocations.count() < 10'000 / 50);
}

TEST_CASE_FIXTURE(stored, "bytes() counts what keys and records take, and falls to 0 with the last record") {
    put(any, alice, record_of(1));
    const auto one = store.bytes();
    put(any, alice, packed({binding_until(5000), binding_until(5000, std::string(400, 'x'))}));

    CHECK(one >= alice.user.size() + alice.domain.size() + record_of(1).size());
    CHECK(store.bytes() > one + 400);
    put(any, alice, record_of(1));
    CHECK(store.bytes() < one + 200);
    put(any, alice, {});
    CHECK(store.bytes() == 0);
    CHECK(store.size() == 0);
}

TEST_CASE_FIXTURE(stored, "memory goes with the records, but for two lists and 256 KiB") {
    const sipwhere_test::allocation_counter allocations;
    for (std::size_t i = 0; i < 10'000; ++i) put(any, {user(i), "example.com"}, record_of(i));
    const auto held_by_all = allocations.held();
    const auto pages = static_cast<std::ptrdiff_t>(store.bytes() / detail::block_pool::page_size);
    CHECK(pages > 10);

    for (std::size_t i = 0; i < 5'000; ++i) put(any, {user(2 * i), "example.com"}, {});
    constexpr std::ptrdiff_t kept = 4;
    CHECK(allocations.held() <= held_by_all - pages / 2 + kept);
    while (store.expire(to_instant(5000), 100, [](const aor_view&, const binding_view&) {}) != never) {
    }
    CHECK(allocations.held() <= 2 + kept);
}

TEST_CASE_FIXTURE(stored, "records come back as they were while others make room and take it") {
    const auto record = [](std::size_t number) {
        return packed({binding_until(5000, std::string(number * 7919 % 3000, static_cast<char>('a' + number % 26)))});
    };
    for (std::size_t i = 0; i < 1000; ++i) put(any, {user(i), "example.com"}, record(i));
    for (std::size_t i = 0; i < 1000; i += 3) put(any, {user(i), "example.com"}, {});
    for (std::size_t i = 1; i < 1000; i += 3) put(any, {user(i), "example.com"}, record(i + 1));

    for (std::size_t i = 0; i < 1000; ++i) {
        const auto wanted = i % 3 == 0 ? std::string{} : record(i % 3 == 1 ? i + 1 : i);
        CHECK((kept(any, {user(i), "example.com"}) == wanted));
    }
}

TEST_CASE_FIXTURE(stored, "a record that shrinks without memory is written all the same") {
    const auto large = packed({binding_until(5000, std::string(30'000, 'x'))});
    put(any, alice, large);
    const sipwhere_test::memory_shortage none{0};

    CHECK(put(any, alice, record_of(1)) == outcome::committed);
    CHECK(kept(any, alice) == record_of(1));
    if (!detail::system_memory::can_shrink) return; // a heap keeps the block as large as it was
    CHECK(put(any, alice, large) == outcome::full);
    CHECK(kept(any, alice) == record_of(1));
    CHECK(store.bytes() <= 4096);
}

TEST_CASE_FIXTURE(stored, "a record of many large bindings loses them one by one") {
    constexpr std::size_t count = 14;
    std::vector<binding_view> bindings;
    const std::string uri(60'000, 'u');
    for (seconds32 i = 0; i < count; ++i) bindings.push_back(binding_until(2000 + i, uri));
    REQUIRE(put(any, alice, packed({}, bindings)) == outcome::committed);

    for (seconds32 i = 0; i < count; ++i) {
        CHECK(expire_all(any, to_instant(2000 + i)).size() == 1);
        const auto left = std::span{bindings}.subspan(i + 1);
        CHECK((kept(any, alice) == packed({}, left)));
    }
    CHECK(store.bytes() == 0);
}

TEST_CASE_FIXTURE(stored, "a key or a record that is too long to be kept is refused as full") {
    const std::string long_text(70'000, 'x');

    CHECK(put(any, {long_text, "d"}, record_of(1)) == outcome::full);
    CHECK(put(any, {"u", long_text}, record_of(1)) == outcome::full);
    CHECK(put(any, alice, std::string(1'100'000, '\0')) == outcome::full);
    CHECK(store.size() == 0);
    CHECK(store.bytes() == 0);
}

TEST_CASE_FIXTURE(stored, "bindings expire in the order of their time") {
    for (seconds32 i = 0; i < 300; ++i) put(any, {user(i), "d"}, record_of(i, 1000 + i * 7919 % 5000));

    const auto gone = expire_all(any, to_instant(9000), 7);
    CHECK(gone.size() == 300);
    CHECK(std::is_sorted(gone.begin(), gone.end(), [](const auto& a, const auto& b) { return a.due < b.due; }));
}

TEST_CASE_FIXTURE(stored, "expire drops fewer records when their memory goes back to the system") {
    const auto dropped = [&](std::size_t size) {
        const auto record = packed({binding_until(2000, std::string(size, 'x'))});
        for (std::size_t i = 0; i < 1000; ++i) put(any, {user(i), "d"}, record);
        unsigned gone = 0;
        store.expire(to_instant(2000), 256, [](const auto&, const auto&) {}); // which keeps some of it
        store.expire(to_instant(2000), 256, [&](const auto&, const auto&) { ++gone; });
        expire_all(any, to_instant(2000));
        return gone;
    };
    CHECK(dropped(20) > 80);
    CHECK(dropped(1000) < 70);
    CHECK(dropped(3000) < 20);
    CHECK(dropped(3000) > 8);
}

TEST_CASE_FIXTURE(stored, "expire may be allowed to do all at once") {
    for (std::size_t i = 0; i < 100; ++i) put(any, {user(i), "d"}, record_of(i, 100'000));
    unsigned gone = 0;

    const auto next = store.expire(to_instant(100'000), 0xffff'ffff, [&](const aor_view&, const auto&) { ++gone; });
    CHECK(gone == 100);
    CHECK(next == never);
}

/// Returns: two domains under which a user gets the same hash in a store without a secret.
[[nodiscard]] auto colliding_domains(std::string_view user) -> std::pair<std::string, std::string> {
    constexpr unsigned enough = 400'000; // more than six times the square root of 2^32
    std::vector<std::pair<std::uint32_t, unsigned>> hashes;
    for (unsigned i = 0; i < enough; ++i) {
        const auto hash = siphash_1_3{{}}.text(user).text(std::to_string(i)).finish();
        hashes.emplace_back(static_cast<std::uint32_t>(hash), i);
    }
    std::sort(hashes.begin(), hashes.end());
    const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
    const auto found = std::adjacent_find(hashes.begin(), hashes.end(), same);
    REQUIRE(found != hashes.end());
    return {std::to_string(found->second), std::to_string(std::next(found)->second)};
}

TEST_CASE_FIXTURE(stored, "keys of the same hash are told apart") {
    const auto [one, other] = colliding_domains("alice");
    put(any, {"alice", one}, record_of(1));

    CHECK(kept(any, {"alice", other}).empty());
    put(any, {"alice", other}, record_of(2));
    CHECK(kept(any, {"alice", one}) == record_of(1));
    put(any, {"alice", one}, {});
    CHECK(kept(any, {"alice", one}).empty());
    CHECK(kept(any, {"alice", other}) == record_of(2));
}

TEST_CASE_FIXTURE(stored, "a walk shows records in the order of their places, whatever their hashes") {
    store.seed({1, 2});
    for (std::size_t i = 0; i < 20; ++i) put(any, {user(i), "d"}, record_of(i));

    const auto found = scanned(any, {});
    for (std::size_t i = 0; i < 20; ++i) CHECK(found[i].user == user(i));
}

} // namespace hash_storage_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/fixed_storage.hpp>

#include <support/allocation_counter.hpp>
#include <support/storage_laws_hold.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fixed_storage_test {

using namespace sipwhere;
using testing::detail::binding_until;
using testing::detail::expire_all;
using testing::detail::kept;
using testing::detail::packed;
using testing::detail::put;
using testing::detail::storage_ref;

using board_storage = fixed_storage<32, 64, 8192>;
static_assert(storage_policy<board_storage>);
static_assert(board_storage::capacity == 8192 + 32 * 35 + 64 * packed_binding::most_beside_texts);
static_assert(sizeof(board_storage) <= board_storage::capacity + 32 * 10 + 5 * sizeof(std::uint64_t));
static_assert(sizeof(fixed_storage<8, 16, 1024>) < 3 * 1024);

constexpr aor_view alice{"alice", "example.com"};

TEST_CASE("fixed_storage keeps the laws of a storage") {
    sipwhere_test::check_laws([] { return board_storage{}; });
}

TEST_CASE("fixed_storage keeps them when it is as small as can be") {
    sipwhere_test::check_laws([] { return fixed_storage<4, 4, 200>{}; });
}

TEST_CASE("fixed_storage keeps them with more than 64 KiB of text") {
    sipwhere_test::check_laws([] { return fixed_storage<200, 400, 70'000>{}; }, {.walks = 1, .keys = 300});
}

TEST_CASE("fixed_storage never allocates") {
    board_storage store;
    const auto one = packed({binding_until(2000)});
    const auto two = packed({binding_until(2000), binding_until(3000)});
    unsigned seen = 0;

    const sipwhere_test::allocation_counter allocations;
    for (unsigned i = 0; i < 100; ++i) {
        const char name[]{static_cast<char>('a' + i % 26), '\0'};
        store.update({name, "d"}, [&](record_view) {
            return record_update{outcome::committed, i % 3 == 0 ? std::string_view{} : i % 3 == 1 ? one : two};
        });
    }
    store.read({"b", "d"}, {}, [&](const live_bindings&) { ++seen; });
    store.scan({}, 100, {}, [&](const aor_view&, const live_bindings&) { ++seen; });
    store.expire(to_instant(2500), 100, [&](const aor_view&, const binding_view&) { ++seen; });
    CHECK(allocations.count() == 0);
    CHECK(seen > 20);
}

TEST_CASE("a fixed_storage is full when its AORs are used up") {
    fixed_storage<2, 8, 1000> store;
    const storage_ref any{store};
    const auto record = packed({binding_until(2000)});
    put(any, alice, record);
    put(any, {"bob", "d"}, record);

    CHECK(put(any, {"carol", "d"}, record) == outcome::full);
    CHECK(put(any, alice, packed({binding_until(2000), binding_until(3000)})) == outcome::committed);
    CHECK(store.size() == 2);
}

TEST_CASE("a fixed_storage can be filled to the last byte") {
    const auto record_of_size = [](std::size_t size) {
        const auto beside = packed({binding_until(2000, "")}).size();
        return packed({binding_until(2000, std::string(size - beside, 'x'))});
    };
    using store_type = fixed_storage<2, 2, 100>;
    constexpr auto left = store_type::capacity - 100 - 2 * 2; // two keys of two bytes
    for (const std::size_t more : {0U, 1U}) {
        store_type fresh, grown;
        put(storage_ref{fresh}, {"a", "d"}, record_of_size(100));
        CHECK((put(storage_ref{fresh}, {"b", "d"}, record_of_size(left + more)) == outcome::committed) == (more == 0));
        put(storage_ref{grown}, {"a", "d"}, record_of_size(100));
        put(storage_ref{grown}, {"b", "d"}, record_of_size(80));
        CHECK((put(storage_ref{grown}, {"b", "d"}, record_of_size(left + more)) == outcome::committed) == (more == 0));
        CHECK(kept(storage_ref{grown}, {"a", "d"}) == record_of_size(100));
    }
}

TEST_CASE("when a fixed_storage is full, records without bindings go for one that has some, the oldest first") {
    const auto empty_of = [](seconds32 at) {
        return packed(std::vector{transaction_tag{.since = at}}, std::vector<binding_view>{});
    };
    const auto one = packed({binding_until(2000)});
    const auto names_in = [](storage_ref any) {
        std::string all;
        for (const auto& each : testing::detail::scanned(any, {})) all += each.user;
        return all;
    };
    fixed_storage<4, 4, 1000> store;
    const storage_ref any{store};
    put(any, {"a", "d"}, empty_of(102));
    put(any, {"b", "d"}, empty_of(100));
    put(any, {"c", "d"}, one);
    put(any, {"d", "d"}, empty_of(101));
    CHECK(put(any, {"e", "d"}, empty_of(200)) == outcome::full);
    CHECK(put(any, {"e", "d"}, one) == outcome::committed);
    CHECK(names_in(any) == "aecd");
    CHECK(put(any, {"f", "d"}, one) == outcome::committed);
    CHECK(names_in(any) == "aecf");
    CHECK(kept(any, {"f", "d"}) == one);

    fixed_storage<4, 4, 100> small;
    const storage_ref full{small};
    const auto most = fixed_storage<4, 4, 100>::capacity;
    put(full, {"a", "d"}, empty_of(100));
    put(full, {"b", "d"}, empty_of(101));
    const auto large = packed({binding_until(2000, std::string(most - 60, 'x'))});
    CHECK(put(full, {"a", "d"}, large) == outcome::committed); // which was the oldest itself
    CHECK(names_in(full) == "a");
    CHECK(kept(full, {"a", "d"}) == large);
    CHECK(put(full, {"b", "d"}, large) == outcome::full);
}

TEST_CASE("a fixed_storage is full when its bindings are used up, by one record or by many") {
    fixed_storage<3, 3, 2000> store;
    const storage_ref any{store};
    const auto one = packed({binding_until(2000)});
    const auto two = packed({binding_until(2000), binding_until(3000)});
    CHECK(put(any, alice, two) == outcome::committed);

    CHECK(put(any, {"bob", "d"}, two) == outcome::full);
    CHECK(put(any, {"bob", "d"}, one) == outcome::committed);
    CHECK(put(any, {"bob", "d"}, two) == outcome::full);
    CHECK(kept(any, {"bob", "d"}) == one);
    expire_all(any, to_instant(2000));
    CHECK(put(any, {"bob", "d"}, two) == outcome::committed);
}

TEST_CASE("a fixed_storage holds what bindings take at the most on top of the text") {
    fixed_storage<4, 4, 4 * 600> store;
    const storage_ref any{store};
    const std::string user(20, 'u'), uri(256, 'c'), call_id(255, 'i'), path(69, 'p');
    auto binding = binding_until(2000, uri);
    binding.call_id = call_id;
    binding.path = path;
    binding.q = 500;
    binding.source.listener = 1;
    binding.source.remote.address = binding.source.local.address = ip_address::v6({0x20, 0x01});
    binding.source.connection = 7;
    const std::vector tags(2, transaction_tag{.since = 3});
    const auto record = packed(tags, std::vector{binding});

    for (const std::string_view domain : {"a", "b", "c"})
        CHECK(put(any, {std::string_view{user}.substr(1), domain}, record) == outcome::committed);
    CHECK(put(any, {user, "dd"}, record) == outcome::full);
    CHECK(put(any, {std::string_view{user}.substr(1), "d"}, record) == outcome::committed);
}

TEST_CASE("a fixed_storage loses no room to gaps") {
    fixed_storage<8, 8, 800> store;
    const storage_ref any{store};
    const auto record_of = [](std::size_t size) { return packed({binding_until(2000, std::string(size, 'x'))}); };
    const std::string_view users[]{"a", "b", "c", "d", "e", "f", "g", "h"};
    for (const auto user : users) REQUIRE(put(any, {user, "d"}, record_of(80)) == outcome::committed);
    for (const auto user : {"b", "d", "f"}) put(any, {user, "d"}, {});

    CHECK(put(any, {"b", "d"}, record_of(80 + 2 * 160)) == outcome::committed);
    for (const auto user : {"a", "c", "e", "g", "h"}) CHECK(kept(any, {user, "d"}) == record_of(80));
}

TEST_CASE("a fixed_storage loses no room to a record that was never there") {
    fixed_storage<1, 1, 50> store;
    const storage_ref any{store};
    for (unsigned i = 0; i < 50; ++i) CHECK(put(any, alice, {}) == outcome::committed);

    CHECK(store.size() == 0);
    CHECK(put(any, alice, packed({binding_until(2000)})) == outcome::committed);
    CHECK(store.size() == 1);
}

TEST_CASE("a fixed_storage tells exactly when to come again") {
    board_storage store;
    const storage_ref any{store};
    const auto nobody = [](const aor_view&, const binding_view&) {};
    put(any, alice, packed({binding_until(2000), binding_until(3000)}));
    put(any, {"bob", "d"}, packed({binding_until(2500)}));

    CHECK(store.expire(to_instant(1999), 10, nobody) == to_instant(2000));
    CHECK(store.expire(to_instant(2000), 10, nobody) == to_instant(2500));
    CHECK(store.expire(to_instant(2500), 10, nobody) == to_instant(3000));
    CHECK(store.expire(to_instant(3000), 10, nobody) == never);
}

TEST_CASE("a fixed_storage of static storage duration needs no code to be initialised") {
    static constinit board_storage store;
    CHECK(store.size() == 0);
}

} // namespace fixed_storage_test

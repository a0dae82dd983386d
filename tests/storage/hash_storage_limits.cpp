// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/hash_storage_limits.hpp>

#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/testing/detail/records.hpp>
#include <support/resident_bytes.hpp>
#include <support/skip.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace hash_storage_limits_test {

using namespace sipwhere;
using testing::detail::binding_until;
using testing::detail::expire_all;
using testing::detail::kept;
using testing::detail::packed;
using testing::detail::put;
using testing::detail::scanned;
using testing::detail::storage_ref;

constexpr aor_view alice{"alice", "example.com"};

[[nodiscard]] auto user(std::size_t number) -> std::string { return "user" + std::to_string(number); }

[[nodiscard]] auto record_of(std::size_t number, seconds32 due = 5000) -> std::string {
    return packed({binding_until(due, "sip:" + user(number) + "@192.0.2.1:5060")});
}

TEST_CASE("strangers can't fill a server's memory where nobody chose limits") {
    CHECK(hash_storage_limits{}.max_aors == 1U << 20U);
    CHECK(hash_storage_limits{}.max_bytes == 256U << 20U);
}

TEST_CASE("max_aors caps the records, and a refresh passes still") {
    hash_storage store{{.max_aors = 3}};
    const storage_ref any{store};
    for (std::size_t i = 0; i < 3; ++i) CHECK(put(any, {user(i), "d"}, record_of(i)) == outcome::committed);

    CHECK(put(any, {user(3), "d"}, record_of(3)) == outcome::full);
    CHECK(put(any, {user(0), "d"}, record_of(9)) == outcome::committed);
    CHECK(store.size() == 3);
}

TEST_CASE("max_bytes caps keys and records together, and a smaller record passes still") {
    hash_storage store{{.max_bytes = 1000}};
    const storage_ref any{store};
    const auto large = packed({binding_until(5000, std::string(600, 'x'))});
    CHECK(put(any, alice, large) == outcome::committed);

    CHECK(put(any, {"bob", "d"}, large) == outcome::full);
    CHECK(put(any, alice, packed({binding_until(5000, std::string(1200, 'x'))})) == outcome::full);
    CHECK(kept(any, alice) == large);
    CHECK(put(any, alice, record_of(1)) == outcome::committed);
    CHECK(put(any, {"bob", "d"}, large) == outcome::committed);
    CHECK(store.bytes() <= 1000);
}

TEST_CASE("max_bytes may be reached exactly, by a new record and by one that grows") {
    const auto small = record_of(1), large = packed({binding_until(5000, std::string(600, 'x'))});
    const auto bytes_of = [](const std::string& record) {
        hash_storage store;
        put(storage_ref{store}, alice, record);
        return store.bytes();
    };
    for (const std::size_t less : {0U, 1U}) {
        hash_storage store{{.max_bytes = bytes_of(large) - less}};
        const storage_ref any{store};
        CHECK((put(any, alice, large) == outcome::committed) == (less == 0));
        CHECK(put(any, alice, small) == outcome::committed);
        CHECK((put(any, alice, large) == outcome::committed) == (less == 0));
        CHECK((store.bytes() == bytes_of(large)) == (less == 0));
    }
}

/// Returns: a record without bindings, which remembers a transaction of some second.
[[nodiscard]] auto empty_of(seconds32 at) -> std::string {
    return packed(std::array{transaction_tag{.since = at}}, std::span<const binding_view>{});
}

/// Returns: the names of all users there are, in the order of the alphabet.
[[nodiscard]] auto names_in(storage_ref any) -> std::string {
    std::string all;
    for (const auto& each : scanned(any, {})) all += each.user;
    std::sort(all.begin(), all.end());
    return all;
}

TEST_CASE("when max_aors is reached the record goes that has been without bindings longest, for one that has some") {
    hash_storage store{{.max_aors = 4}};
    const storage_ref any{store};
    put(any, {"a", "d"}, empty_of(100));
    put(any, {"b", "d"}, record_of(1));
    put(any, {"c", "d"}, empty_of(100));
    put(any, {"d", "d"}, record_of(1));
    put(any, {"b", "d"}, empty_of(90)); // without bindings since now
    put(any, {"a", "d"}, record_of(1)); // no longer without

    CHECK(put(any, {"e", "d"}, empty_of(200)) == outcome::full);
    CHECK(names_in(any) == "abcd");
    CHECK(put(any, {"e", "d"}, record_of(1)) == outcome::committed);
    CHECK(names_in(any) == "abde");
    CHECK(put(any, {"f", "d"}, record_of(1)) == outcome::committed);
    CHECK(names_in(any) == "adef");
    CHECK(put(any, {"g", "d"}, record_of(1)) == outcome::full);
    CHECK(kept(any, {"f", "d"}) == record_of(1));
}

TEST_CASE("when max_bytes is reached as many records without bindings go as are needed, but never the one that grows") {
    hash_storage store{{.max_bytes = 1200}};
    const storage_ref any{store};
    for (const char* const name : {"a", "b", "c", "d", "e", "f"}) put(any, {name, "d"}, empty_of(100));
    put(any, {"g", "d"}, record_of(1));
    REQUIRE(store.bytes() == 6 * 40 + 80);

    CHECK(put(any, {"a", "d"}, packed({binding_until(5000, std::string(910, 'x'))})) == outcome::committed);
    CHECK(names_in(any) == "adefg"); // not more than it takes
    CHECK(put(any, {"f", "d"}, packed({binding_until(5000, std::string(900, 'x'))})) == outcome::full);
    CHECK(names_in(any) == "afg");
    CHECK(kept(any, {"f", "d"}) == empty_of(100));
    CHECK(put(any, {"h", "d"}, record_of(1)) == outcome::committed);
    CHECK(names_in(any) == "afgh");
    CHECK(put(any, {"i", "d"}, packed({binding_until(5000, "x")})) == outcome::committed);
    CHECK(names_in(any) == "aghi");
    CHECK(store.bytes() <= 1200);
}

TEST_CASE("a record that loses its last binding by time is one without bindings from then on") {
    hash_storage store{{.max_aors = 2}};
    const storage_ref any{store};
    const auto tags = std::array{transaction_tag{.since = 995}};
    put(any, {"a", "d"}, packed(tags, std::array{binding_until(1000)}));
    put(any, {"b", "d"}, packed(tags, std::array{binding_until(2000)}));
    CHECK(put(any, {"c", "d"}, record_of(1)) == outcome::full);
    expire_all(any, to_instant(1000));
    CHECK(put(any, {"c", "d"}, record_of(1)) == outcome::committed);
    CHECK(names_in(any) == "bc");
    expire_all(any, to_instant(2000));
    CHECK(names_in(any) == "c");
}

TEST_CASE("records without bindings keep their order while they come, go and move") {
    constexpr std::size_t most = 64;
    hash_storage store{{.max_aors = most}};
    const storage_ref any{store};
    testing::detail::record_source draw{5};
    std::vector<std::string> empty; // the names of those without bindings, in their order
    std::vector<std::string> others;
    const auto without = [](std::vector<std::string>& from, const std::string& name) {
        return std::erase(from, name) != 0;
    };
    for (unsigned i = 0; i < 20'000; ++i) {
        const auto name = "u" + std::to_string(draw.below(100));
        const bool was_there = without(empty, name) || without(others, name);
        if (draw.below(3) == 0) {
            CHECK(put(any, {name, "d"}, {}) == outcome::committed);
        } else if (draw.below(2) == 0) {
            const bool has_room = was_there || empty.size() + others.size() < most;
            REQUIRE((put(any, {name, "d"}, empty_of(100 + draw.below(9))) == outcome::committed) == has_room);
            if (has_room) empty.push_back(name);
        } else {
            const bool has_room = was_there || empty.size() + others.size() < most || !empty.empty();
            if (!was_there && empty.size() + others.size() == most && has_room) empty.erase(empty.begin());
            const auto record = packed({binding_until(9000, std::string(draw.below(200), 'x'))});
            REQUIRE((put(any, {name, "d"}, record) == outcome::committed) == has_room);
            if (has_room) others.push_back(name);
        }
        REQUIRE(store.size() == empty.size() + others.size());
    }
    CHECK(!empty.empty());
    std::vector<std::string> expected{empty};
    expected.insert(expected.end(), others.begin(), others.end());
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> found;
    for (const auto& each : scanned(any, {})) found.push_back(each.user);
    std::sort(found.begin(), found.end());
    CHECK(found == expected);
}

/// Registers users of their own text, without any memory but the store's.
void put_users(hash_storage& store, char kind, unsigned count, seconds32 due) {
    std::array<char, 400> bytes{};
    std::array<char, 200> uri{};
    std::array<char, 16> name{};
    for (unsigned i = 0; i < count; ++i) {
        const auto size = std::snprintf(name.data(), name.size(), "%c%u", kind, i);
        uri.fill('u');
        record_builder out{bytes};
        out.add(binding_until(due, {uri.data(), 40 + i * 7919 % 150}));
        const auto record = out.finish();
        const aor_view key{{name.data(), static_cast<std::size_t>(size)}, "example.com"};
        (void)store.update(key, [&](record_view) { return record_update{outcome::committed, record.bytes()}; });
    }
}

TEST_CASE("after a flood the memory of strangers goes back to the system: not twice what is in use stays") {
    if (sipwhere_test::resident_bytes() == 0)
        return sipwhere_test::skip("the system does not tell how much memory is in use");
    const auto before = sipwhere_test::resident_bytes();
    hash_storage store;
    put_users(store, 'a', 20'000, 9000);
    put_users(store, 's', 150'000, 2000);
    put_users(store, 'b', 5'000, 9000);
    CHECK(store.size() == 175'000);
    const auto flooded = sipwhere_test::resident_bytes() - before;
    CHECK(flooded > store.bytes());
    CHECK(flooded < store.bytes() + store.bytes() / 2); // so what is counted is what is taken
    while (store.expire(to_instant(3000), 256, [](const auto&, const auto&) {}) <= to_instant(3000)) continue;
    CHECK(store.size() == 25'000);
    const auto left = sipwhere_test::resident_bytes() - std::min(before, sipwhere_test::resident_bytes());
    CAPTURE(left);
    CHECK(left < 2 * store.bytes());
}

} // namespace hash_storage_limits_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/sqlite_storage.hpp>

#include <support/settled_sqlite.hpp>
#include <support/storage_laws_hold.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sqlite_storage_test {

using namespace sipwhere;
using namespace sipwhere_test;
using testing::detail::binding_until;
using testing::detail::packed;

constexpr aor_view alice{"alice", "example.com"}, bob{"bob", "example.com"};
constexpr instant some_time{1'000'000};

/// Returns: the bytes of a record that remembers one transaction.
auto tagged(const transaction_tag& tag, const std::vector<binding_view>& bindings) -> std::string {
    return packed({&tag, 1}, bindings);
}

/// Returns: what a program sees that reads the file meanwhile: bars between columns, line ends between rows.
auto selected(settled_sqlite& from, const char* sql) -> std::string {
    std::string all;
    const detail::sqlite_database file{"bindings", SQLITE_OPEN_READWRITE, from.disk().name()};
    detail::sqlite_statement rows{file, sql};
    while (rows.step() == SQLITE_ROW) {
        all += all.empty() ? "" : "\n";
        for (int i = 0; i < 8 && rows.type(i) != SQLITE_NULL; ++i) all.append(i == 0 ? "" : "|").append(rows.text(i));
    }
    return all;
}

TEST_CASE("sqlite_storage keeps the laws of a storage, for callers that wait") {
    check_laws([] { return settled_sqlite{}; }, {.walks = 2, .steps = 1000, .keys = 30, .fill = 500});
}

TEST_CASE("sqlite_storage keeps them when it may hold few records") {
    check_laws([] { return settled_sqlite{{.memory = {.max_aors = 20}}}; },
               {.walks = 1, .steps = 1000, .keys = 30, .fill = 50});
}

TEST_CASE("what was committed is there after a restart, byte by byte") {
    settled_sqlite s;
    binding_view whole{.uri = "sip:a@192.0.2.1;transport=tcp",
                       .params = ";q=0.125;+sip.instance=\"<urn:uuid:1>\"",
                       .call_id = "call-1",
                       .path = "<sip:edge@192.0.2.7;lr>",
                       .cseq = 4'000'000'000,
                       .due = 2000,
                       .first = 900,
                       .last = 1000,
                       .q = 125,
                       .user_agent = "a phone"};
    whole.source = {.remote = {ip_address::v4({192, 0, 2, 1}), 5070},
                    .local = {ip_address::v6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 5061},
                    .listener = 3,
                    .over = protocol::tls};
    auto fixed = binding_until(never32, "sip:gate@192.0.2.9");
    fixed.source = {};
    const auto record = packed({whole, fixed, binding_until(1500, "sip:c@[2001:db8::1]")});
    const std::string odd{"\0a'\xff\n", 5};
    REQUIRE(put(s, alice, record) == outcome::committed);
    REQUIRE(put(s, {odd, ""}, packed({binding_until(never32)})) == outcome::committed);
    s.restart(some_time);
    CHECK(kept(s, alice) == record);
    CHECK(kept(s, {odd, ""}) == packed({binding_until(never32)}));
    CHECK(s.size() == 2);
}

TEST_CASE("bindings of one URI are apart, and stay in their order") {
    settled_sqlite s;
    auto second = binding_until(2000), third = binding_until(2500, "sip:other@192.0.2.2");
    second.q = 500;
    for (const auto& record :
         {packed({binding_until(1500, "sip:a@b"), third, binding_until(2600, "sip:x@d")}),
          packed({binding_until(1500, "sip:a@b"), binding_until(2600, "sip:x@d")}),
          packed({binding_until(1500, "sip:a@b"), binding_until(2600, "sip:x@d"), third}),
          packed({second, third, binding_until(2600)}), packed({third, binding_until(2600)}),
          packed({binding_until(2000), second, binding_until(3000)}), packed({second, third, binding_until(3000)}),
          packed({third, binding_until(3000), second}), packed({binding_until(3000), second})}) {
        REQUIRE(put(s, alice, record) == outcome::committed);
        s.restart(some_time);
        CHECK(kept(s, alice) == record);
    }
}

TEST_CASE("a row tells an operator who is bound where, until when, and since when") {
    settled_sqlite s;
    auto binding = binding_until(2000, "sip:a@192.0.2.1");
    binding.q = 250;
    binding.first = 900, binding.last = 1000;
    binding.source.remote = {ip_address::v4({192, 0, 2, 1}), 5070};
    REQUIRE(put(s, alice, packed({binding, binding_until(never32, "sip:gate@192.0.2.9")})) == outcome::committed);
    CHECK(selected(s, "SELECT user, domain, uri, expires, registered, refreshed, q, source FROM bindings "
                      "WHERE position = 0") == "alice|example.com|sip:a@192.0.2.1|2000|900|1000|0.25|192.0.2.1:5070");
    CHECK(selected(s, "SELECT uri FROM bindings WHERE expires IS NULL") == "sip:gate@192.0.2.9");
}

TEST_CASE("a record without bindings keeps its transactions for a restart, and leaves when nobody can repeat them") {
    settled_sqlite s;
    const transaction_tag tag{.call_id = 1, .request = 2, .cseq = 3, .since = 1000};
    const auto record = tagged(tag, {});
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    REQUIRE(put(s, alice, record) == outcome::committed);
    CHECK(selected(s, "SELECT count(*) FROM bindings") == "0");
    s.restart(instant{1'010'000});
    CHECK(kept(s, alice) == record);
    (void)s.expire(instant{1'033'000}, 100, [](const auto&, const auto&) {});
    REQUIRE(put(s, bob, packed({binding_until(2000)})) == outcome::committed);
    CHECK(selected(s, "SELECT count(*) FROM departed") == "0");
    s.restart(instant{1'034'000});
    CHECK(kept(s, alice).empty());
}

TEST_CASE("who comes back has no row among the departed") {
    settled_sqlite s;
    const transaction_tag tag{.cseq = 3, .since = 1000};
    REQUIRE(put(s, alice, tagged(tag, {})) == outcome::committed);
    CHECK(selected(s, "SELECT user FROM departed") == "alice");
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    CHECK(selected(s, "SELECT user FROM departed").empty());
}

TEST_CASE("what had ended at a restart is left out, and its rows go with the next commit") {
    settled_sqlite s;
    const transaction_tag tag{.cseq = 3, .since = 1990};
    const auto record = tagged(tag, {binding_until(2000), binding_until(2100, "sip:b@192.0.2.2")});
    REQUIRE(put(s, alice, record) == outcome::committed);
    REQUIRE(put(s, bob, packed({binding_until(1990)})) == outcome::committed);
    s.restart(instant{2'000'000});
    const auto left = tagged(tag, {binding_until(2100, "sip:b@192.0.2.2")});
    CHECK(kept(s, alice) == left);
    CHECK(kept(s, bob).empty());
    REQUIRE(put(s, {"carol", "example.com"}, packed({binding_until(3000)})) == outcome::committed);
    CHECK(selected(s, "SELECT user, uri, position FROM bindings ORDER BY user") ==
          "alice|sip:b@192.0.2.2|0\ncarol|" + std::string{binding_until(3000).uri} + "|0");
    s.restart(instant{2'000'000});
    CHECK(kept(s, alice) == left);
}

TEST_CASE("expired bindings go from the file with the next commit, and the rest of their record stays") {
    settled_sqlite s;
    REQUIRE(put(s, alice, packed({binding_until(1500), binding_until(2000, "sip:b@192.0.2.2")})) == outcome::committed);
    std::string gone;
    (void)s.expire(instant{1'500'000}, 100, [&](const aor_view&, const binding_view& it) { gone += it.uri; });
    CHECK(gone == binding_until(1500).uri);
    REQUIRE(put(s, bob, packed({binding_until(2000)})) == outcome::committed);
    CHECK(selected(s, "SELECT uri, position FROM bindings WHERE user='alice'") == "sip:b@192.0.2.2|0");
}

TEST_CASE("a clock that was set back lets nothing last longer than it was granted") {
    settled_sqlite s;
    auto granted = binding_until(1300);
    granted.first = 950, granted.last = 1000;
    const transaction_tag tag{.cseq = 3, .since = 1000};
    REQUIRE(put(s, alice, tagged(tag, {granted, binding_until(never32, "sip:gate@192.0.2.9")})) == outcome::committed);
    s.restart(instant{500'000});
    std::vector<std::uint32_t> left;
    s.read(alice, instant{500'000}, [&](const live_bindings& live) {
        for (const auto each : live) left.push_back(each.is_static() ? 0 : each.remaining(live.now()));
    });
    CHECK(left == std::vector<std::uint32_t>{300, 0});
    const auto bytes = kept(s, alice);
    CHECK((*record_view{bytes}.begin()).last == 500);
    CHECK((*record_view{bytes}.begin()).first == 500);
    CHECK(record_view{bytes}.tag(0).since == 500);
    REQUIRE(put(s, bob, packed({binding_until(2000)})) == outcome::committed);
    s.restart(instant{700'000}); // which does not begin the lifetime anew
    const auto later = kept(s, alice);
    CHECK((*record_view{later}.begin()).due == 800);
}

TEST_CASE("a binding over a connection of the former run is kept without its connection") {
    settled_sqlite s;
    auto bound = binding_until(2000);
    bound.of_flow = true;
    bound.source.over = protocol::ws;
    bound.source.connection = 7, bound.source.epoch = 9;
    REQUIRE(put(s, alice, packed({bound})) == outcome::committed);
    s.restart(some_time);
    const auto bytes = kept(s, alice);
    const auto found = *record_view{bytes}.begin();
    CHECK(found.of_flow);
    CHECK(found.source.over == protocol::ws);
    CHECK(found.source.connection + found.source.epoch == 0);
}

TEST_CASE("without a ticket an update fails, and before it is opened everything does") {
    sqlite_storage s{"nowhere", {.vfs = "no such"}};
    bool ran = false;
    const auto job = [&ran](record_view) {
        ran = true;
        return record_update{};
    };
    CHECK(s.update(alice, job, {}) == outcome::failed);
    CHECK(s.read(alice, some_time, [](const live_bindings&) {}, {}) == reading::failed);
    CHECK(!s.open(some_time));
    CHECK(s.complaint() == "nowhere: it can't be opened (no such vfs: no such)");
    settled_sqlite open;
    CHECK(open.store().update(alice, job, {}) == outcome::failed);
    CHECK(!ran);
}

/// A request that asks a storage for one update, and is not heard of until the test wants it.
struct silent_request {
    completion_queue queue;
    completion_cell cell;
    std::string record;

    auto asks(sqlite_storage& storage, const aor_view& key, seconds32 due) -> outcome {
        record = packed({binding_until(due)});
        return storage.update(key,
                              [this](record_view) {
                                  return record_update{outcome::committed, record};
                              },
                              {queue, cell, 1});
    }
};

TEST_CASE("another seed changes nothing once it is open, not even before the first commit") {
    for (std::uint64_t i = 1; i <= 50; ++i) {
        settled_sqlite s;
        silent_request one;
        REQUIRE(one.asks(s.store(), alice, 2000) == outcome::pending);
        s.seed({i, i});
        while (!s.store().is_idle()) std::this_thread::yield();
        CHECK(kept(s, alice) == one.record);
    }
}

TEST_CASE("a binding expires after its commit has been heard of, not before (a waiting storage's law 6)") {
    settled_sqlite s;
    silent_request one;
    unsigned gone = 0;
    const auto expire = [&](std::uint64_t second) {
        (void)s.expire(instant{second * 1000}, 100, [&](const aor_view&, const binding_view&) { ++gone; });
    };
    REQUIRE(one.asks(s.store(), alice, 2000) == outcome::pending);
    while (!s.store().is_idle()) std::this_thread::yield();
    expire(2000);
    expire(2001);
    CHECK(gone == 0);
    CHECK(one.queue.take().result == outcome::committed);
    expire(2002);
    CHECK(gone == 1);
}

TEST_CASE("a file that could not be read is read anew when it is opened again") {
    settled_sqlite s;
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    REQUIRE(put(s, bob, packed({binding_until(2000)})) == outcome::committed);
    (void)s.opened_with({.memory = {.max_aors = 1}});
    CHECK(s.size() == 0);
    {
        detail::sqlite_database file{"bindings", SQLITE_OPEN_READWRITE, s.disk().name()};
        CHECK(file.run("DELETE FROM bindings WHERE user='alice'") == SQLITE_OK);
    }
    REQUIRE(s.store().open(some_time));
    CHECK(s.size() == 1);
}

TEST_CASE("records without bindings beyond the limits are no reason not to start") {
    settled_sqlite s{{.memory = {.max_aors = 2}}};
    const transaction_tag tag{.cseq = 3, .since = 1000};
    for (const auto* user : {"a", "b", "c", "d"}) {
        REQUIRE(put(s, {user, "example.com"}, tagged(tag, {binding_until(2000)})) == outcome::committed);
        REQUIRE(put(s, {user, "example.com"}, tagged(tag, {})) == outcome::committed);
    }
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    s.restart(some_time);
    CHECK(s.size() <= 2);
    CHECK(kept(s, alice) == packed({binding_until(2000)}));
}

TEST_CASE("a clock behind that of the start does not let the first commit remove what is answered") {
    settled_sqlite s;
    REQUIRE(put(s, alice, packed({binding_until(1500)})) == outcome::committed);
    s.restart(instant{9'000'000});
    s.restart(instant{2'000'000}); // nothing was written by the run before
    (void)s.expire(instant{8'000'000}, 1, [](const auto&, const auto&) {});
    REQUIRE(put(s, bob, packed({binding_until(5000)})) == outcome::committed);
    s.restart(instant{2'000'000});
    CHECK(kept(s, bob) == packed({binding_until(5000)}));
    CHECK(kept(s, alice).empty());
}

TEST_CASE("a file with more than the limits let into memory is not opened") {
    settled_sqlite s;
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    REQUIRE(put(s, bob, packed({binding_until(2000)})) == outcome::committed);
    CHECK(s.opened_with({.memory = {.max_aors = 1}}) == "bindings: it holds more than the limits let into memory");
    CHECK(s.opened_with({.memory = {.max_aors = 2}}).empty());
}

} // namespace sqlite_storage_test

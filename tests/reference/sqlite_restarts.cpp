// SPDX-License-Identifier: BSL-1.0
#include <reference/drawn_rules.hpp>
#include <reference/duel.hpp>
#include <reference/history.hpp>
#include <reference/seeds.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/storage/sqlite_storage.hpp>
#include <sipwhere/testing/slow_access.hpp>

#include <support/crashing_disk.hpp>
#include <support/durable_world.hpp>
#include <support/settled_storage.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// Registrars that end and start again: what was answered before counts after.
namespace sqlite_restarts_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;
using reference::rules_of;

/// A sqlite_storage that now and then is closed and opened again while nothing is in work. Who looks into it waits.
struct restarting_sqlite {
    using memory = fixed_memory<reference::waiting_room>;
    static constexpr bool persistent = true;
    static constexpr bool may_wait = true;
    static inline std::uint64_t seed_of_next = 0;
    static inline std::uint64_t restarts = 0;

    reference::dice chance{++seed_of_next};
    crashing_disk disk;
    std::optional<sqlite_storage> store;
    hash_key key{};
    instant latest{};
    mutable waiter own;

    void open_anew() {
        store.reset();
        store.emplace("bindings", sqlite_options{.vfs = disk.name()});
        store->seed(key);
    }

    [[nodiscard]] auto open(instant now) -> result<void> { return store->open(now); }
    void seed(hash_key fresh) {
        key = fresh;
        open_anew();
    }
    auto update(const aor_view& aor, record_job job) -> outcome { return own.update(*store, aor, job); }
    auto update(const aor_view& aor, record_job job, ticket waits) -> outcome { return store->update(aor, job, waits); }
    void read(const aor_view& aor, instant now, bindings_visitor visit) const {
        (void)store->read(aor, now, visit, {});
    }
    auto read(const aor_view& aor, instant now, bindings_visitor visit, ticket waits) const -> sipwhere::reading {
        return store->read(aor, now, visit, waits);
    }
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        const bool is_first = now > latest; // of the ticks at this instant, so before anything is asked
        latest = now;
        if (is_first && store->is_idle() && chance.percent(20)) {
            ++key.first;
            open_anew();
            CHECK_MESSAGE(open(now), store->complaint());
            ++restarts;
        }
        return store->expire(now, at_most, sink);
    }
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        return store->scan(from, at_most, now, visit);
    }
    void abandon(const completion_queue& queue) { store->abandon(queue); }
    [[nodiscard]] auto is_idle() const -> bool { return store->is_idle(); }
    [[nodiscard]] auto size() const -> std::size_t { return store->size(); }
};
static_assert(waiting_storage<restarting_sqlite> && has_open<restarting_sqlite>);

/// Lets everyone in at once.
struct open_door : testing::slow_access<open_access> {
    static inline open_access inner;
    open_door() : slow_access(inner, {.at_once = 1}) {}
};

TEST_CASE("what a registrar answers and keeps whose storage is opened anew time and again is what the reference says") {
    const auto count = seeds(most_seeds / 4);
    std::size_t served = 0;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        reference::duel<restarting_sqlite, open_door> duel{seed, rules_of(seed)};
        const auto difference = duel.play();
        served += duel.served();
        if (difference.empty()) continue;
        MESSAGE(duel.story());
        FAIL_CHECK(difference << ", seed " << seed);
        return;
    }
    CHECK(served >= 90 * count);
    CHECK(restarting_sqlite::restarts > 10 * count);
}

TEST_CASE("a restart keeps bindings, their ends and their CSeq (RFC 3261 §10.3 step 7)") {
    durable_world w;
    REQUIRE(w.sends(alice_registers("<sip:a@192.0.2.1>;q=0.5, <sip:b@192.0.2.2>", 200s)).status() == status::ok);
    w.clock.advance(50s);
    w.restart();
    const auto listed = w.sends(alice_asks()).contacts();
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].uri + " " + listed[0].params == "sip:a@192.0.2.1 ;q=0.5");
    CHECK(listed[0].expires == 150);
    const auto late = alice_registers("sip:a@192.0.2.1").with("CSeq", "1 REGISTER");
    CHECK(w.sends(late).status() == status::server_internal_error);
    CHECK(w.now->observer.log.find("created") == std::string::npos);
}

TEST_CASE("what ends while the program is off is not there when it comes back") {
    durable_world w;
    REQUIRE(w.sends(alice_registers("sip:a@192.0.2.1", 60s)).status() == status::ok);
    w.clock.advance(61s);
    w.restart();
    CHECK(w.bound().empty());
    w.clock.advance(1h);
    w.restart();
    CHECK(w.bound().empty());
}

TEST_CASE(
    "a repeat after a restart changes nothing, and hears the bindings with the To tag of then (RFC 3261 §17.2.2)") {
    durable_world w;
    const auto added = w.write(alice_registers("sip:a@192.0.2.1", 60s));
    const auto first = w.sends(added);
    w.restart();
    w.clock.advance(5s);
    const auto again = w.sends(added);
    CHECK(again.status() == status::ok);
    CHECK(again.to_tag() == first.to_tag());
    CHECK(again.contacts().at(0).expires == 55);

    const auto removed = w.write(alice_registers("*", 0s));
    REQUIRE(w.sends(removed).status() == status::ok);
    w.restart();
    CHECK(w.sends(added).contacts().empty()); // it does not come back to life
    CHECK(w.bound().empty());
    CHECK(w.sends(removed).status() == status::ok);
    REQUIRE(w.sends(alice_registers("sip:b@192.0.2.1", 60s)).status() == status::ok);
    w.restart();
    CHECK(w.sends(removed).status() == status::ok); // and what came since stays
    CHECK(w.bound() == "sip:b@192.0.2.1");
}

TEST_CASE("a 200 is sent and its event told after the commit, and a disk that is full is 500 (RFC 3261 §10.3 step 7)") {
    durable_world w;
    w.disk.refuse_writes(SQLITE_FULL);
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).status() == status::server_internal_error);
    CHECK(w.now->observer.changes.empty());
    CHECK(w.bound().empty());
    w.disk.refuse_writes(SQLITE_OK);
    REQUIRE(w.sends(alice_registers("sip:a@192.0.2.1")).status() == status::ok);
    CHECK(w.now->observer.changes.size() == 1);
    w.restart();
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE("a registrar over a file that it can't read does not start") {
    durable_world w;
    w.now.reset();
    w.disk.put("bindings", "something else");
    durable_world::run next{w, 7};
    const auto started = next.registrar.start();
    REQUIRE(!started);
    CHECK(started.error().code == errc::storage_failed);
    CHECK(next.storage.complaint() == "bindings: it can't be read (file is not a database)");
}

} // namespace sqlite_restarts_test

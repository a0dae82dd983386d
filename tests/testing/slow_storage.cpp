// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/slow_storage.hpp>

#include <sipwhere/storage/hash_storage.hpp>

#include <support/slow_world.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace slow_storage_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

static_assert(waiting_storage<testing::slow_storage<hash_storage>>);

TEST_CASE("until an update is done, a slow storage shows the record as it was") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle();
    w.sends(alice_registers("sip:b@192.0.2.1"));
    w.turn();
    w.hear(); // the job has run
    std::string shown;
    CHECK(w.registrar.query("sip:alice@example.com", [&](const binding_view& it) { shown += it.uri; }));
    CHECK(shown == "sip:a@192.0.2.1");
    w.settle();
    CHECK(w.stored() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
}

TEST_CASE("a job runs again on a record that has changed since, as some of its bindings have expired") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    w.settle();
    (void)w.observer.take_log();
    w.clock.advance(59s);
    w.sends(alice_registers("sip:b@192.0.2.1"));
    w.turn();
    w.hear(); // the job has run, and keeps the other binding
    w.clock.advance(2s);
    w.settle();
    CHECK(w.stored() == "sip:b@192.0.2.1");
    CHECK(w.observer.log == "expired sip:a@192.0.2.1\nanswered\ncreated sip:b@192.0.2.1\n");
}

TEST_CASE("what an update brought expires after its events, however late these are") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1", 31s));
    w.turn();
    w.hear(); // the job has run
    w.clock.advance(31s);
    (void)w.registrar.tick(); // it is done now
    (void)w.registrar.tick();
    (void)w.registrar.tick();
    CHECK(w.observer.log == "answered\ncreated sip:a@192.0.2.1\nexpired sip:a@192.0.2.1\n");
}

TEST_CASE("a slow storage that fails says so, and keeps the record as it was") {
    slow_world<> w{{}, {.failure = 1}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle();
    CHECK(w.stored().empty());
    CHECK(w.storage.is_idle());
}

TEST_CASE("a query of what a slow storage does not know now is not_yet, and shows it when it does") {
    slow_world<> w{{}, {.at_once = 1, .slow_reads = true}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle();
    const auto ask = [&] { return w.registrar.query("sip:alice@example.com", [](const binding_view&) {}); };
    CHECK(ask().error().code == errc::not_yet);
    CHECK(*ask() == 1);
}

/// Keeps the result of an edit.
struct kept_result {
    std::optional<result<std::size_t>> is{};
    unsigned times = 0;

    auto completion() -> edit_completion {
        return {[](void* self, const result<std::size_t>& done) {
                    static_cast<kept_result*>(self)->is = done;
                    ++static_cast<kept_result*>(self)->times;
                },
                this};
    }
};

TEST_CASE("an edit over a slow storage calls back when it is done, and its events come then") {
    slow_world<> w;
    kept_result added, removed, none;
    {
        const std::string aor{"sip:alice@example.com"}, contact{"<sip:gate@192.0.2.9>;q=0.5"};
        REQUIRE(w.registrar.add(aor, contact, added.completion()));
    } // whose texts are gone by now
    CHECK(!added.is);
    w.settle();
    REQUIRE(added.is);
    CHECK(**added.is == 0);
    CHECK(w.stored() == "sip:gate@192.0.2.9");
    CHECK(w.observer.take_log() == "created sip:gate@192.0.2.9\n");

    REQUIRE(w.registrar.remove("sip:alice@example.com", "sip:GATE@192.0.2.9", none.completion()));
    w.settle();
    CHECK(**none.is == 0);
    REQUIRE(w.registrar.remove("sip:alice@example.com", removed.completion()));
    w.settle();
    CHECK(**removed.is == 1);
    CHECK(w.stored().empty());
    CHECK(w.observer.log == "removed sip:gate@192.0.2.9\n");
    CHECK(added.times + removed.times + none.times == 3);
}

TEST_CASE("an edit that can't begin says so at once, and calls nobody") {
    slow_world<> w{{.domains = {"example.com"}}};
    kept_result kept;
    CHECK(w.registrar.remove("sip:alice@example.org", kept.completion()).error().code == errc::bad_domain);
    CHECK(w.registrar.add("sip:alice@example.com", "nothing", kept.completion()).error().code == errc::bad_uri);
    for (int i = 0; i < 3; ++i) CHECK(w.registrar.remove("sip:alice@example.com", kept.completion()));
    CHECK(w.registrar.remove("sip:alice@example.com", kept.completion()).error().code == errc::too_many_waiting);
    CHECK(kept.times == 0);
    w.settle();
    CHECK(kept.times == 3);
}

TEST_CASE("an edit that fails, or that nobody answers, calls back with the reason") {
    slow_world<> failing{{}, {.failure = 1}};
    kept_result kept;
    REQUIRE(failing.registrar.add("sip:alice@example.com", "sip:gate@192.0.2.9", kept.completion()));
    failing.settle();
    CHECK(kept.is->error().code == errc::storage_failed);

    slow_world<> w;
    REQUIRE(w.registrar.remove("sip:alice@example.com", kept.completion()));
    w.registrar.stop();
    CHECK(kept.is->error().code == errc::timed_out);
    CHECK(kept.times == 2);
}

} // namespace slow_storage_test

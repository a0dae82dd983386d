// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/basic_registrar.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// The policies of a registrar that has not been made yet.
struct policies {
    manual_clock clock;
    hash_storage storage;
    capturing_transport transport;
    seeded_random random{7};
    recording_observer observer;

    /// Returns: what starting a registrar with these settings says.
    auto starting(const settings& config) -> result<void> {
        basic_registrar registrar{config, clock, storage, transport, random};
        return registrar.start();
    }
};

TEST_CASE("a registrar is made of a clock, a storage and a transport") {
    policies it;
    basic_registrar registrar{{.domains = {"example.com"}}, it.clock, it.storage, it.transport};
    REQUIRE(registrar.start());
    CHECK(it.transport.receiver);
}

TEST_CASE("its other policies may come in any order") {
    policies it;
    open_access access;
    basic_registrar one{{}, it.clock, it.storage, it.transport, it.random, access, it.observer};
    basic_registrar two{{}, it.clock, it.storage, it.transport, it.observer, it.random};
    basic_registrar three{{}, it.clock, it.storage, it.transport, access, it.observer, it.random};
    static_assert(std::same_as<decltype(one), decltype(two)>);
    static_assert(std::same_as<decltype(one), decltype(three)>);
    for (auto* registrar : {&one, &two, &three}) {
        REQUIRE(registrar->start());
        (void)registrar->receive(datagram{{.remote = at("192.0.2.1")}, "\r\n"});
        CHECK(it.observer.take_log() == "keep-alive\n");
        registrar->stop();
    }
}

TEST_CASE("a registrar stays where it is made") {
    static_assert(!std::move_constructible<world::registrar_type>);
    static_assert(!std::copyable<world::registrar_type>);
    CHECK(true);
}

TEST_CASE("starting refuses settings that can't hold") {
    policies it;
    CHECK(it.starting({.limits = {.min_expires = 301s}}).error().code == errc::contradicting_limits);
    CHECK(it.starting({.limits = {.max_contacts = 100'000}}).error().code == errc::capacity_exceeded);
    CHECK(it.starting({.domains = {"not a domain"}}).error().code == errc::bad_domain);
    CHECK(it.starting({.domains = {"example.com"}, .aliases = {{"example.net", "example.org"}}}).error().code ==
          errc::bad_domain);
    CHECK(!it.transport.receiver);
    CHECK(it.transport.stops == 0);
    CHECK(it.starting({}));
}

TEST_CASE("a registrar explains why it could not start") {
    policies it;
    basic_registrar registrar{{.limits = {.max_contacts = 300}}, it.clock, it.storage, it.transport};
    const auto started = registrar.start();
    REQUIRE(!started);
    CHECK(registrar.explain(started.error().code).text() ==
          "max_contacts 300: the memory holds 256 bindings of a record");
}

TEST_CASE("starting says what the transport says, and may be tried again") {
    policies it;
    basic_registrar registrar{{}, it.clock, it.storage, it.transport, it.random};
    it.transport.when_listening = fail(errc::address_in_use);
    CHECK(registrar.start().error().code == errc::address_in_use);
    it.transport.when_listening = {};
    CHECK(registrar.start());
}

TEST_CASE("a registrar starts once, and again after it was stopped, with its bindings") {
    world w;
    CHECK(w.registrar.start().error().code == errc::already_started);
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.registrar.stop();
    CHECK(!w.transport.receiver);
    w.registrar.stop();
    CHECK(w.transport.stops == 1);
    CHECK(w.registrar.start());
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE("a registrar stops its transport when it goes") {
    policies it;
    {
        basic_registrar registrar{{}, it.clock, it.storage, it.transport, it.random};
        REQUIRE(registrar.start());
    }
    CHECK(!it.transport.receiver);
    CHECK(it.transport.stops == 1);
}

TEST_CASE("another registrar goes on with the bindings of the storage") {
    policies it;
    const auto text = alice_registers("sip:a@192.0.2.1").text(1);
    for (int turn = 0; turn < 2; ++turn) {
        basic_registrar registrar{{}, it.clock, it.storage, it.transport, it.random};
        REQUIRE(registrar.start());
        if (turn == 0) (void)registrar.receive(datagram{{.remote = at("192.0.2.1")}, text});
        const auto found = registrar.query("sip:alice@example.com", [](const binding_view&) {});
        REQUIRE(found);
        CHECK(*found == 1);
    }
}

TEST_CASE("what was added before the start is found after it") {
    policies it;
    basic_registrar registrar{{}, it.clock, it.storage, it.transport, it.random};
    CHECK(registrar.add("sip:alice@example.com", "sip:gate@192.0.2.9"));
    REQUIRE(registrar.start());
    CHECK(*registrar.query("sip:alice@example.com", [](const binding_view&) {}) == 1);
}

TEST_CASE("a registrar without a heap does the same") {
    basic_world<fixed_storage<8, 16, 4096>> w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>", 60s));
    CHECK(w.bound() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
    CHECK(w.sends(alice_registers("*", 0s)).contacts().empty());
}

TEST_CASE("requests are served in the order in which they came, in one batch too (R3261-10.3-g)") {
    world w;
    w.sends_at_once({w.write(alice_registers("sip:a@192.0.2.1")), w.write(alice_registers("sip:b@192.0.2.1")),
                     w.write(alice_registers("sip:c@192.0.2.1"))});

    REQUIRE(w.transport.sent.size() == 3);
    CHECK(reply{.text = w.transport.sent[0].second}.uris() == "sip:a@192.0.2.1");
    CHECK(reply{.text = w.transport.sent[2].second}.uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1");
}

TEST_CASE("the transport's tick lets bindings expire") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    w.clock.advance(60s);
    (void)w.transport.receiver->tick();
    CHECK(w.observer.log.ends_with("expired sip:a@192.0.2.1\n"));
}

TEST_CASE("an observer hears of changes after they were committed, with all that is known of them") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>;q=0.5"));
    CHECK(w.observer.take_log() == "answered\ncreated sip:a@192.0.2.1\n");
    const auto& created = w.observer.changes.back();
    CHECK(created.user == "alice");
    CHECK(created.domain == "example.com");
    CHECK(created.params == ";q=0.5");
    CHECK(created.call_id == "alice-call@192.0.2.1");
    CHECK(created.event.at == w.clock.now());
    CHECK(created.event.binding.source == w.flow);

    w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(w.observer.take_log() == "answered\nrefreshed sip:a@192.0.2.1\n");
    w.sends(alice_registers("sip:a@192.0.2.1", 0s));
    CHECK(w.observer.take_log() == "answered\nremoved sip:a@192.0.2.1\n");
    w.sends(alice_asks());
    CHECK(w.observer.take_log() == "answered\n");
}

TEST_CASE("an observer hears that a binding expired when the next request finds it due") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    w.clock.advance(60s);
    (void)w.observer.take_log();
    w.sends(alice_registers("sip:b@192.0.2.1"));
    CHECK(w.observer.take_log() == "answered\nexpired sip:a@192.0.2.1\ncreated sip:b@192.0.2.1\n");
    w.registrar.expire();
    CHECK(w.observer.take_log().empty());
}

TEST_CASE("an observer hears of no change when a request is refused, and why it was") {
    world w{{.domains = {"example.com"}}};
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>;expires=1"));
    CHECK(w.observer.take_log() == "rejected 423\n");
    REQUIRE(w.observer.rejections.size() == 1);
    const auto& rejection = w.observer.rejections[0];
    CHECK(rejection.reason == "Interval Too Brief");
    CHECK(rejection.method == "REGISTER");
    CHECK(rejection.aor == "<sip:alice@example.com>");
    CHECK(rejection.call_id == "alice-call@192.0.2.1");
    CHECK(rejection.event.from == w.flow);
    CHECK(rejection.event.at == w.clock.now());

    w.sends(alice_asks().without("Call-ID").without("To"));
    CHECK(w.observer.rejections[1].reason == "Missing Call-ID");
    CHECK(w.observer.rejections[1].call_id.empty());
    CHECK(w.observer.rejections[1].aor.empty());
}

TEST_CASE("events of removed bindings that find no room are told to be lost, and the answer is none the worse") {
    basic_world<fixed_storage<4, 10, 4096>> w;
    const auto contact = [](char c) { return "sip:" + std::string(125, c) + "@192.0.2.1"; };
    for (const char c : {'a', 'b', 'c', 'd', 'e'}) w.sends(alice_registers(contact(c)));
    (void)w.observer.take_log();
    CHECK(w.sends(alice_registers("*", 0s)).contacts().empty());
    CHECK(w.observer.log.ends_with("removed " + contact('b') + "\nevents-lost\n"));
}

/// A transport that can't send is told to the observer, and nothing else goes wrong.
TEST_CASE("an answer that can't be sent is told, and its repeat is tried again (R3261-17.2.4-a)") {
    world w;
    w.transport.takes = false;
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    CHECK(!w.sends(text).was_sent());
    CHECK(w.observer.take_log() == "send-failed\ncreated sip:a@192.0.2.1\n");
    CHECK(!w.sends(text).was_sent());
    CHECK(w.observer.take_log() == "send-failed\n");
    CHECK(!w.sends(request{"INVITE"}).was_sent());
    CHECK(w.observer.take_log() == "send-failed\nrejected 405\n");

    w.transport.takes = true;
    CHECK(w.sends(text).uris() == "sip:a@192.0.2.1");
    CHECK(w.observer.take_log() == "repeated\n");
}

TEST_CASE("a verdict tells what became of a datagram") {
    world w;
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    CHECK(w.sends(text).verdict == verdict{handling::answered, status::ok});
    CHECK(w.sends(text).verdict == verdict{handling::repeated, {}});
    CHECK(w.sends(request{"INVITE"}).verdict == verdict{handling::answered, status::method_not_allowed});
    CHECK(w.sends("\r\n").verdict == verdict{handling::dropped, {}});
    w.transport.takes = false;
    CHECK(w.sends(text).verdict == verdict{handling::unsent, {}});
    CHECK(w.sends(request{"INVITE"}).verdict == verdict{handling::unsent, status::method_not_allowed});
    CHECK(w.sends(alice_registers("sip:b@192.0.2.1")).verdict == verdict{handling::unsent, status::ok});
    CHECK(w.storage.size() == 1);
}

TEST_CASE("the 200 to a CANCEL is an answer, and no refusal that an observer hears of") {
    world w;
    const auto via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcancelled";
    w.sends(alice_registers("sip:a@192.0.2.1").with("Via", via).with("CSeq", "7 REGISTER"));
    (void)w.observer.take_log();
    const auto cancelled = w.sends(request{"CANCEL"}.with("Via", via).with("CSeq", "7 CANCEL"));
    CHECK(cancelled.verdict == verdict{handling::answered, status::ok});
    CHECK(w.observer.take_log() == "answered\n");
    CHECK(w.sends(request{"CANCEL"}.with("Via", via).with("CSeq", "8 CANCEL")).status() == status::call_does_not_exist);
    CHECK(w.observer.take_log() == "rejected 481\n");
}

/// A store of one record that can be told to fail, and that runs each job twice.
struct fickle_storage {
    using memory = heap_memory;
    static constexpr bool persistent = false;

    std::string bytes;
    std::optional<outcome> says; ///< instead of keeping what the job decided
    bool runs = true;

    auto update(const aor_view&, record_job job) -> outcome {
        if (!runs) return *says;
        (void)job(record_view{});
        const auto decided = job(record_view{bytes});
        if (decided.result != outcome::committed || says) return says.value_or(decided.result);
        bytes = decided.bytes;
        return outcome::committed;
    }
    void read(const aor_view&, instant now, bindings_visitor visit) const { visit({record_view{bytes}, now}); }
    auto expire(instant, unsigned, binding_sink) -> instant { return never; }
    auto scan(scan_position, unsigned, instant, record_visitor) const -> scan_position { return {}; }
};

TEST_CASE("a store that runs the job again changes nothing about its result") {
    basic_world<fickle_storage> w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).uris() == "sip:a@192.0.2.1");
    CHECK(w.sends(alice_registers("sip:b@192.0.2.1")).uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
    CHECK(w.observer.log == "answered\ncreated sip:a@192.0.2.1\nanswered\ncreated sip:b@192.0.2.1\n");
    CHECK(w.sends(alice_registers("sip:b@192.0.2.1", 1s)).status() == status::interval_too_brief);
}

TEST_CASE("a store that fails is a 500, and nothing has changed (R3261-10.3-7r)") {
    basic_world<fickle_storage> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto before = w.storage.bytes;
    for (const bool runs : {true, false}) {
        w.storage.runs = runs;
        w.storage.says = outcome::failed;
        (void)w.observer.take_log();
        const auto text = w.write(alice_registers("sip:b@192.0.2.1"));
        const auto failed = w.sends(text);
        CHECK(failed.status() == status::server_internal_error);
        CHECK(failed.reason() == "Storage Failed");
        CHECK(w.observer.take_log() == "rejected 500\n");
        CHECK(w.storage.bytes == before);
        CHECK(w.sends(text).status() == status::server_internal_error); // not remembered as done
    }
    w.storage = {.bytes = before, .says = {}};
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE("a store that is full is a 503 with Retry-After, unless no binding would change (R3261-21.5.4-a)") {
    basic_world<fickle_storage> w{{.limits = {.retry_after = 17s}}};
    for (const bool runs : {true, false}) {
        w.storage.runs = runs;
        w.storage.says = outcome::full;
        const auto full = w.sends(alice_registers("sip:b@192.0.2.1"));
        CHECK(full.status() == status::service_unavailable);
        CHECK(full.field("Retry-After") == "17");
    }
    w.storage.runs = true;
    CHECK(w.sends(alice_registers("sip:x@192.0.2.1", 0s)).status() == status::ok);
    CHECK(w.observer.changes.empty());
}

} // namespace

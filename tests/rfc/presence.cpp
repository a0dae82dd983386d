// SPDX-License-Identifier: BSL-1.0
// When a user comes and goes: the first and the last binding of an address-of-record.
#include <support/world.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// Returns: the events since it was asked last, each with what it says of the user: "created a first\n".
template <typename World>
auto take_turns(World& w) -> std::string {
    std::string told;
    for (const auto& each : std::exchange(w.observer.changes, {})) {
        told.append(text_of(each.event.kind)).append(" ").append(each.uri);
        told.append(each.event.is_first ? " first" : "").append(each.event.is_last ? " last" : "").append("\n");
    }
    return told;
}

TEST_CASE("the first binding of a user is told as such, and the last one that is removed") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(take_turns(w) == "created sip:a@192.0.2.1 first\n");
    w.sends(alice_registers("sip:b@192.0.2.1"));
    w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(take_turns(w) == "created sip:b@192.0.2.1\nrefreshed sip:a@192.0.2.1\n");
    w.sends(alice_registers("sip:a@192.0.2.1", 0s));
    CHECK(take_turns(w) == "removed sip:a@192.0.2.1\n");
    w.sends(alice_registers("sip:b@192.0.2.1", 0s));
    CHECK(take_turns(w) == "removed sip:b@192.0.2.1 last\n");
    w.sends(as_user("bob", alice_registers("sip:b@192.0.2.1")));
    CHECK(take_turns(w) == "created sip:b@192.0.2.1 first\n");
}

TEST_CASE("of several bindings that come or go in one request, the first and the last one say so") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>"));
    CHECK(take_turns(w) == "created sip:a@192.0.2.1 first\ncreated sip:b@192.0.2.1\n");
    w.sends(alice_registers("*", 0s));
    CHECK(take_turns(w) == "removed sip:a@192.0.2.1\nremoved sip:b@192.0.2.1 last\n");
}

TEST_CASE("a user whose only binding is replaced neither goes nor comes") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    (void)take_turns(w);
    w.sends(alice_registers("<sip:a@192.0.2.1>;expires=0, <sip:b@192.0.2.1>"));
    CHECK(take_turns(w) == "removed sip:a@192.0.2.1\ncreated sip:b@192.0.2.1\n");
}

TEST_CASE("of several bindings that expire in one call, the last one says so") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>, <sip:c@192.0.2.1>;expires=90", 60s));
    (void)take_turns(w);
    w.clock.advance(60s);
    w.registrar.expire();
    CHECK(take_turns(w) == "expired sip:a@192.0.2.1\nexpired sip:b@192.0.2.1\n");
    w.clock.advance(30s);
    w.registrar.expire();
    CHECK(take_turns(w) == "expired sip:c@192.0.2.1 last\n");
}

TEST_CASE("a binding that a removal finds expired may be the last one") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>;expires=90"));
    (void)take_turns(w);
    w.clock.advance(60s);
    w.sends(alice_registers("*", 0s));
    CHECK(take_turns(w) == "expired sip:a@192.0.2.1\nremoved sip:b@192.0.2.1 last\n");
}

TEST_CASE("an operator's edits tell of the first and the last binding too") {
    world w;
    const auto alice = "sip:alice@example.com";
    CHECK(w.registrar.add(alice, "sip:a@192.0.2.1"));
    CHECK(take_turns(w) == "created sip:a@192.0.2.1 first\n");
    CHECK(w.registrar.add(alice, "sip:a@192.0.2.1"));
    CHECK(take_turns(w) == "removed sip:a@192.0.2.1\ncreated sip:a@192.0.2.1\n");
    CHECK(w.registrar.add(alice, "sip:b@192.0.2.1"));
    CHECK(w.registrar.remove(alice, "sip:a@192.0.2.1"));
    CHECK(take_turns(w) == "created sip:b@192.0.2.1\nremoved sip:a@192.0.2.1\n");
    w.sends(alice_registers("sip:c@192.0.2.1"));
    CHECK(w.registrar.remove(alice));
    CHECK(take_turns(w) == "created sip:c@192.0.2.1\nremoved sip:b@192.0.2.1\nremoved sip:c@192.0.2.1 last\n");
}

/// Lets users register, query, remove and expire at random, and follows them by their events alone.
template <typename Storage>
void check_that_turns_alternate() {
    basic_world<Storage> w{{.limits = {.min_expires = 1s}}};
    xoshiro256 chance{11};
    const auto below = [&](unsigned end) { return static_cast<unsigned>(chance.next() % end); };
    struct user_state {
        bool is_there = false;
        unsigned bindings = 0; // as events tell
    };
    std::map<std::string, user_state> users;
    unsigned comings = 0;
    for (int round = 0; round < 3000; ++round) {
        const auto user = "user" + std::to_string(below(3));
        const auto contact = [&] {
            return "<sip:" + std::string(1, static_cast<char>('a' + below(3))) + "@192.0.2.1>";
        };
        const auto lifetime = [&] { return ";expires=" + std::to_string(below(3) * below(5)); };
        switch (below(6)) {
        case 0: w.sends(as_user(user, alice_registers("*", 0s))); break;
        case 1: (void)w.registrar.remove("sip:" + user + "@example.com"); break;
        case 2: w.clock.advance(std::chrono::milliseconds{below(4000)}); break;
        case 3: w.registrar.expire(); break;
        default: w.sends(as_user(user, alice_registers(contact() + lifetime() + ", " + contact() + lifetime())));
        }
        for (const auto& each : std::exchange(w.observer.changes, {})) {
            auto& [is_there, bindings] = users[each.user];
            CHECK(is_there != each.event.is_first); // so that it is there while anything happens
            is_there = !each.event.is_last;
            comings += each.event.is_first ? 1 : 0;
            if (each.event.kind == change::created) ++bindings;
            else if (each.event.kind != change::refreshed) --bindings;
        }
        for (const auto& [name, state] : users) CHECK(state.is_there == (state.bindings > 0));
    }
    CHECK(comings > 100);
}

TEST_CASE("by its events a user comes and goes by turns") {
    check_that_turns_alternate<hash_storage>();
    check_that_turns_alternate<fixed_storage<4, 16, 4096>>();
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/location_service.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <set>
#include <string>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

const settings of_example{.domains = {"example.com"}, .aliases = {{"example.net", "example.com"}}};

/// Returns: the URIs of a query in the order of their visits, and how many it says there are.
auto asked_for(world& w, std::string_view aor) -> std::string {
    std::string all;
    const auto found = w.registrar.query(aor, [&](const binding_view& it) { all += std::string{it.uri} + " "; });
    return all + (found ? std::to_string(*found) : std::string{message(found.error().code)});
}

template <typename Result>
auto failure_of(const Result& made) -> errc {
    return made ? errc::not_sip : made.error().code;
}

TEST_CASE("a query shows live bindings by descending q, with all that is known of them") {
    world w{of_example};
    w.sends(alice_registers("<sip:low@192.0.2.1>;q=0.1, <sip:high@192.0.2.1>;q=0.9;+sip.ice"));
    CHECK(asked_for(w, "sip:alice@example.com") == "sip:high@192.0.2.1 sip:low@192.0.2.1 2");

    const auto shown = w.registrar.query("sip:alice@example.com", [&](const binding_view& it) {
        if (it.uri != "sip:high@192.0.2.1") return;
        CHECK(it.params == ";q=0.9;+sip.ice");
        CHECK(it.call_id == "alice-call@192.0.2.1");
        CHECK(it.cseq == 1);
        CHECK(it.source.remote == at("192.0.2.1"));
        CHECK(it.remaining(w.clock.now()) == 300);
    });
    CHECK(shown);
}

TEST_CASE("a query shows nothing that is due, nobody else's and nothing of who is unknown") {
    world w{of_example};
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    w.clock.advance(60s - 1ms);
    CHECK(asked_for(w, "sip:alice@example.com") == "sip:a@192.0.2.1 1");
    w.clock.advance(1ms);
    CHECK(asked_for(w, "sip:alice@example.com") == "0");
    CHECK(asked_for(w, "sip:bob@example.com") == "0");
}

TEST_CASE("an address-of-record may be spelled in any way that means it") {
    world w{of_example};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    for (const auto* aor :
         {"sip:alice@example.com", "sips:%61lice@EXAMPLE.com:5061;user=phone", "sip:alice@example.net"})
        CHECK(asked_for(w, aor) == "sip:a@192.0.2.1 1");
}

TEST_CASE("an address-of-record that can't be one is a failure, for each call") {
    world w{of_example};
    const auto ignore = [](const binding_view&) {};
    const auto check_all = [&](std::string_view aor, errc why) {
        CHECK(failure_of(w.registrar.query(aor, ignore)) == why);
        CHECK(failure_of(w.registrar.remove(aor)) == why);
        CHECK(failure_of(w.registrar.remove(aor, "sip:a@192.0.2.1")) == why);
        CHECK(failure_of(w.registrar.add(aor, "sip:a@192.0.2.1")) == why);
    };
    check_all("alice", errc::bad_uri);
    check_all("sip:example.com", errc::bad_uri);
    check_all("tel:+12015550123", errc::bad_uri);
    check_all("sip:alice@example.org", errc::bad_domain);
    check_all("sip:alice@0.0.0.0", errc::bad_domain);
    check_all("sip:" + std::string(2000, 'a') + "@example.com", errc::too_long);
}

TEST_CASE("remove takes out one contact or all, tells how many, and tells the observer") {
    world w{of_example};
    w.sends(alice_registers("<sip:a@192.0.2.1;x=1>, <sip:b@192.0.2.1>, <sip:c@192.0.2.1>"));
    (void)w.observer.take_log();

    const auto one = w.registrar.remove("sip:alice@example.com", "sip:a@192.0.2.1");
    REQUIRE(one);
    CHECK(*one == 1);
    CHECK(w.observer.take_log() == "removed sip:a@192.0.2.1;x=1\n");
    CHECK(w.observer.changes.back().user == "alice");

    const auto rest = w.registrar.remove("sip:alice@example.com");
    REQUIRE(rest);
    CHECK(*rest == 2);
    CHECK(w.observer.take_log() == "removed sip:b@192.0.2.1\nremoved sip:c@192.0.2.1\n");
    CHECK(w.bound().empty());

    CHECK(*w.registrar.remove("sip:alice@example.com") == 0);
    CHECK(failure_of(w.registrar.remove("sip:alice@example.com", "no uri")) == errc::bad_uri);
}

TEST_CASE("a repeat does not bring back what an operator removed") {
    world w{of_example};
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    w.sends(text);
    CHECK(*w.registrar.remove("sip:alice@example.com") == 1);
    CHECK(w.sends(text).status() == status::ok);
    CHECK(w.bound().empty());
}

TEST_CASE("a static binding never expires, and no REGISTER removes or changes it") {
    world w{of_example};
    CHECK(w.registrar.add("sip:alice@example.com", "<sip:gate@192.0.2.9>;q=0.5;+sip.ice"));
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    CHECK(w.bound() == "sip:gate@192.0.2.9 sip:a@192.0.2.1");

    const auto all_gone = w.sends(alice_registers("*", 0s));
    REQUIRE(all_gone.contacts().size() == 1);
    CHECK(all_gone.contacts()[0].uri == "sip:gate@192.0.2.9");
    CHECK(all_gone.contacts()[0].params == ";q=0.5;+sip.ice");
    CHECK(all_gone.contacts()[0].expires == 300);

    CHECK(w.sends(alice_registers("<sip:gate@192.0.2.9>;q=0.1", 60s)).contacts()[0].params == ";q=0.5;+sip.ice");
    CHECK(w.sends(alice_registers("<sip:gate@192.0.2.9>", 0s)).contacts().size() == 1);

    w.clock.advance(std::chrono::hours{24 * 365});
    w.registrar.expire();
    CHECK(w.bound() == "sip:gate@192.0.2.9");
    CHECK(*w.registrar.remove("sip:alice@example.com", "sip:gate@192.0.2.9") == 1);
    CHECK(w.bound().empty());
}

TEST_CASE("add puts a static binding in the place of what equals it, and tells the observer") {
    world w{of_example};
    w.sends(alice_registers("<sip:gate@192.0.2.9;x=1>"));
    (void)w.observer.take_log();
    CHECK(w.registrar.add("sip:alice@example.com", "sip:gate@192.0.2.9"));
    CHECK(w.observer.take_log() == "removed sip:gate@192.0.2.9;x=1\ncreated sip:gate@192.0.2.9\n");
    CHECK(w.registrar.add("sip:alice@example.com", "sip:gate@192.0.2.9"));
    CHECK(asked_for(w, "sip:alice@example.com") == "sip:gate@192.0.2.9 1");
}

TEST_CASE("add takes one Contact value, without an interval") {
    world w{of_example};
    const auto add = [&](std::string_view contact) {
        return failure_of(w.registrar.add("sip:alice@example.com", contact));
    };
    CHECK(add("<sip:a@192.0.2.1>;expires=60") == errc::bad_contact);
    CHECK(add("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>") == errc::bad_contact);
    CHECK(add("*") != errc::not_sip);
    CHECK(add("") != errc::not_sip);
    CHECK(add("<sip:a@192.0.2.1>;q=7") == errc::bad_q);
    CHECK(w.bound().empty());
}

TEST_CASE("what the store has no room for is a failure, and changes nothing") {
    world w{{}, hash_storage_limits{.max_aors = 1}};
    CHECK(w.registrar.add("sip:alice@example.com", "sip:a@192.0.2.1"));
    (void)w.observer.take_log();
    CHECK(failure_of(w.registrar.add("sip:bob@example.com", "sip:b@192.0.2.1")) == errc::no_capacity);
    CHECK(w.observer.take_log().empty());
}

TEST_CASE("for_each shows every record, a bounded number at a time") {
    world w{of_example};
    std::set<std::string> users;
    for (int i = 0; i < 25; ++i) {
        users.insert("user" + std::to_string(i));
        w.sends(as_user("user" + std::to_string(i), alice_registers("sip:a@192.0.2.1")));
    }
    std::set<std::string> seen;
    auto position = scan_position{};
    std::size_t calls = 0;
    do {
        unsigned shown = 0;
        position = w.registrar.for_each(position, 10, [&](const aor_view& key, const live_bindings& live) {
            ++shown;
            CHECK(key.domain == "example.com");
            CHECK(!live.empty());
            seen.insert(std::string{key.user});
        });
        CHECK(shown <= 10);
        ++calls;
    } while (position != scan_position{} && calls < 100);
    CHECK(seen == users);
}

TEST_CASE("expire tells the observer what it dropped, at its time, and when to come again (R3261-10.2.2-b)") {
    world w{of_example};
    w.sends(alice_registers("<sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>;expires=90"));
    (void)w.observer.take_log();
    CHECK(w.registrar.expire() > w.clock.now());
    CHECK(w.observer.take_log().empty());

    w.clock.advance(60s);
    const auto next = w.registrar.expire();
    CHECK(w.observer.take_log() == "expired sip:a@192.0.2.1\n");
    CHECK(w.observer.changes.back().event.at == w.clock.now());
    CHECK(w.observer.changes.back().user == "alice");
    CHECK(next > w.clock.now());

    w.clock.advance(30s);
    for (int i = 0; i < 10; ++i) w.registrar.expire();
    CHECK(w.observer.take_log() == "expired sip:b@192.0.2.1\n");
}

TEST_CASE("expire drops 256 at once at the most, and asks to be called again for the rest") {
    world w{of_example};
    for (int i = 0; i < 1500; ++i)
        w.sends(as_user("user" + std::to_string(i), alice_registers("sip:a@192.0.2.1", 60s)));
    w.observer.changes.clear();
    w.clock.advance(61s);

    CHECK(w.registrar.expire() <= w.clock.now());
    const auto first = w.observer.changes.size();
    CHECK(first > 0);
    CHECK(first <= 256);
    for (int i = 0; i < 10; ++i) w.registrar.expire();
    CHECK(w.observer.changes.size() == 1500);
}

TEST_CASE("a tick expires what is due and asks for the next, at once if there is more, within a second if not") {
    world w{of_example};
    CHECK(w.registrar.tick() == 1000ms);
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    CHECK(w.registrar.tick() <= 1000ms);
    CHECK(w.registrar.tick() > 0ms);
    w.clock.advance(60s);
    (void)w.registrar.tick();
    CHECK(w.observer.log.ends_with("expired sip:a@192.0.2.1\n"));

    for (int i = 0; i < 3000; ++i)
        w.sends(as_user("user" + std::to_string(i), alice_registers("sip:a@192.0.2.1", 60s)));
    w.clock.advance(61s);
    CHECK(w.registrar.tick() == 1ms);
}

TEST_CASE("a tick asks to be called before the next second in which something is due") {
    world w{of_example};
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    w.clock.advance(59s + 700ms);
    CHECK(w.registrar.tick() == 300ms);
}

TEST_CASE("a location service stays where it is made") {
    static_assert(!std::copy_constructible<world::registrar_type>);
    static_assert(!std::move_constructible<world::registrar_type>);
    static_assert(!std::is_move_assignable_v<world::registrar_type>);
    static_assert(!std::is_copy_assignable_v<world::registrar_type>);
    CHECK(true);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/slow_access.hpp>

#include <support/slow_world.hpp>

#include <doctest/doctest.h>

#include <string>

namespace slow_access_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

static_assert(waiting_access<testing::slow_access<open_access>>);

/// Counts how often it is asked, and writes a line for the 200 and one for a refusal.
struct counting_door {
    unsigned authenticated = 0, authorized = 0;
    bool lets_in = true;

    auto authenticate(const access_request&, writer& lines) -> access_result {
        ++authenticated;
        lines.put("X-Who: alice\r\n");
        return user_identity{"alice", "example.com"};
    }
    auto authorize(const access_request& asked, writer& lines) -> access_result {
        ++authorized;
        CHECK(asked.user.name == "alice");
        CHECK(asked.aor.user == "alice");
        lines.put("X-May: yes\r\n");
        if (lets_in) return grant;
        return refusal{status::forbidden};
    }
};

using door_world = slow_world<cramped_storage, counting_door>;

TEST_CASE("what an access policy has granted is kept while the request waits, and not asked for twice") {
    door_world w{{}, {}, {}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle(); // it has waited for both, and for the storage twice
    CHECK(w.door.authenticated == 1);
    CHECK(w.door.authorized == 1);
    REQUIRE(w.statuses() == "200");
    CHECK(w.transport.sent[0].second.find("X-Who: alice\r\nX-May: yes\r\n") != std::string::npos);
}

TEST_CASE("a refusal that comes later takes its lines along, and not those that were for the 200") {
    door_world w{{}, {}, {}};
    w.door.lets_in = false;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle();
    REQUIRE(w.statuses() == "403");
    CHECK(w.transport.sent[0].second.find("X-May: yes\r\n") != std::string::npos);
    CHECK(w.transport.sent[0].second.find("X-Who") == std::string::npos);
    CHECK(w.stored().empty());
}

TEST_CASE("a slow access answers when its time has come, and says when that is") {
    slow_world<> w{{}, {.at_once = 1}, {.seed = 4, .max_delay = 100ms}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto due = w.access.answer_due(w.clock.now());
    CHECK(due > w.clock.now());
    CHECK(due <= w.clock.now() + 100ms);
    (void)w.registrar.tick();
    CHECK(!w.access.is_idle());
    w.clock.advance(due - w.clock.now());
    CHECK(w.access.answer_due(w.clock.now()) == never);
    (void)w.registrar.tick(); // it has been authenticated, and asks whether it may
    w.clock.advance(100ms);
    w.settle();
    CHECK(w.statuses() == "200");
}

TEST_CASE("a slow access in order answers in the order in which it was asked") {
    slow_world<> w{{}, {.at_once = 1}, {.in_order = true}};
    for (const auto* contact : {"sip:a@192.0.2.1", "sip:b@192.0.2.1", "sip:c@192.0.2.1"})
        w.sends(alice_registers(contact));
    w.settle();
    CHECK(w.stored() == "sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1");
}

} // namespace slow_access_test

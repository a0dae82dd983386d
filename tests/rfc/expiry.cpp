// SPDX-License-Identifier: BSL-1.0
// How long a binding lives: RFC 3261 §10.2.1.1, §10.2.2, §10.3 step 7, §20.19, §20.23.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// Returns: the interval granted to one contact by a fresh registrar; 0 when it lists none.
auto granted(const request& asked, const limits& rules = {.min_expires = 30s, .max_expires = 300s}) -> std::uint32_t {
    world w{{.limits = rules}};
    const auto told = w.sends(asked);
    CHECK(told.status() == status::ok);
    return told.contacts().empty() ? 0 : told.contacts()[0].expires;
}

const std::string short_contact = "<sip:a@192.0.2.1>";

TEST_CASE("a contact's own expires goes before the header field (R3261-10.3-7a)") {
    CHECK(granted(alice_registers(short_contact + ";expires=60", 90s)) == 60);
    CHECK(granted(alice_registers(short_contact + ";EXPIRES = 60", 90s)) == 60);
}

TEST_CASE("without one of its own a contact gets what the header field asks for (R3261-10.3-7b)") {
    CHECK(granted(alice_registers(short_contact, 90s)) == 90);
}

TEST_CASE("without either it gets the default, the longest unless it was set (R3261-10.3-7c)") {
    CHECK(granted(alice_registers(short_contact)) == 300);
    CHECK(granted(alice_registers(short_contact), {.default_expires = 120s}) == 120);
}

TEST_CASE("a longer interval is cut to the longest, never anything granted beyond it (R3261-10.3-7d, R3261-10.3-7e)") {
    for (const auto asked : {30s, 31s, 299s, 300s})
        CHECK(granted(alice_registers(short_contact, asked)) == asked.count());
    for (const auto asked : {301s, 3600s, 86400s}) CHECK(granted(alice_registers(short_contact, asked)) == 300);
    CHECK(granted(alice_registers(short_contact, 3601s), {.min_expires = 7200s, .max_expires = 9000s}) == 3601);
}

TEST_CASE("a shorter interval than the shortest is 423 with Min-Expires in seconds (R3261-10.3-7f, R3261-10.3-7i, "
          "R3261-20.23-a)") {
    world w;
    for (const auto asked : {1s, 29s}) {
        const auto refused = w.sends(alice_registers(short_contact, asked));
        CHECK(refused.status() == status::interval_too_brief);
        CHECK(refused.field("Min-Expires") == "30");
        CHECK(!refused.has("Contact"));
    }
    CHECK(w.sends(alice_registers(short_contact, 30s)).status() == status::ok);
}

TEST_CASE("423 is never said to 0 or to an hour and more (R3261-10.3-7g, R3261-10.3-7h)") {
    const limits long_ones{.min_expires = 7200s, .max_expires = 7200s};
    world w{{.limits = long_ones}};
    CHECK(w.sends(alice_registers(short_contact, 3599s)).status() == status::interval_too_brief);
    CHECK(w.sends(alice_registers(short_contact, 0s)).status() == status::ok);
    CHECK(w.sends(alice_registers(short_contact, 3600s)).contacts().at(0).expires == 3600);
    CHECK(w.sends(alice_registers(short_contact).with("Expires", "soon")).contacts().at(0).expires == 3600);
}

TEST_CASE("423 stores no contact of its request, and takes none away (R3261-10.3-7j)") {
    world w;
    w.sends(alice_registers("sip:old@192.0.2.1"));
    const auto before = w.record();
    const auto all_or_none = "<sip:a@192.0.2.1>;expires=60, <sip:old@192.0.2.1>;expires=0, <sip:b@192.0.2.1>;expires=5";
    CHECK(w.sends(alice_registers(all_or_none)).status() == status::interval_too_brief);
    CHECK(w.record() == before);
}

TEST_CASE("a malformed interval reads as an hour (R3261-10.2-e)") {
    const limits day{.min_expires = 30s, .max_expires = 86400s};
    for (const auto* malformed : {"soon", "-5", "60.5", "0x10", "\"60\""}) {
        CHECK(granted(alice_registers(short_contact + ";expires=" + malformed), day) == 3600);
        CHECK(granted(alice_registers(short_contact).with("Expires", malformed), day) == 3600);
    }
    CHECK(granted(alice_registers(short_contact + ";expires"), day) == 3600);
    CHECK(granted(alice_registers(short_contact).with("Expires", ""), day) == 3600);
}

TEST_CASE("an interval above 2**32-1 reads as that (R3261-10.2-d, R3261-20.19-a)") {
    const limits longest{.min_expires = 30s, .max_expires = std::chrono::seconds{0xfffffff0}};
    for (const auto* huge : {"4294967295", "4294967296", "99999999999999999999999999"}) {
        CHECK(granted(alice_registers(short_contact + ";expires=" + huge)) == 300);
        CHECK(granted(alice_registers(short_contact).with("Expires", huge)) == 300);
        CHECK(granted(alice_registers(short_contact).with("Expires", huge), longest) > 0xffff0000);
    }
}

TEST_CASE("expires=0 removes the binding at once (R3261-10.2.2-a)") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>"));
    CHECK(w.sends(alice_registers("<sip:a@192.0.2.1>;expires=0")).uris() == "sip:b@192.0.2.1");
    CHECK(w.sends(alice_registers("<sip:b@192.0.2.1>", 0s)).contacts().empty());
    CHECK(w.bound().empty());
}

TEST_CASE("a binding lives as long as was granted and no longer, expired by a tick or not (R3261-10.2.2-b)") {
    world w;
    w.clock.advance(700ms);
    w.sends(alice_registers(short_contact, 60s));
    w.clock.advance(60s - 1ms);
    CHECK(w.bound() == "sip:a@192.0.2.1");
    w.clock.advance(1s); // a store keeps whole seconds
    CHECK(w.bound().empty());
}

TEST_CASE("the time that is left is shown in whole seconds, never 0 while the binding lives (R3261-10.3-8c)") {
    world w;
    w.sends(alice_registers(short_contact, 60s));
    const auto left = [&] {
        const auto contacts = w.sends(alice_asks()).contacts();
        return contacts.empty() ? 999 : contacts[0].expires;
    };
    for (const auto& [step, shown] :
         {std::pair{0ms, 60u}, {1ms, 59u}, {999ms, 59u}, {58000ms, 1u}, {1ms, 1u}, {998ms, 1u}, {1ms, 999u}}) {
        w.clock.advance(step);
        CHECK(left() == shown);
    }
}

TEST_CASE("a refresh sets the time anew, neither adding to it nor keeping the longer (R3261-10.2.4-a)") {
    world w;
    w.sends(alice_registers(short_contact, 300s));
    w.clock.advance(10s);
    const auto told = w.sends(alice_registers(short_contact, 60s));
    REQUIRE(told.contacts().size() == 1);
    CHECK(told.contacts()[0].expires == 60);
    w.clock.advance(60s);
    CHECK(w.bound().empty());
}

TEST_CASE("several contacts of one request have each their own interval (R3261-10.3-7s)") {
    world w;
    const auto told =
        w.sends(alice_registers("<sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>, <sip:c@192.0.2.1>;expires=0", 90s));
    REQUIRE(told.contacts().size() == 2);
    CHECK(told.contacts()[0].expires == 60);
    CHECK(told.contacts()[1].expires == 90);
}

TEST_CASE("an Expires alone, without a Contact, is no more than a query") {
    world w;
    w.sends(alice_registers(short_contact, 60s));
    CHECK(w.sends(alice_asks().with("Expires", "0")).contacts().at(0).expires == 60);
}

TEST_CASE("bindings run down over a clock that has run for long, beyond 32 bits of milliseconds") {
    world w;
    w.clock.set(instant{50ULL * 365 * 24 * 3600 * 1000});
    w.sends(alice_registers(short_contact, 60s));
    w.clock.advance(59s);
    CHECK(w.sends(alice_asks()).contacts().at(0).expires == 1);
    w.clock.advance(1s);
    CHECK(w.bound().empty());
}

} // namespace

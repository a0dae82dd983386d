// SPDX-License-Identifier: BSL-1.0
// What a REGISTER does to bindings: RFC 3261 §10.2, §10.3 steps 6 to 8, §8.2.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

auto with_cseq(const request& asked, unsigned cseq) -> request {
    return asked.with("CSeq", std::to_string(cseq) + " REGISTER");
}

TEST_CASE("an unknown contact is added beside the others (R3261-10.3-7l, R3261-10.3-8a, R3261-10.3-8b)") {
    world w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).uris() == "sip:a@192.0.2.1");
    const auto told = w.sends(alice_registers("sip:b@192.0.2.1"));
    CHECK(told.status() == status::ok);
    CHECK(told.uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
}

TEST_CASE("expires=0 of an unknown contact is no error (R3261-10.3-7l)") {
    world w;
    CHECK(w.sends(alice_registers("sip:x@192.0.2.1", 0s)).status() == status::ok);
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto told = w.sends(alice_registers("sip:x@192.0.2.1", 0s));
    CHECK(told.status() == status::ok);
    CHECK(told.uris() == "sip:a@192.0.2.1");
}

TEST_CASE("a query lists all bindings and changes nothing (R3261-10.3-6a, R3261-10.2.3-a)") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>"));
    const auto before = w.record();
    const auto told = w.sends(alice_asks());
    CHECK(told.status() == status::ok);
    CHECK(told.uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
    CHECK(w.record() == before);
}

TEST_CASE("a query for someone who never registered is 200, and stores nothing") {
    world w;
    const auto told = w.sends(alice_asks());
    CHECK(told.status() == status::ok);
    CHECK(!told.has("Contact"));
    CHECK(w.storage.size() == 0);
}

TEST_CASE("a refresh replaces the binding, parameters and all (R3261-10.2.4-a)") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>;q=0.5;x=1"));
    const auto told = w.sends(alice_registers("<sip:a@192.0.2.1>;q=0.7"));
    REQUIRE(told.contacts().size() == 1);
    CHECK(told.contacts()[0].params == ";q=0.7");
}

TEST_CASE("another Call-ID refreshes and removes, whatever its CSeq (R3261-10.3-7m)") {
    world w;
    w.sends(with_cseq(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>", 300s), 900));
    const auto other = alice_registers("<sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>;expires=0")
                           .with("Call-ID", "other-call@192.0.2.2");
    const auto told = w.sends(with_cseq(other, 1));
    CHECK(told.status() == status::ok);
    CHECK(told.uris() == "sip:a@192.0.2.1");
    CHECK(told.contacts()[0].expires == 60);
}

TEST_CASE("the same Call-ID and a higher CSeq refreshes and removes (R3261-10.3-7n)") {
    world w;
    w.sends(with_cseq(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>", 300s), 900));
    CHECK(
        w.sends(with_cseq(alice_registers("<sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>;expires=0"), 901)).uris() ==
        "sip:a@192.0.2.1");
}

TEST_CASE("the same Call-ID and a CSeq that is not higher fails, and leaves all as it was (R3261-10.3-7o)") {
    world w;
    w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 900));
    const auto before = w.record();
    for (const unsigned cseq : {0u, 1u, 899u}) {
        for (const auto expires : {0s, 60s}) {
            const auto late = w.sends(with_cseq(alice_registers("sip:a@192.0.2.1", expires), cseq));
            CHECK(late.status() == status::server_internal_error);
            CHECK(late.reason() == "CSeq Is Not Higher");
        }
    }
    w.clock.advance(40s);
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 900)).status() == status::server_internal_error);
    CHECK(w.record() == before);
}

TEST_CASE("the CSeq that counts is that of the last REGISTER of the binding (R3261-10.3-7p)") {
    world w;
    w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 5));
    w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 9));
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 8)).status() == status::server_internal_error);
    w.sends(with_cseq(alice_registers("sip:a@192.0.2.1").with("Call-ID", "other"), 1));
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 2)).status() == status::ok);
}

TEST_CASE("a phone that forgot its CSeq over a reboot is taken back after 32 s, if the user chose so") {
    world w{{.limits = {.stale_cseq = stale_cseq::accept_after_32s}}};
    w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 900));
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 1)).status() == status::server_internal_error);
    w.clock.advance(32s + 999ms);
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 2)).status() == status::server_internal_error);
    w.clock.advance(1ms);
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 3)).status() == status::ok);
}

TEST_CASE("the highest CSeq there is ends a Call-ID, not the registrar (R3261-8.1.1.5-a)") {
    world w;
    w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 0x7fffffff));
    CHECK(w.sends(with_cseq(alice_registers("sip:a@192.0.2.1"), 0)).status() == status::server_internal_error);
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1").with("Call-ID", "next")).status() == status::ok);
}

/// Sends several contacts of which a later one is no good, where one binding is there already.
struct all_or_nothing {
    world w{{.limits = {.max_contacts = 3, .max_contact_bytes = 100}}};
    std::string before;

    all_or_nothing() {
        w.sends(with_cseq(alice_registers("<sip:old@192.0.2.1>"), 900));
        before = w.record();
    }
    auto code(std::string_view contacts, unsigned cseq = 901) -> status {
        const auto refused = w.sends(with_cseq(alice_registers(contacts), cseq));
        CHECK(w.record() == before);
        CHECK(w.bound() == "sip:old@192.0.2.1");
        CHECK(w.observer.changes.size() == 1);
        return refused.status();
    }
};

TEST_CASE("several contacts are stored all or none (R3261-10.3-h, R3261-10.3-7q, R3261-8.2-a)") {
    all_or_nothing it;
    CHECK(it.code("<sip:a@192.0.2.1>, <sip:old@192.0.2.1>", 899) == status::server_internal_error);
    CHECK(it.code("<sip:old@192.0.2.1>;expires=0, <sip:a@192.0.2.1>;expires=5") == status::interval_too_brief);
    CHECK(it.code("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>, <sip:c@192.0.2.1>") == status::forbidden);
    CHECK(it.code("<sip:a@192.0.2.1>, <sip:" + std::string(90, 'x') + "@192.0.2.1>") == status::forbidden);
    CHECK(it.code("<sip:a@192.0.2.1>, <broken") == status::bad_request);
    CHECK(it.code("<sip:old@192.0.2.1>;expires=0, <sip:a@192.0.2.1>;q=2") == status::bad_request);
}

TEST_CASE("of equal contacts in one request the last wins") {
    world w;
    const auto told = w.sends(alice_registers("<sip:a@192.0.2.1>;q=0.1, <sip:b@192.0.2.1>, <sip:a@192.0.2.1>;q=0.2"));
    CHECK(told.uris() == "sip:b@192.0.2.1 sip:a@192.0.2.1");
    CHECK(told.contacts()[1].params == ";q=0.2");
    CHECK(w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:a@192.0.2.1>;expires=0")).uris() == "sip:b@192.0.2.1");
    CHECK(w.sends(alice_registers("<sip:b@192.0.2.1>;expires=0, <sip:b@192.0.2.1>")).uris() == "sip:b@192.0.2.1");
}

TEST_CASE("addresses-of-record know nothing of each other (R3261-10.3-i)") {
    world w;
    w.sends(alice_registers("sip:shared@192.0.2.1").with("Call-ID", "one"));
    w.sends(bob_registers("sip:shared@192.0.2.1").with("Call-ID", "one").with("CSeq", "1 REGISTER"));
    w.sends(as_user("bob", alice_registers("*", 0s)));
    CHECK(w.bound("bob").empty());
    CHECK(w.bound() == "sip:shared@192.0.2.1");
}

TEST_CASE("contacts of any scheme are bound, and compared by their own rules (R3261-10.2.1-a)") {
    world w;
    const auto told =
        w.sends(alice_registers("<tel:+12015550123>, <mailto:alice@example.com>, <http://example.com/a>"));
    CHECK(told.uris() == "tel:+12015550123 mailto:alice@example.com http://example.com/a");
    CHECK(w.sends(alice_registers("<TEL:+12015550123>, <mailto:alice@example.com>", 0s)).uris() ==
          "http://example.com/a");
}

TEST_CASE("parameters come back as they were given: q, features and what nobody knows (R3261-10.2.1.2-a, R3840-9-a, "
          "R3840-9-b)") {
    world w;
    const std::string params = ";q=0.25;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\";audio;"
                               "methods=\"INVITE,BYE\";whatever=\"a \\\" b\"";
    const auto told = w.sends(alice_registers("\"Alice\" <sip:a@192.0.2.1>" + params + ";expires=60"));
    REQUIRE(told.contacts().size() == 1);
    CHECK(told.contacts()[0].params == params);
    CHECK(w.sends(alice_asks()).contacts().at(0).params == params);
}

TEST_CASE("the URI comes back as it was given, parameters, headers and escapes too") {
    world w;
    const auto* uri = "sip:%61%40b:pw@EXAMPLE.net:5070;transport=TCP;x=%3b?Subject=a%20b&Route=x";
    CHECK(w.sends(alice_registers("<" + std::string{uri} + ">")).uris() == uri);
}

TEST_CASE("without <> parameters belong to the contact, not the URI (R3261-20.10-a)") {
    world w;
    const auto told = w.sends(alice_registers("sip:a@192.0.2.1;transport=tcp;expires=60"));
    CHECK(told.uris() == "sip:a@192.0.2.1");
    CHECK(told.contacts()[0].params == ";transport=tcp");
    CHECK(told.contacts()[0].expires == 60);
}

TEST_CASE("a URI with comma, semicolon or question mark needs <>, and is written with them (R3261-20.10-b)") {
    world w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1?Subject=x")).status() == status::bad_request);
    CHECK(w.sends(alice_registers("<sip:a,b;c@192.0.2.1;x=1?Subject=y>")).uris() ==
          "sip:a,b;c@192.0.2.1;x=1?Subject=y");
}

TEST_CASE("a display name may be quoted or not, also right before the < (R3261-20.10-c)") {
    world w;
    for (const auto* contact :
         {"Alice<sip:a@192.0.2.1>", "Alice B. <sip:a@192.0.2.1>", "\"<A>, \\\"B\\\"\"<sip:a@192.0.2.1>",
          "  <sip:a@192.0.2.1>  ", "J\xc3\xbcrgen <sip:a@192.0.2.1>"})
        CHECK(w.sends(alice_registers(contact)).uris() == "sip:a@192.0.2.1");
}

TEST_CASE("contacts may come in rows, in lists or both, long or compact (R3261-7.3.1-b, R3261-7.3.3-a)") {
    world w;
    const auto told = w.sends(alice_registers("<sip:a@192.0.2.1>,<sip:b@192.0.2.1>")
                                  .also("m", "<sip:c@192.0.2.1>")
                                  .also("CONTACT", "<sip:d@192.0.2.1> ,\r\n <sip:e@192.0.2.1>"));
    CHECK(told.uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1 sip:d@192.0.2.1 sip:e@192.0.2.1");
}

TEST_CASE("a REGISTER sets up no dialog: a To tag is echoed and ignored (R3261-10.2-c, R3261-12.2.2-a)") {
    world w;
    const auto told = w.sends(alice_registers("sip:a@192.0.2.1").with("To", "<sip:alice@example.com>;tag=never-given"));
    CHECK(told.status() == status::ok);
    CHECK(told.field("To") == "<sip:alice@example.com>;tag=never-given");
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE("a contact that registers itself at its own address-of-record is as good as any") {
    world w;
    CHECK(w.sends(alice_registers("<sip:alice@example.com>")).uris() == "sip:alice@example.com");
}

} // namespace

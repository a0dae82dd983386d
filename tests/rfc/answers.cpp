// SPDX-License-Identifier: BSL-1.0
// What an answer says: RFC 3261 §8.2.6, §8.2.7, §10.3 step 8, §20.17; and what it never says.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

TEST_CASE(
    "an answer repeats From, Call-ID and CSeq as they were sent (R3261-8.2.6.2-a, R3261-8.2.6.2-b, R3261-8.2.6.2-c)") {
    world w;
    const auto told = w.sends(alice_asks()
                                  .with("From", "\"A. \\\"l\\\" \" <sip:ALICE@Example.Com;x=1>;tag=aB;y")
                                  .with("Call-ID", "CaSe@192.0.2.1")
                                  .with("CSeq", "0017   REGISTER"));
    CHECK(told.field("From") == "\"A. \\\"l\\\" \" <sip:ALICE@Example.Com;x=1>;tag=aB;y");
    CHECK(told.field("Call-ID") == "CaSe@192.0.2.1");
    CHECK(told.field("CSeq") == "0017   REGISTER");
}

TEST_CASE("an answer repeats all Via values in their order (R3261-8.2.6.2-d)") {
    world w;
    const auto told = w.sends(alice_asks()
                                  .with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/TCP one.example;x=1")
                                  .also("v", "SIP / 2.0 / UDP two.example")
                                  .also("Via", "anything at all"));
    CHECK(told.rows("Via") ==
          std::vector<std::string>{"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/TCP one.example;x=1",
                                   "SIP / 2.0 / UDP two.example", "anything at all"});
}

TEST_CASE("a To with a tag is repeated as it is, one without gets a tag (R3261-8.2.6.2-e, R3261-8.2.6.2-f)") {
    world w;
    CHECK(w.sends(alice_asks().with("To", "\"A\" <sip:alice@example.com>;tag=x;y=1")).field("To") ==
          "\"A\" <sip:alice@example.com>;tag=x;y=1");
    const auto told = w.sends(alice_asks().with("To", "\"tag=1\" <sip:alice@example.com;tag=2>;y=1"));
    CHECK(told.field("To").starts_with("\"tag=1\" <sip:alice@example.com;tag=2>;y=1;tag="));
    CHECK(told.field("To").size() >= 8 + std::string{"\"tag=1\" <sip:alice@example.com;tag=2>;y=1;tag="}.size());
    CHECK(w.sends(alice_asks().with("To", "sip:alice@example.com"))
              .field("To")
              .starts_with("sip:alice@example.com;tag="));
}

TEST_CASE("To tags are as good as unique, and other registrars give others (R3261-19.3-a)") {
    std::set<std::string> tags;
    world w;
    for (int i = 0; i < 1000; ++i) tags.insert(w.sends(alice_asks()).to_tag());
    CHECK(tags.size() == 1000);

    basic_world<> other;
    other.registrar.stop();
    seeded_random random{8};
    basic_registrar registrar{{}, other.clock, other.storage, other.transport, random, other.observer};
    REQUIRE(registrar.start());
    const auto text = alice_asks().text(1);
    (void)registrar.receive(datagram{other.flow, text});
    CHECK(!tags.contains(reply{.text = other.transport.sent.back().second}.to_tag()));
}

TEST_CASE("every answer to the same request has the same To tag, refusals too (R3261-8.2.6.2-g, R3261-8.2.7-b)") {
    world w;
    for (const auto& asked : {alice_registers("sip:a@192.0.2.1"), alice_registers("sip:a@192.0.2.1", 1s), alice_asks(),
                              request{"INVITE"}, alice_registers("<broken"), request{"OPTIONS"}}) {
        const auto text = w.write(asked);
        const auto first = w.sends(text);
        CHECK(!first.to_tag().empty());
        CHECK(w.sends(text).to_tag() == first.to_tag());
        w.clock.advance(40s);
        CHECK(w.sends(text).to_tag() == first.to_tag());
    }
}

TEST_CASE("a 200 lists every live binding with the time it has left, expires=0 never (R3261-10.3-8b, R3261-10.3-8c)") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>;expires=60").with("Call-ID", "one"));
    w.clock.advance(20s);
    const auto told = w.sends(alice_registers("<sip:b@192.0.2.1>;expires=90").with("Call-ID", "two"));
    REQUIRE(told.contacts().size() == 2);
    CHECK(told.contacts()[0].expires == 40);
    CHECK(told.contacts()[1].expires == 90);
    w.clock.advance(39s + 999ms);
    CHECK(w.sends(alice_asks()).contacts().at(0).expires == 1);
    w.clock.advance(1ms);
    CHECK(w.bound() == "sip:b@192.0.2.1");
}

TEST_CASE("a 200 to a REGISTER has a Date, in GMT (R3261-10.3-8d, R3261-20.17-a)") {
    world w;
    w.clock.set_unix_time(1'000'000'000s);
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).field("Date") == "Sun, 09 Sep 2001 01:46:40 GMT");
    w.clock.advance(1s);
    CHECK(w.sends(alice_asks()).field("Date") == "Sun, 09 Sep 2001 01:46:41 GMT");
}

TEST_CASE("Record-Route in a REGISTER is ignored, and no answer has it (R3261-10.3-d, R3261-10.3-e)") {
    world w;
    for (const auto& asked : {alice_registers("sip:a@192.0.2.1"), alice_registers("sip:a@192.0.2.1", 1s), alice_asks(),
                              request{"INVITE"}}) {
        const auto told = w.sends(asked.with("Record-Route", "<sip:p.example.com;lr>").with("Route", "<sip:x;lr>"));
        CHECK(told.was_sent());
        CHECK(told.text.find("Record-Route") == std::string::npos);
        CHECK(told.text.find("p.example.com") == std::string::npos);
    }
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE(
    "no answer is provisional and none is 6xx, whatever the request (R3261-8.2.6.1-a, R3261-8.2.7-a, R3261-10.3-b)") {
    world w{{.domains = {"example.com"}, .limits = {.max_contacts = 1}}, hash_storage_limits{.max_aors = 1}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    for (const auto& asked : {alice_registers("sip:b@192.0.2.1"), alice_registers("sip:a@192.0.2.1", 1s),
                              bob_registers("sip:a@192.0.2.1"), alice_asks().with("Require", "x"), request{"INVITE"},
                              request{"NEWMETHOD"}, request{"CANCEL"}, request{"REGISTER", "tel:+1"},
                              request{"REGISTER", "sip:example.org"}, alice_registers("<"), request{"OPTIONS"}}) {
        const auto told = w.sends(asked); // and exactly one answer, as `sends` checks
        CHECK(code_of(told.status()) >= 200);
        CHECK(code_of(told.status()) < 600);
    }
}

TEST_CASE("every answer ends with Content-Length 0 and an empty line (R3261-20.14-a)") {
    world w;
    for (const auto& asked : {alice_asks(), request{"OPTIONS"}, request{"INVITE"}, alice_registers("<")}) {
        const auto told = w.sends(asked);
        CHECK(told.text.ends_with("\r\nContent-Length: 0\r\n\r\n"));
        CHECK(told.text.find("\r\n\r\n") == told.text.size() - 4);
        CHECK(told.rows("Content-Length").size() == 1);
    }
}

TEST_CASE("an answer says SIP/2.0, however the request spelled it (R3261-7.1-a)") {
    world w;
    CHECK(w.sends(alice_asks().starting("REGISTER sip:example.com sIp/2.0")).text.starts_with("SIP/2.0 200 OK\r\n"));
    CHECK(w.sends(alice_asks().starting("REGISTER sip:example.com SIP/4.0")).text.starts_with("SIP/2.0 505 "));
}

TEST_CASE("the Server field is what the user chose, in every answer (R3261-20.35-a)") {
    world silent;
    CHECK(!silent.sends(alice_asks()).has("Server"));
    world w{{.server = "sipwhere/1.0 (test)"}};
    for (const auto& asked : {alice_asks(), request{"OPTIONS"}, request{"INVITE"}})
        CHECK(w.sends(asked).field("Server") == "sipwhere/1.0 (test)");
}

TEST_CASE("nothing a request holds can end a line of the answer or begin another") {
    world w;
    const auto folded = alice_registers("<sip:a@192.0.2.1>;x=\"1\r\n\tContact: <sip:evil@192.0.2.66>\"")
                            .with("From", "\"x\r\n Contact: <sip:evil@192.0.2.66>\" <sip:alice@example.com>;tag=1")
                            .with("To", "\"x\r\n Contact: <sip:evil@192.0.2.66>\" <sip:alice@example.com>");
    const auto told = w.sends(folded);
    CHECK(told.status() == status::ok);
    CHECK(told.rows("Contact").size() == 1);
    CHECK(told.uris() == "sip:a@192.0.2.1");
    CHECK(told.text.find("\n ") == std::string::npos);
    CHECK(told.text.find("\n\t") == std::string::npos);
    CHECK(w.sends(alice_asks()).rows("Contact").size() == 1);
}

} // namespace

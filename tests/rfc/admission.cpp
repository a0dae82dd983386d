// SPDX-License-Identifier: BSL-1.0
// Who is served and what for: RFC 3261 §8.2.1 to §8.2.3, §9.2, §10.3 steps 1, 2 and 5, §11.2.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A registrar of example.com, that is also known as example.net.
auto known_as_two() -> settings { return {.domains = {"example.com"}, .aliases = {{"example.net", "example.com"}}}; }

TEST_CASE("a registrar accepts REGISTER, and no method that sets something up (R3261-10.3-a)") {
    world w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).status() == status::ok);
    for (const auto* method : {"INVITE", "BYE", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER"}) {
        const auto refused = w.sends(request{method});
        CHECK(refused.status() == status::method_not_allowed);
        CHECK(refused.field("Allow") == "REGISTER, OPTIONS, CANCEL, ACK");
    }
}

TEST_CASE("405 and 501 list in Allow every method that is served (R3261-8.2.1-b, R3261-8.2.1-d, R3261-20.5-a)") {
    world w;
    const auto known = w.sends(request{"INVITE"});
    CHECK(known.status() == status::method_not_allowed);
    CHECK(known.field("Allow") == "REGISTER, OPTIONS, CANCEL, ACK");
    const auto unknown = w.sends(request{"NEWMETHOD"});
    CHECK(unknown.status() == status::not_implemented);
    CHECK(unknown.field("Allow") == "REGISTER, OPTIONS, CANCEL, ACK");
}

TEST_CASE("a domain that is not served is 404, in the Request-URI and in To (R3261-10.3-1, R3261-21.4.5-a)") {
    world w{known_as_two()};
    CHECK(w.sends(request{"REGISTER", "sip:example.org"}).status() == status::not_found);
    CHECK(w.sends(request{"REGISTER", "sip:evilexample.com"}).status() == status::not_found);
    CHECK(w.sends(request{"REGISTER", "sip:sub.example.com"}).status() == status::not_found);
    CHECK(w.sends(request{"OPTIONS", "sip:example.org"}).status() == status::not_found);
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1").with("To", "<sip:alice@example.org>")).status() ==
          status::not_found);
    CHECK(w.storage.size() == 0);
}

TEST_CASE("all spellings of a served domain mean one address-of-record (R3261-10.3-5a, R3261-10.3-5c)") {
    world w{known_as_two()};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    for (const auto* to : {"<sip:alice@EXAMPLE.com>", "<sip:alice@example.com.>", "<sip:alice@example.com:5070>",
                           "<sip:alice@example.net>", "<sip:alice@192.0.2.100>", "<sips:alice@example.com>",
                           "<sip:%61lice@example.com;user=phone>", "\"Alice\" <sip:alice:pw@example.com>;x=1"})
        CHECK(w.sends(alice_asks().with("To", to)).uris() == "sip:a@192.0.2.1");
    for (const auto* uri : {"sip:EXAMPLE.com", "sip:example.com:5070", "sip:example.net", "sip:192.0.2.100:5060",
                            "sips:example.com", "sip:somebody@example.com"})
        CHECK(w.sends(request{"REGISTER", uri}).uris() == "sip:a@192.0.2.1");
    CHECK(w.sends(alice_asks().with("To", "<sip:Alice@example.com>")).uris().empty());
}

TEST_CASE("an IPv6 listening address is a domain too, in any spelling") {
    world w{known_as_two()};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.flow = {.remote = at("[2001:db8::9]"), .local = at("[2001:db8::100]")};
    const auto asks = request{"REGISTER", "sip:[2001:DB8:0::100]"}.with("To", "<sip:alice@[2001:db8::0100]:5060>");
    CHECK(w.sends(asks).uris() == "sip:a@192.0.2.1");
    CHECK(w.sends(request{"REGISTER", "sip:[2001:db8::101]"}).status() == status::not_found);
}

TEST_CASE("a domain of digits alone is one like any other, as cameras have it, wherever a host may stand") {
    world w{{.domains = {"3402000000"}, .aliases = {{"4403", "3402000000"}}}};
    const auto camera = "<sip:34020000001320000001@3402000000>";
    const auto asked = request{"REGISTER", "sip:34020000002000000001@3402000000"}
                           .with("Via", "SIP/2.0/UDP 3402000000:5060;rport;branch=z9hG4bK{n}")
                           .with("From", std::string{camera} + ";tag=1")
                           .with("To", camera);
    const auto told = w.sends(asked.with("Contact", "<sip:34020000001320000001@3402000000:5060>"));
    CHECK(told.status() == status::ok);
    CHECK(told.uris() == "sip:34020000001320000001@3402000000:5060");
    CHECK(told.field("Via").starts_with("SIP/2.0/UDP 3402000000:5060;branch="));
    CHECK(w.sends(request{"REGISTER", "sip:3402000000"}.with("To", "<sip:34020000001320000001@4403>")).uris() ==
          told.uris());
    CHECK(w.sends(request{"REGISTER", "sip:3402000001"}).status() == status::not_found);
    CHECK(w.sends(request{"REGISTER", "sip:3402.0000.00"}).status() == status::bad_request);
}

TEST_CASE("sip and sips are one address-of-record (R5630-5.3-a)") {
    world w;
    w.sends(request{"REGISTER", "sips:example.com"}
                .with("To", "<sips:alice@example.com>")
                .with("Contact", "<sips:alice@192.0.2.1>"));
    CHECK(w.bound() == "sips:alice@192.0.2.1");
    CHECK(w.sends(alice_registers("<sips:alice@192.0.2.2>")).status() == status::bad_request);
    CHECK(w.bound() == "sips:alice@192.0.2.1");
}

TEST_CASE("with strict_domain a To of another domain than the Request-URI is 404 (R3261-10.3-5b)") {
    world w{{.domains = {"example.com", "example.org"}, .strict_domain = true}};
    const auto strange = alice_registers("sip:a@192.0.2.1").with("To", "<sip:alice@example.org>");
    CHECK(w.sends(strange).status() == status::not_found);
    CHECK(w.storage.size() == 0);
    CHECK(w.sends(strange.starting("REGISTER sip:example.org SIP/2.0")).status() == status::ok);
}

TEST_CASE("a To of another scheme is 400, and one without a user names no address-of-record: 404 (R3261-10.2-a)") {
    world w;
    const auto refused = [&](std::string_view to) { return w.sends(alice_asks().with("To", to)); };
    CHECK(refused("<tel:+12015550123>").status() == status::bad_request);
    CHECK(refused("<http://example.com/>").status() == status::bad_request);
    CHECK(refused("<sip:example.com>").status() == status::not_found);
    CHECK(refused("<sip:example.com>").reason() == "To Has No User");
}

TEST_CASE("the user is the user, with escapes, without the letters being the same unless it was chosen") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1").with("To", "<sip:a%6Cic%65@example.com>"));
    CHECK(w.bound() == "sip:a@192.0.2.1");
    CHECK(w.bound("ALICE").empty());

    world ignoring{{.case_insensitive_user = true}};
    ignoring.sends(as_user("Alice", alice_registers("sip:a@192.0.2.1")));
    CHECK(ignoring.bound("aLICE") == "sip:a@192.0.2.1");
}

TEST_CASE("a user is never mistaken for a part of the domain") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1").with("To", "<sip:a%40example.com@example.com>"));
    CHECK(w.sends(alice_asks().with("To", "<sip:a@example.com>")).uris().empty());
    w.sends(alice_registers("sip:n@192.0.2.1").with("To", "<sip:a%00@example.com>"));
    CHECK(w.sends(alice_asks().with("To", "<sip:a@example.com>")).uris().empty());
    CHECK(w.sends(alice_asks().with("To", "<sip:a%00@example.com>")).uris() == "sip:n@192.0.2.1");
}

TEST_CASE("third-party registration passes: From takes no part in it (R3261-10.3-3b, R3261-10.3-4c)") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1").with("From", "<sip:secretary@example.org>;tag=1"));
    CHECK(w.bound() == "sip:a@192.0.2.1");
    CHECK(w.bound("secretary").empty());
}

TEST_CASE(
    "Require is looked at before anything is changed, and 420 lists exactly its tags (R3261-10.3-2, R3261-8.2.2.3-b)") {
    world w;
    const auto refused = w.sends(alice_registers("<broken").with("Require", "100rel , foo").also("Require", "bar"));
    CHECK(refused.status() == status::bad_extension);
    CHECK(refused.rows("Unsupported") == std::vector<std::string>{"100rel , foo", "bar"});
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1").with("Require", "path")).status() == status::bad_extension);
    CHECK(w.storage.size() == 0);
}

TEST_CASE("extensions that a client merely supports are neither applied nor required (R3261-8.2.4-a, R3261-8.2.4-b)") {
    world w;
    const auto told = w.sends(alice_registers("sip:a@192.0.2.1").with("Supported", "path, outbound, gruu"));
    CHECK(told.status() == status::ok);
    for (const auto* name : {"Require", "Path", "Supported", "Flow-Timer", "Service-Route"}) CHECK(!told.has(name));
}

TEST_CASE("a body that is not optional is 415, and Accept says that none is taken (R3261-8.2.3-b, R3261-7.4-a)") {
    world w;
    const auto typed = alice_registers("sip:a@192.0.2.1").with("Content-Type", "application/sdp");
    const auto refused = w.sends(typed.carrying("v=0\r\n"));
    CHECK(refused.status() == status::unsupported_media_type);
    CHECK(refused.field("Accept").empty());
    CHECK(w.storage.size() == 0);
    const auto optional = typed.with("Content-Disposition", "render;handling=optional").carrying("v=0\r\n");
    CHECK(w.sends(optional).status() == status::ok);
}

TEST_CASE("header fields that a registrar does not know are ignored (R3261-8.2.2-a)") {
    world w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1").with("X-Anything", "\"<;,").with("P-Foo", "")).status() ==
          status::ok);
}

TEST_CASE("OPTIONS hears 200 with what is served, and changes nothing (R3261-11.2-a, R3261-11.2-b)") {
    world w{known_as_two()};
    const auto told = w.sends(request{"OPTIONS"});
    CHECK(told.status() == status::ok);
    for (const auto* name : {"Allow", "Accept", "Accept-Encoding", "Accept-Language", "Supported"})
        CHECK(told.has(name));
    CHECK(!told.has("Contact"));
    CHECK(w.sends(request{"OPTIONS"}.with("Require", "foo")).status() == status::bad_extension);
    CHECK(w.storage.size() == 0);
}

TEST_CASE("a CANCEL that finds its REGISTER answered is 200 and undoes nothing (R3261-9.2-a)") {
    world w;
    const auto via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcancelled";
    const auto registered = w.sends(alice_registers("sip:a@192.0.2.1").with("Via", via).with("CSeq", "7 REGISTER"));
    const auto cancel = request{"CANCEL"}.with("Via", via).with("CSeq", "7 CANCEL");
    const auto cancelled = w.sends(cancel);
    CHECK(cancelled.status() == status::ok);
    CHECK(cancelled.to_tag() == registered.to_tag());
    CHECK(!cancelled.has("Contact"));
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE("a CANCEL that finds nothing is 481 (R3261-9.2-a)") {
    world w;
    CHECK(w.sends(request{"CANCEL"}).status() == status::call_does_not_exist);
    w.sends(alice_registers("sip:a@192.0.2.1").with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa"));
    CHECK(w.sends(request{"CANCEL"}.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb")).status() ==
          status::call_does_not_exist);
    w.flow.remote = at("192.0.2.66");
    CHECK(w.sends(request{"CANCEL"}.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa")).status() ==
          status::call_does_not_exist);
}

TEST_CASE("Require and Proxy-Require are ignored in a CANCEL (R3261-8.2.2.3-c)") {
    world w;
    CHECK(w.sends(request{"CANCEL"}.with("Require", "foo").with("Proxy-Require", "foo")).status() ==
          status::call_does_not_exist);
}

TEST_CASE("an ACK is never answered, whatever it requires (R3261-8.2.2.3-c)") {
    world w;
    CHECK(!w.sends(request{"ACK"}).was_sent());
    CHECK(!w.sends(request{"ACK"}.with("Require", "foo").without("To")).was_sent());
    CHECK(w.observer.log == "ack\nack\n");
}

TEST_CASE("a response is never answered") {
    world w;
    CHECK(!w.sends("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n").was_sent());
    CHECK(!w.sends("SIP/3.0 700 Odd\r\n\r\n").was_sent());
    CHECK(w.observer.log == "response\nnot-sip\n");
}

TEST_CASE("keep-alives are dropped over UDP, and told (R5626-4.4.1-b)") {
    world w;
    for (const std::string_view bytes : {std::string_view{}, std::string_view{"\r\n\r\n"}, std::string_view{"\0\0", 2}})
        CHECK(w.sends(bytes).verdict == verdict{handling::dropped, {}});
    CHECK(w.observer.log == "keep-alive\nkeep-alive\nkeep-alive\n");
}

TEST_CASE("what is no SIP, or has no Via to answer by, is dropped and told") {
    world w;
    CHECK(!w.sends("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n").was_sent());
    CHECK(!w.sends(alice_registers("sip:a@192.0.2.1").without("Via")).was_sent());
    CHECK(!w.sends("SIP/2.0 OK\r\n\r\n").was_sent());
    CHECK(!w.sends(std::string(65536, 'x')).was_sent());
    CHECK(w.observer.log == "not-sip\nnot-sip\nnot-sip\nnot-sip\n");
    CHECK(w.observer.reasons == "No SIP Start Line\nNo Via\nMalformed Status-Line\nToo Long\n");
    CHECK(w.storage.size() == 0);
}

} // namespace

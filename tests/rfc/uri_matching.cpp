// SPDX-License-Identifier: BSL-1.0
// Which binding a contact means: RFC 3261 §19.1.4 as a registrar applies it (R3261-10.3-7k).
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// Returns: whether a registrar takes two contacts for one binding, and, as equality is symmetric, the other way round.
auto are_one(std::string_view a, std::string_view b) -> bool {
    const auto replaces = [](std::string_view first, std::string_view second) {
        world w;
        w.sends(alice_registers("<" + std::string{first} + ">"));
        const auto told = w.sends(alice_registers("<" + std::string{second} + ">"));
        CHECK(told.status() == status::ok);
        CHECK(told.contacts().back().uri == second);
        return told.contacts().size() == 1;
    };
    const bool one = replaces(a, b);
    CHECK(replaces(b, a) == one);
    return one;
}

TEST_CASE("bindings are found by what their URIs mean, not by their letters (R3261-10.3-7k)") {
    CHECK(are_one("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
    CHECK(are_one("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
    CHECK(are_one("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                  "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
    CHECK(are_one("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                  "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));
}

TEST_CASE("sip and sips are two bindings (R3261-19.1.4-a, R5630-5.1.1.1-a)") {
    world w;
    const auto sips = request{"REGISTER", "sips:example.com"};
    w.sends(sips.with("Contact", "<sip:a@192.0.2.1>"));
    CHECK(w.sends(sips.with("Contact", "<sips:a@192.0.2.1>")).contacts().size() == 2);
}

TEST_CASE("letters of user and password count, of all else not (R3261-19.1.4-b)") {
    CHECK(!are_one("sip:alice@example.net", "sip:ALICE@example.net"));
    CHECK(!are_one("sip:a:pw@example.net", "sip:a:PW@example.net"));
    CHECK(are_one("sip:a@example.net;x=ABC", "SIP:a@EXAMPLE.NET;X=abc"));
    CHECK(are_one("sip:a@example.net?subject=x", "sip:a@example.net?SUBJECT=X"));
}

TEST_CASE("the order of parameters and headers does not count (R3261-19.1.4-c)") {
    CHECK(are_one("sip:a@example.net;x=1;y=2", "sip:a@example.net;y=2;x=1"));
    CHECK(are_one("sip:a@example.net?x=1&y=2", "sip:a@example.net?y=2&x=1"));
}

TEST_CASE("an escape equals what it stands for, unless that is reserved (R3261-19.1.4-d)") {
    CHECK(are_one("sip:alice@example.net", "sip:%61lic%65@example.net"));
    CHECK(are_one("sip:a%20b@example.net", "sip:a%20b@EXAMPLE.net"));
    CHECK(!are_one("sip:a;b@example.net", "sip:a%3bb@example.net"));
    CHECK(are_one("sip:a%3bb@example.net", "sip:a%3Bb@example.net"));
}

TEST_CASE("a name never equals an address (R3261-19.1.4-e)") {
    CHECK(!are_one("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
}

TEST_CASE("no port is not the default port, no user not an empty one (R3261-19.1.4-f)") {
    CHECK(!are_one("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
    CHECK(!are_one("sip:bob@biloxi.com:5060", "sip:bob@biloxi.com:6000"));
    CHECK(!are_one("sip:bob@biloxi.com", "sip:biloxi.com"));
    CHECK(!are_one("sip:bob@biloxi.com", "sip:bob:@biloxi.com"));
    CHECK(!are_one("sip:bob@biloxi.com", "sip:bob@example.net"));
    CHECK(are_one("sip:bob@biloxi.com:5060", "sip:bob@biloxi.com:05060"));
}

TEST_CASE("a parameter in both must be the same (R3261-19.1.4-g)") {
    CHECK(!are_one("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
    CHECK(!are_one("sip:a@example.net;x", "sip:a@example.net;x=1"));
}

TEST_CASE("user, ttl, method and maddr in one of them only make two (R3261-19.1.4-h)") {
    for (const auto* param : {";user=phone", ";user=ip", ";ttl=1", ";method=INVITE", ";maddr=192.0.2.5"})
        CHECK(!are_one("sip:a@example.net", "sip:a@example.net" + std::string{param}));
}

TEST_CASE("transport in one of them only makes two, the default as well (R3261-19.1.4-i)") {
    CHECK(!are_one("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
    CHECK(!are_one("sip:bob@biloxi.com;transport=udp", "sip:bob@biloxi.com;transport=tcp"));
}

TEST_CASE("other parameters in one of them only are ignored, so equality is not transitive (R3261-19.1.4-j)") {
    world w;
    w.sends(alice_registers("<sip:carol@chicago.com;security=on>"));
    w.sends(alice_registers("<sip:carol@chicago.com;security=off>"));
    CHECK(w.bound() == "sip:carol@chicago.com;security=on sip:carol@chicago.com;security=off");
    CHECK(w.sends(alice_registers("<sip:carol@chicago.com>")).uris() == "sip:carol@chicago.com");
}

TEST_CASE("of several that are equal, one with the same octets is meant alone") {
    world w;
    w.sends(alice_registers("<sip:carol@chicago.com;security=on>"));
    w.sends(alice_registers("<sip:carol@chicago.com;security=off>"));
    const auto told = w.sends(alice_registers("<sip:carol@chicago.com;security=on>", 0s));
    CHECK(told.uris() == "sip:carol@chicago.com;security=off");
}

TEST_CASE("each of several that are equal is held against the CSeq") {
    world w;
    w.sends(alice_registers("<sip:carol@chicago.com;security=on>").with("Call-ID", "x").with("CSeq", "9 REGISTER"));
    w.sends(alice_registers("<sip:carol@chicago.com;security=off>").with("Call-ID", "y").with("CSeq", "1 REGISTER"));
    const auto late = alice_registers("<sip:carol@chicago.com>").with("Call-ID", "x").with("CSeq", "5 REGISTER");
    CHECK(w.sends(late).status() == status::server_internal_error);
    CHECK(w.bound() == "sip:carol@chicago.com;security=on sip:carol@chicago.com;security=off");
}

TEST_CASE("URI headers are never ignored (R3261-19.1.4-k)") {
    CHECK(!are_one("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
    CHECK(!are_one("sip:a@example.net?x=1", "sip:a@example.net?x=2"));
    CHECK(!are_one("sip:a@example.net?x=1", "sip:a@example.net?x=1&x=1"));
}

TEST_CASE("IPv6 addresses are compared, not their spelling (R3261-19.1.1-a)") {
    CHECK(are_one("sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0:0::0:1]"));
    CHECK(!are_one("sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]"));
}

TEST_CASE("a telephone number is one contact however it is written, and so is a URN (R3966-4-a, R8141-3.1-a)") {
    world w;
    w.sends(alice_registers("<tel:+1(650)555-0123>, <urn:example:a%2cb>, <mailto:alice@example.com>"));
    const auto told = w.sends(alice_registers("<tel:+16505550123>, <URN:EXAMPLE:a%2Cb>, <mailto:ALICE@example.com>"));
    CHECK(told.uris() == "tel:+16505550123 URN:EXAMPLE:a%2Cb mailto:alice@example.com mailto:ALICE@example.com");
    CHECK(w.sends(alice_registers("<tel:+1-650-555-0123>, <urn:example:a%2cb?+x>", 0s)).uris() ==
          "mailto:alice@example.com mailto:ALICE@example.com");
}

} // namespace

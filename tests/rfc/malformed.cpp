// SPDX-License-Identifier: BSL-1.0
// What is refused as malformed, by name, and what is let through: RFC 3261 §7, §8.1.1, §8.2.2, §18.3, §20, §21.4.1.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A registrar where alice has a binding, that no malformed request may touch.
struct untouched {
    world w;
    std::string before;

    untouched() {
        w.sends(alice_registers("sip:a@192.0.2.1"));
        before = w.record();
    }

    /// Returns: the reason of a 400; the status when it is none.
    auto why(const request& asked) -> std::string {
        const auto refused = w.sends(asked);
        CHECK(w.record() == before);
        return refused.status() == status::bad_request ? refused.reason() : std::to_string(code_of(refused.status()));
    }
};

auto binds() -> request { return alice_registers("sip:b@192.0.2.1"); }

TEST_CASE("each field that is needed and missing is named in the 400 (R3261-8.1.1-a, R3261-21.4.1-a)") {
    untouched it;
    CHECK(it.why(binds().without("To")) == "Missing To");
    CHECK(it.why(binds().without("From")) == "Missing From");
    CHECK(it.why(binds().without("Call-ID")) == "Missing Call-ID");
    CHECK(it.why(binds().without("CSeq")) == "Missing CSeq");
}

TEST_CASE("each field that may stand but once is named when it is repeated (R3261-20-a)") {
    untouched it;
    CHECK(it.why(binds().also("To", "<sip:alice@example.com>")) == "Repeated To");
    CHECK(it.why(binds().also("f", "<sip:alice@example.com>;tag=a1")) == "Repeated From");
    CHECK(it.why(binds().also("i", "x")) == "Repeated Call-ID");
    CHECK(it.why(binds().also("CSeq", "{n} REGISTER")) == "Repeated CSeq");
    CHECK(it.why(binds().also("Max-Forwards", "70")) == "Repeated Max-Forwards");
    CHECK(it.why(binds().also("Expires", "60").also("Expires", "60")) == "Repeated Expires");
    CHECK(it.why(binds().also("Content-Length", "0").also("l", "0")) == "Repeated Content-Length");
}

TEST_CASE("each field that is needed and can't be read is named (R3261-21.4.1-a, R3261-8.1.1.5-a)") {
    untouched it;
    CHECK(it.why(binds().with("To", "<sip:alice@example.com")) == "Malformed To");
    CHECK(it.why(binds().with("To", "<sip:al ice@example.com>")) == "Malformed To");
    CHECK(it.why(binds().with("To", "")) == "Malformed To");
    CHECK(it.why(binds().with("From", "<sip:alice@example.com>;tag=\"")) == "Malformed From");
    CHECK(it.why(binds().with("Call-ID", "a b")) == "Malformed Call-ID");
    CHECK(it.why(binds().with("CSeq", "x REGISTER")) == "Malformed CSeq");
    CHECK(it.why(binds().with("CSeq", "2147483648 REGISTER")) == "Malformed CSeq");
    CHECK(it.why(binds().with("Via", "SIP/2.0/UDP 192.0.2.1;;branch=z9hG4bK{n}")) == "Malformed Via");
    CHECK(it.why(binds().with("CSeq", "{n} INVITE")) == "CSeq Method Mismatch");
    CHECK(it.why(alice_registers("<sip:b@192.0.2.1")) == "Malformed Contact");
    CHECK(it.why(alice_registers("sip:b@192.0.2.1;q=1.5")) == "Malformed Contact q");
    CHECK(it.why(binds().with("Content-Length", "x")) == "Malformed Content-Length");
    CHECK(it.why(binds().with("Require", "a b")) == "Malformed Require");
    CHECK(it.why(binds().starting("REGISTER sip: SIP/2.0")) == "Malformed Request-URI");
}

TEST_CASE("From's URI is a URI of any scheme, and To's too, in every request (R3261-8.1.1.2-a, R3261-8.1.1.3-a)") {
    untouched it;
    for (const auto* text : {"500", "<>", "<sip:a b@example.com>", "<sip:a@exam\\ple.com>"}) {
        const auto tagged = std::string{text} + ";tag=1";
        CHECK(it.why(binds().with("From", tagged)) == "Malformed From");
        CHECK(it.why(binds().with("To", text)) == "Malformed To");
        CHECK(it.why(binds().with("From", text).with("To", text)) == "Malformed To");
        CHECK(it.why(request{"OPTIONS"}.with("From", tagged)) == "Malformed From");
        CHECK(it.why(request{"OPTIONS"}.with("To", text)) == "Malformed To");
        CHECK(it.why(request{"OPTIONS"}.with("From", text).with("To", text)) == "Malformed To");
    }
    for (const auto* uri :
         {"<tel:+12015550123>", "<urn:service:sos>", "im:alice@example.com", "<soap.beep://192.0.2.103:3002>"})
        CHECK(it.w.sends(alice_asks().with("From", std::string{uri} + ";tag=1")).status() == status::ok);
}

TEST_CASE("nobody can lock a phone out with a CSeq after which no higher one could come (R3261-8.1.1.5-a)") {
    world w;
    CHECK(w.sends(binds().with("CSeq", "4294967295 REGISTER")).status() == status::bad_request);
    CHECK(w.sends(binds()).status() == status::ok);
    CHECK(w.sends(binds().with("CSeq", "2147483647 REGISTER")).status() == status::ok);
}

TEST_CASE("a Contact that nobody can call at port 0 is refused by a reason that says so (RFC 3261 §25.1 port)") {
    untouched it;
    for (const auto* port : {"0", "00000", "65536", "x", ""})
        CHECK(it.why(alice_registers(std::string{"<sip:b@192.0.2.1:"} + port + ">")) ==
              "Contact Port Is Not from 1 to 65535");
}

TEST_CASE("white space too much in the Request-Line is 400 (R3261-7.1-b)") {
    untouched it;
    CHECK(it.why(binds().starting("REGISTER  sip:example.com SIP/2.0")) == "Malformed Request-Line");
    CHECK(it.why(binds().starting("REGISTER sip:example.com  SIP/2.0")) == "Malformed Request-Line");
    CHECK(it.why(binds().starting("REGISTER sip:example.com SIP/2.0 ")) == "Malformed Request-Line");
    CHECK(it.why(binds().starting("REGISTER sip:example.com; lr SIP/2.0")) == "Malformed Request-Line");
}

TEST_CASE("a line without a name and a colon is 400") {
    untouched it;
    CHECK(it.why(binds().with("No Name", "x")) == "Malformed Header Field");
    CHECK(it.why(binds().with("X", "a\rb")) == "Malformed Header Field");
}

TEST_CASE("a parameter that comes twice is 400 where it is needed (R3261-7.3.1-e)") {
    untouched it;
    CHECK(it.why(alice_registers("<sip:b@192.0.2.1>;q=1;Q=1")) == "Malformed Contact");
    CHECK(it.why(alice_registers("<sip:b@192.0.2.1;x=1;X=1>")) == "Malformed Contact");
    CHECK(it.why(binds().with("From", "<sip:alice@example.com>;tag=1;tag=1")) == "Malformed From");
}

TEST_CASE("a body shorter than Content-Length is 400 (R3261-18.3-b)") {
    untouched it;
    CHECK(it.why(binds().with("Content-Length", "5").carrying("1234")) == "Malformed Content-Length");
    CHECK(it.why(binds().with("Content-Length", "-1").carrying("1234")) == "Malformed Content-Length");
    CHECK(it.why(binds().with("Content-Length", "4294967296").carrying("1234")) == "Malformed Content-Length");
}

TEST_CASE(
    "what follows Content-Length in a datagram is thrown away, without it all is body (R3261-18.3-a, R3261-18.3-c)") {
    world w;
    const auto typed = binds().with("Content-Type", "application/sdp").carrying("v=0\r\n");
    CHECK(w.sends(typed.with("Content-Length", "0")).status() == status::ok);
    CHECK(w.sends(typed.with("Content-Length", "5")).status() == status::unsupported_media_type);
    CHECK(w.sends(typed).status() == status::unsupported_media_type);
}

TEST_CASE("fields that a registrar does not need are not judged, however malformed (R3261-8.2.2-b)") {
    world w;
    for (const auto* name : {"Accept", "Allow", "Date", "Timestamp", "User-Agent", "Organization", "Route",
                             "Record-Route", "Supported", "Proxy-Require", "Authorization", "Content-Disposition",
                             "Event", "Warning", "Max-Forwards", "Path", "Min-Expires", "Retry-After", "Via"})
        for (const auto* value : {"", "\"unclosed", "<<>>;;,,", "\xff\xfe", "99999999999999999999"})
            CHECK(w.sends(binds().also("X", "y").without("Max-Forwards").also(name, value)).status() == status::ok);
}

TEST_CASE("Max-Forwards 0 is no reason to refuse (R3261-20.22-a)") {
    world w;
    CHECK(w.sends(binds().with("Max-Forwards", "0")).status() == status::ok);
    CHECK(w.sends(binds().without("Max-Forwards")).status() == status::ok);
}

TEST_CASE("a malformed Expires is no reason to refuse, nor is any in a query") {
    world w;
    CHECK(w.sends(binds().with("Expires", "soon")).status() == status::ok);
    CHECK(w.sends(alice_asks().with("Expires", "soon")).status() == status::ok);
}

TEST_CASE(
    "names, colons and folds may be written as the grammar lets them (R3261-7.3.1-a, R3261-7.3.1-d, R3261-7.3.3-a)") {
    world w;
    const auto told = w.sends("REGISTER sip:example.com SIP/2.0\r\n"
                              "v: SIP/2.0/UDP 192.0.2.1:5060;BRANCH=z9hG4bK9\r\n"
                              "MAX-forwards  :\t70\r\n"
                              "f:\r\n <sip:alice@example.com>\r\n\t;TAG=a1\r\n"
                              "t: \"A\r\n B\" <sip:alice@example.com>\r\n"
                              "i  :  call\r\n"
                              "cseq: 1\r\n REGISTER\r\n"
                              "EXPIRES\t: 60\r\n"
                              "m:<sip:a@192.0.2.1>;\r\n Q\t=\t0.5\r\n"
                              "l: 0\r\n\r\n");
    CHECK(told.status() == status::ok);
    REQUIRE(told.contacts().size() == 1);
    CHECK(told.contacts()[0].expires == 60);
    CHECK(told.field("From") == "<sip:alice@example.com> ;TAG=a1");
    CHECK(told.field("To").starts_with("\"A B\" <sip:alice@example.com>;tag="));
    CHECK(told.field("Call-ID") == "call");
}

TEST_CASE("lines may end with LF alone, and empty ones may come before the request") {
    world w;
    auto text = w.write(binds());
    std::erase(text, '\r');
    CHECK(w.sends(text).status() == status::ok);
    CHECK(w.sends("\r\n\r\n" + w.write(binds())).status() == status::ok);
}

TEST_CASE("the largest datagrams are read and answered (R3261-18.1.1-a)") {
    world w;
    const auto text = w.write(binds());
    const auto head = text.substr(0, text.size() - 2);
    for (const std::size_t size : {std::size_t{65'507}, std::size_t{65'535}}) {
        const auto large = head + "Subject: " + std::string(size - head.size() - 13, 'x') + "\r\n\r\n";
        CHECK(large.size() == size);
        CHECK(w.sends(large).status() == status::ok);
        w.clock.advance(1s);
    }
}

TEST_CASE("more fields than are read is 400, not silence and not a half-read request") {
    untouched it;
    auto asked = binds();
    for (int i = 0; i < 300; ++i) asked = asked.also("X-Many", "x");
    CHECK(it.why(asked) == "Too Many Header Fields");
    asked = binds();
    for (int i = 0; i < 200; ++i) asked = asked.also("Route", "<sip:x>");
    CHECK(it.why(asked) == "Too Many Header Fields");
}

TEST_CASE("every byte changed to anything odd leaves a registrar that works") {
    world w;
    const auto text = w.write(alice_registers("<sip:c@192.0.2.1>;q=0.5;expires=60"));
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const char odd : {'\0', '\n', '"', '<', ';', ',', '%', '\x80', '\xff'}) {
            auto changed = text;
            changed[i] = odd;
            const auto told = w.sends(changed);
            CHECK(code_of(told.status()) < 600);
        }
    }
    CHECK(w.sends(as_user("bob", alice_registers("sip:b@192.0.2.1"))).uris() == "sip:b@192.0.2.1");
}

} // namespace

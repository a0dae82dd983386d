// SPDX-License-Identifier: BSL-1.0
// Where an answer goes and what its Via says: RFC 3261 §18.2, RFC 3581 §4.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;

/// Sends a query with this topmost Via from 192.0.2.1:40000, where 192.0.2.100:5060 listens.
auto asks_via(world& w, std::string_view via, const endpoint& source = at("192.0.2.1", 40000)) -> reply {
    w.flow.remote = source;
    return w.sends(alice_asks().with("Via", via));
}

TEST_CASE("an answer goes to the source address at the port of sent-by, or 5060 (R3261-18.2.2-e, R3261-18.2.2-f)") {
    world w;
    CHECK(asks_via(w, "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK{n}").flow.remote == at("192.0.2.1", 5070));
    CHECK(asks_via(w, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n}").flow.remote == at("192.0.2.1", 5060));
    CHECK(asks_via(w, "SIP/2.0/UDP 203.0.113.5:5070;branch=z9hG4bK{n}").flow.remote == at("192.0.2.1", 5070));
}

TEST_CASE("received tells the source address when sent-by is a name or another address (R3261-18.2.1-c)") {
    world w;
    const auto via = [&](std::string_view sent) { return asks_via(w, sent).field("Via"); };
    CHECK(via("SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK9") == "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK9");
    CHECK(via("SIP/2.0/UDP phone.example.com;branch=z9hG4bK9") ==
          "SIP/2.0/UDP phone.example.com;branch=z9hG4bK9;received=192.0.2.1");
    CHECK(via("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK9") == "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK9;received=192.0.2.1");
    CHECK(via("SIP/2.0/UDP 10.0.0.1;received=203.0.113.5;branch=z9hG4bK9") ==
          "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK9;received=192.0.2.1");
}

TEST_CASE("rport is filled in, received with it, and the answer goes there (R3581-4-a, R3581-4-b, R3581-4-c)") {
    world w;
    for (const auto* asked :
         {"SIP/2.0/UDP 192.0.2.1:5070;rport;branch=z9hG4bK9", "SIP/2.0/UDP 192.0.2.1:5070;RPORT=1;branch=z9hG4bK9"}) {
        const auto told = asks_via(w, asked);
        CHECK(told.field("Via") == "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK9;received=192.0.2.1;rport=40000");
        CHECK(told.flow.remote == at("192.0.2.1", 40000));
        CHECK(told.flow.local == at("192.0.2.100"));
        w.clock.advance(std::chrono::seconds{40});
    }
}

TEST_CASE("rport is never added for a client that did not ask for it (R3581-4-d)") {
    world w{{.reply_to_source = reply_to_source::on}};
    const auto told = asks_via(w, "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK9");
    CHECK(told.field("Via") == "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK9;received=192.0.2.1");
    CHECK(told.flow.remote == at("192.0.2.1", 40000));
}

TEST_CASE("IPv6: received has no brackets, and the same address is the same however it is spelled") {
    world w;
    w.flow.local = at("[2001:db8::100]");
    const auto source = at("[2001:db8::9]", 40000);
    const auto told = asks_via(w, "SIP/2.0/UDP [2001:db8::1]:5070;rport;branch=z9hG4bK{n}", source);
    CHECK(told.field("Via").ends_with(";received=2001:db8::9;rport=40000"));
    CHECK(told.flow.remote == source);
    CHECK(asks_via(w, "SIP/2.0/UDP [2001:DB8:0::0:9];branch=z9hG4bK1", source).field("Via") ==
          "SIP/2.0/UDP [2001:DB8:0::0:9];branch=z9hG4bK1");
}

TEST_CASE("an IPv4 phone on an IPv6 socket is told its IPv4 address") {
    world w;
    const auto told = asks_via(w, "SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK9", at("[::ffff:192.0.2.1]", 40000));
    CHECK(told.field("Via") == "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK9;received=192.0.2.1;rport=40000");
}

TEST_CASE("reply_to_source if_private answers phones behind a NAT that forgot to ask for rport") {
    world w{{.reply_to_source = reply_to_source::if_private}};
    CHECK(asks_via(w, "SIP/2.0/UDP 192.168.0.9:5070;branch=z9hG4bK{n}").flow.remote == at("192.0.2.1", 40000));
    CHECK(asks_via(w, "SIP/2.0/UDP 203.0.113.9:5070;branch=z9hG4bK{n}").flow.remote == at("192.0.2.1", 5070));
}

TEST_CASE("nobody can aim answers at others: maddr is ignored by default") {
    world w;
    CHECK(asks_via(w, "SIP/2.0/UDP 192.0.2.1;maddr=203.0.113.5;branch=z9hG4bK{n}").flow.remote == at("192.0.2.1"));
}

TEST_CASE("maddr is obeyed if the user wants it, multicast with its ttl (R3261-18.2.2-c)") {
    world w{{.obey_maddr = true}};
    CHECK(asks_via(w, "SIP/2.0/UDP 192.0.2.1:5070;maddr=203.0.113.5;branch=z9hG4bK{n}").flow.remote ==
          at("203.0.113.5", 5070));
    const auto told = asks_via(w, "SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=4;branch=z9hG4bK{n}");
    CHECK(told.flow.remote == at("224.0.1.75"));
    CHECK(told.flow.multicast_ttl == 4);
}

TEST_CASE("nothing is sent to port 0, to broadcast, to multicast or to ourselves, and nothing is changed") {
    world w{{.obey_maddr = true}};
    w.transport.own = {at("192.0.2.100"), at("192.0.2.1", 5099)};
    const auto registers_via = [&](std::string_view via, const endpoint& source) {
        w.flow.remote = source;
        return w.sends(alice_registers("sip:a@192.0.2.1").with("Via", via)).was_sent();
    };
    CHECK(!registers_via("SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK{n}", at("192.0.2.1", 0)));
    CHECK(!registers_via("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n}", at("255.255.255.255")));
    CHECK(!registers_via("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n}", at("224.0.1.75")));
    CHECK(!registers_via("SIP/2.0/UDP 192.0.2.1:5099;branch=z9hG4bK{n}", at("192.0.2.1")));
    CHECK(!registers_via("SIP/2.0/UDP 192.0.2.1;maddr=192.0.2.100;branch=z9hG4bK{n}", at("192.0.2.1")));
    CHECK(!registers_via("SIP/2.0/UDP 192.0.2.1;maddr=255.255.255.255;branch=z9hG4bK{n}", at("192.0.2.1")));
    CHECK(w.observer.log == "unanswerable\nunanswerable\nunanswerable\nunanswerable\nunanswerable\nunanswerable\n");
    CHECK(w.storage.size() == 0);
}

TEST_CASE("an answer over a connection goes back on it, whatever the Via says") {
    world w;
    w.flow = {.remote = at("192.0.2.1", 40000), .local = at("192.0.2.100"), .over = protocol::tcp, .connection = 7};
    const auto told = w.sends(alice_asks().with("Via", "SIP/2.0/TCP phone.example.com:5070;branch=z9hG4bK{n}"));
    CHECK(told.flow == w.flow);
}

TEST_CASE("a topmost Via that can't be read is 400, sent to where the request came from (R4475-3.1.2.1-a)") {
    world w;
    for (const auto* via : {"SIP/2.0/UDP 192.0.2.9:5070;;branch=z9hG4bK1", "SIP/2.0/UDP", "SIP/2.0/UDP 192.0.2.9;",
                            "garbage", "SIP/2.0/UDP 192.0.2.9:99999;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9 x", ",;,",
                            "\"", "SIP/2.0/UDP 192.0.2.9;maddr=203.0.113.5;received=;rport", "SIP/2.0/UDP [::1", "",
                            "SIP/2.0/UDP -;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.7"}) {
        CAPTURE(via);
        const auto told = asks_via(w, via);
        CHECK(told.status() == status::bad_request);
        CHECK(told.reason() == "Malformed Via");
        CHECK(told.field("Via") == via);
        CHECK(told.field("Call-ID") == "alice-call@192.0.2.1");
        CHECK(told.field("CSeq").ends_with(" REGISTER"));
        CHECK(told.flow.remote == at("192.0.2.1", 40000));
        CHECK(told.flow.local == at("192.0.2.100"));
    }
}

TEST_CASE("a topmost Via that can't be read comes back as it came, but can't end its line or begin another") {
    world w;
    for (const auto* via :
         {"garbage\r\n Injected: x", "garbage\n\tInjected: x", "garbage\rInjected: x", "a;\r\n \r\n b"}) {
        const auto told = asks_via(w, via);
        CHECK(told.status() == status::bad_request);
        CHECK(told.rows("Via").size() == 1);
        CHECK_FALSE(told.has("Injected"));
        CHECK(told.text.find("\r\n\r\n") == told.text.size() - 4);
        CHECK(told.text.find('\r' + std::string{"I"}) == std::string::npos);
    }
    const auto rows = asks_via(w, "garbage\r\nv: SIP/2.0/UDP 192.0.2.9, more").rows("Via");
    CHECK(rows == std::vector<std::string>{"garbage", "SIP/2.0/UDP 192.0.2.9, more"});
}

TEST_CASE("only the topmost Via has to be read (R3261-18.2.2-e)") {
    world w;
    CHECK(asks_via(w, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n}, garbage;;").status() == status::ok);
    CHECK(asks_via(w, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n}\r\nVia: ;;garbage").status() == status::ok);
}

TEST_CASE("a topmost Via that can't be read is not answered where no other is, nor one that asks for no answer") {
    world w;
    w.transport.own = {at("192.0.2.1", 5099)};
    CHECK_FALSE(asks_via(w, "garbage", at("192.0.2.1", 0)).was_sent());
    CHECK_FALSE(asks_via(w, "garbage", at("255.255.255.255")).was_sent());
    CHECK_FALSE(asks_via(w, "garbage", at("224.0.1.75")).was_sent());
    CHECK_FALSE(asks_via(w, "garbage", at("192.0.2.1", 5099)).was_sent());
    CHECK_FALSE(w.sends(request{"ACK"}.with("Via", "garbage")).was_sent());
    CHECK(w.observer.log == "unanswerable\nunanswerable\nunanswerable\nunanswerable\nack\n");
    CHECK(w.observer.reasons == "Answer to Port 0, Broadcast or Multicast\nAnswer to Port 0, Broadcast or Multicast\n"
                                "Answer to Port 0, Broadcast or Multicast\nAnswer to Ourselves\n");
    CHECK_FALSE(w.sends(alice_asks().without("Via")).was_sent());
}

TEST_CASE("a topmost Via that can't be read is answered over a connection on it") {
    world w;
    w.flow = {.remote = at("192.0.2.1", 0), .local = at("192.0.2.100"), .over = protocol::tcp, .connection = 7};
    CHECK(w.sends(alice_asks().with("Via", "garbage")).flow == w.flow);
}

TEST_CASE("a sent-by port of 0 and an rport with nothing behind it are answered at the source (RFC 3581 §4)") {
    world w;
    const auto source = at("192.0.2.1", 40000);
    const auto with_port_0 = asks_via(w, "SIP/2.0/UDP 10.0.0.1:0;rport;branch=z9hG4bK{n}");
    CHECK(with_port_0.status() == status::ok);
    CHECK(with_port_0.flow.remote == source);
    CHECK(with_port_0.field("Via").starts_with("SIP/2.0/UDP 10.0.0.1:0;branch="));
    CHECK(asks_via(w, "SIP/2.0/UDP 10.0.0.1:0;branch=z9hG4bK{n}").flow.remote == source);
    const auto empty = asks_via(w, "SIP/2.0/UDP 192.0.2.1;rport=;branch=z9hG4bK9");
    CHECK(empty.field("Via") == "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK9;received=192.0.2.1;rport=40000");
    CHECK(empty.flow.remote == source);
    world obeying{{.obey_maddr = true}};
    CHECK_FALSE(asks_via(obeying, "SIP/2.0/UDP 10.0.0.1:0;maddr=203.0.113.5;branch=z9hG4bK{n}").was_sent());
    CHECK_FALSE(asks_via(obeying, "SIP/2.0/UDP 10.0.0.1:0;maddr=224.0.1.75;branch=z9hG4bK{n}").was_sent());
}

TEST_CASE("sent-by may be the name of a container, or a link-local address with its zone") {
    world w;
    for (const auto* host : {"204817263549", "sip-7f9c4d5b8-", "[fe80::1%eth0]", "[fe80::1%25eth0]"}) {
        const auto told = asks_via(w, std::string{"SIP/2.0/UDP "}.append(host).append(":5070;rport;branch=z9hG4bK{n}"));
        CHECK(told.status() == status::ok);
        CHECK(told.field("Via").starts_with(std::string{"SIP/2.0/UDP "}.append(host).append(":5070;branch=")));
        CHECK(told.field("Via").ends_with(";received=192.0.2.1;rport=40000"));
    }
}

TEST_CASE("white space in Via is where the grammar lets it be (R3261-20.42-a)") {
    world w;
    const auto told = asks_via(w, "SIP / 2.0 / UDP first.example.com : 4000 ; ttl=16 ; branch=z9hG4bK9");
    CHECK(told.flow.remote == at("192.0.2.1", 4000));
    CHECK(told.field("Via").starts_with("SIP / 2.0 / UDP first.example.com : 4000"));
    CHECK(told.field("Via").ends_with("branch=z9hG4bK9;received=192.0.2.1"));
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/via.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto via_of(std::string_view text) -> via_view {
    cursor in{text};
    const auto via = parse_via(in);
    CHECK_MESSAGE(via, std::string{text});
    return via ? *via : via_view{};
}

auto via_failure(std::string_view text) -> failure {
    cursor in{text};
    const auto via = parse_via(in);
    CHECK_FALSE_MESSAGE(via, std::string{text});
    return via ? failure{} : via.error();
}

TEST_CASE("a Via value says how and where from a message was sent (RFC 3261 §20.42)") {
    const auto via = via_of("SIP/2.0/UDP erlang.example.com:5060;received=192.0.2.207;branch=z9hG4bK87asdks7;rport");

    CHECK(via.transport == "UDP");
    CHECK(via.host.text == "erlang.example.com");
    CHECK(via.has_port);
    CHECK(via.port == 5060);
    CHECK(via.sent_by_text == "erlang.example.com:5060");
    CHECK(via.branch == "z9hG4bK87asdks7");
    CHECK(via.has_received);
    CHECK(via.received == "192.0.2.207");
    CHECK(via.has_rport);
    CHECK_FALSE(via.rport_has_value);
}

TEST_CASE("white space and folds may stand around slashes and colons (R3261-20.42-a)") {
    const auto via = via_of(" SIP  /   2.0\r\n /UDP\r\n    192.0.2.2  :  5070 ; branch =\r\n 390skdjuw ");

    CHECK(via.transport == "UDP");
    CHECK(via.host.kind == host_kind::ipv4);
    CHECK(via.port == 5070);
    CHECK(via.branch == "390skdjuw");
    CHECK(via.text.starts_with("SIP"));
    CHECK(via.text.ends_with("390skdjuw"));
}

TEST_CASE("a branch may be missing, as in RFC 2543 (R3261-20.42-a)") {
    const auto via = via_of("SIP/2.0/UDP iftgw.example.com");
    CHECK(via.branch.empty());
    CHECK_FALSE(via.has_cookie());
    CHECK_FALSE(via.has_port);
    CHECK(via.port == 0);
    CHECK_FALSE(via.has_rport);
    CHECK_FALSE(via.has_received);
}

TEST_CASE("a branch names the transaction when it is more than the cookie (RFC 3261 §17.2.3, RFC 4475 §3.2.1)") {
    CHECK(via_of("SIP/2.0/UDP h;branch=z9hG4bK1").has_cookie());
    CHECK(via_of("SIP/2.0/UDP h;branch=Z9HG4BK1").has_cookie());
    CHECK_FALSE(via_of("SIP/2.0/UDP h;branch=z9hG4bK").has_cookie());
    CHECK_FALSE(via_of("SIP/2.0/UDP h;branch=1z9hG4bK").has_cookie());
}

TEST_CASE("sent-by and received may be IPv6 addresses, received with brackets or not (RFC 5118 §4.5)") {
    const auto via = via_of("SIP/2.0/UDP [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=z9hG4bKas3-111");
    CHECK(via.host.kind == host_kind::ipv6);
    CHECK(via.port == 6050);
    CHECK(via.received == "[2001:db8::9:255]");
    CHECK(via_of("SIP/2.0/UDP h;received=2001:db8::9:255").received == "2001:db8::9:255");
    CHECK(via_of("SIP/2.0/UDP h;received=2001:db8:::192.0.2.1").received == "2001:db8:::192.0.2.1");
}

TEST_CASE("multicast parameters are read, and a malformed ttl is as good as none") {
    const auto via = via_of("SIP/2.0/UDP h;maddr=224.0.1.75;ttl=16;x");
    CHECK(via.maddr == "224.0.1.75");
    CHECK(via.ttl == 16);
    CHECK(via_of("SIP/2.0/UDP h;ttl=256").ttl == 0);
    CHECK(via_of("SIP/2.0/UDP h;ttl").ttl == 0);
}

TEST_CASE("rport may have a value (RFC 3581 §3)") {
    const auto via = via_of("SIP/2.0/UDP h;RPORT=9");
    CHECK(via.has_rport);
    CHECK(via.rport_has_value);
}

TEST_CASE("any transport and parameter is let through (RFC 4475 §3.1.1.10)") {
    CHECK(via_of("SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bKkdjuw").transport == "UNKNOWN");
    CHECK(via_of("SIP/2.0/TLS-SCTP h;alias;keep=30;x=\"y;z,\"").transport == "TLS-SCTP");
}

TEST_CASE("reading a Via stops at the comma before the next value (R3261-7.3.1-b)") {
    cursor in{"SIP/2.0/TCP a;branch=1 , SIP / 2.0 / UDP b:1"};
    const auto first = parse_via(in);
    REQUIRE(first);
    CHECK(first->text == "SIP/2.0/TCP a;branch=1");
    CHECK(in.take(','));
    const auto second = parse_via(in);
    REQUIRE(second);
    CHECK(second->text == "SIP / 2.0 / UDP b:1");
    CHECK(in.at_end());
}

TEST_CASE("a Via is read as clients write it who know no port, ask for rport with nothing behind it or have a zone") {
    CHECK(via_of("SIP/2.0/UDP h:0;rport").has_port);
    CHECK(via_of("SIP/2.0/UDP h:0;rport").port == 0);
    for (const auto* text : {"SIP/2.0/UDP h;rport=;branch=z9hG4bK1", "SIP/2.0/UDP h;rport= ;branch=z9hG4bK1"}) {
        CHECK(via_of(text).has_rport);
        CHECK(via_of(text).branch == "z9hG4bK1");
    }
    for (const auto* text :
         {"SIP/2.0/UDP [fe80::1%eth0]:5070;rport", "SIP/2.0/UDP [fe80::1%25wlan-0.1] : 5070;rport"}) {
        const auto via = via_of(text);
        CHECK(via.host.kind == host_kind::ipv6);
        CHECK(via.host.address[15] == 1);
        CHECK(via.host.text.starts_with("fe80::1%"));
        CHECK(via.sent_by_text.starts_with("[fe80::1%"));
        CHECK(via.port == 5070);
    }
    CHECK(via_of("SIP/2.0/UDP 7d1f0a2b-:5060").host.text == "7d1f0a2b-");
    CHECK(via_of("SIP/2.0/UDP 204817263549;rport").host.kind == host_kind::name);
}

TEST_CASE("a malformed Via is an error, where reading stopped") {
    CHECK(via_failure("").code == errc::bad_via);
    CHECK(via_failure("SIP/2.0").code == errc::bad_via);
    CHECK(via_failure("SIP/2.0/UDP") == failure{errc::bad_via, 11});
    CHECK(via_failure("SIP/2.0/ h").code == errc::bad_via);
    CHECK(via_failure("SIP 2.0/UDP h").code == errc::bad_via);
    CHECK(via_failure("SIP/2.0/UDP ;branch=1") == failure{errc::bad_host, 12});
    CHECK(via_failure("SIP/2.0/UDP h:").code == errc::bad_port);
    CHECK(via_failure("SIP/2.0/UDP h:65536").code == errc::bad_port);
    CHECK(via_failure("SIP/2.0/UDP h;branch=").code == errc::bad_params);
    for (const auto* host : {"[fe80::1%]", "[fe80::1%et h]", "[fe80::1%eth0", "[%eth0]", "[fe80:::1%eth0]"})
        CHECK(via_failure(std::string{"SIP/2.0/UDP "}.append(host)) == failure{errc::bad_host, 12});
    CHECK(via_failure("SIP/2.0/UDP 2001:db8::1").code == errc::bad_port);
    CHECK(via_failure("SIP/2.0/UDP 192.0.2.15;;,;,,") == failure{errc::bad_params, 23});
    CHECK(via_failure("SIP/2.0/UDP h;branch=1;branch=2").code == errc::bad_params);
    CHECK(via_failure("SIP/2.0/UDP h h2").code == errc::bad_params);
}

} // namespace

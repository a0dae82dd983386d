// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/host_port.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

auto hosts_are_same(std::string_view a, std::string_view b) -> bool {
    const auto left = parse_host(a);
    const auto right = parse_host(b);
    REQUIRE(left);
    REQUIRE(right);
    CHECK(same_host(*left, *right) == same_host(*right, *left));
    return same_host(*left, *right);
}

TEST_CASE("a host is a name, an IPv4 address or an IPv6 reference (R3261-19.1.1-a)") {
    CHECK(parse_host("example.com")->kind == host_kind::name);
    CHECK(parse_host("a")->kind == host_kind::name);
    CHECK(parse_host("my_phone-1.local.")->kind == host_kind::name);
    CHECK(parse_host("1st.example")->kind == host_kind::name);
    CHECK(parse_host("xn--bcher-kva.example")->kind == host_kind::name);
    const auto v4 = parse_host("192.0.2.1");
    CHECK(v4->kind == host_kind::ipv4);
    CHECK(v4->address[3] == 1);
    CHECK(v4->address[4] == 0);
    const auto v6 = parse_host("[2001:db8::1]");
    CHECK(v6->kind == host_kind::ipv6);
    CHECK(v6->text == "2001:db8::1");
    CHECK(v6->address[15] == 1);
}

TEST_CASE("a host of digits alone is a name, and so is one whose label ends with a hyphen") {
    for (const auto text :
         {"3402000000"sv, "1"sv, "0"sv, "340200000013200000019"sv, "a-"sv, "a-.b"sv, "4f1c-9--"sv, "0-"sv}) {
        CAPTURE(text);
        const auto host = parse_host(text);
        REQUIRE(host);
        CHECK(host->kind == host_kind::name);
        CHECK(host->text == text);
    }
    CHECK(parse_host_port("3402000000:5060")->port == 5060);
    CHECK(hosts_are_same("3402000000", "3402000000"));
    CHECK_FALSE(hosts_are_same("3402000000", "202.198.92.128")); // the address that some resolvers make of it
}

TEST_CASE("what is no host is told so") {
    for (const auto text : {""sv,
                            "."sv,
                            "a..b"sv,
                            ".a"sv,
                            "-a"sv,
                            "a.-b"sv,
                            "a b"sv,
                            "a@b"sv,
                            "192.0.2"sv,
                            "192.0.2.256"sv,
                            "1.2"sv,
                            "1."sv,
                            "1.2.3.4.5"sv,
                            "3402000000.1"sv,
                            "192.0.2.1."sv,
                            "2001:db8::1"sv,
                            "[2001:db8::1"sv,
                            "[]"sv,
                            "[192.0.2.1]"sv,
                            "[::1]x"sv,
                            "[::1%25eth0]"sv,
                            "b\xc3\xbc"
                            "cher.example"sv,
                            "a%2eb"sv,
                            "a\0b"sv})
        CHECK(parse_host(text).error().code == errc::bad_host);
}

TEST_CASE("a port follows a colon") {
    const auto with = parse_host_port("example.com:5060");
    CHECK(with->has_port);
    CHECK(with->port == 5060);
    const auto without = parse_host_port("example.com");
    CHECK_FALSE(without->has_port);
    CHECK(without->port == 0);
    CHECK(parse_host_port("[2001:db8::10]:5070")->port == 5070);
    CHECK_FALSE(parse_host_port("[2001:db8::10:5070]")->has_port);
    CHECK(parse_host_port("h:65535")->port == 65535);
    CHECK(parse_host_port("h:05060")->port == 5060);
}

TEST_CASE("a port is 1 to 65535") {
    for (const auto text : {"h:"sv, "h:0"sv, "h:65536"sv, "h:99999999999"sv, "h:x"sv, "h:-1"sv, "h: 1"sv})
        CHECK(parse_host_port(text).error().code == errc::bad_port);
    CHECK(parse_host_port("h:1x").error() == failure{errc::bad_host, 3});
    CHECK(parse_host_port("h:1:2").error().code == errc::bad_host);
    CHECK(parse_host_port("h:0").error().at == 2);
}

TEST_CASE("hosts are compared by value, never by what a name may resolve to (R3261-19.1.4-e)") {
    CHECK(hosts_are_same("Example.COM", "example.com"));
    CHECK(hosts_are_same("[2001:DB8::1]", "[2001:db8:0:0:0:0:0:1]"));
    CHECK(hosts_are_same("[::ffff:192.0.2.1]", "[::ffff:c000:201]"));
    CHECK(hosts_are_same("192.0.2.1", "192.0.2.001"));
    CHECK_FALSE(hosts_are_same("192.0.2.1", "192.0.2.2"));
    CHECK_FALSE(hosts_are_same("localhost", "127.0.0.1"));
    CHECK_FALSE(hosts_are_same("192.0.2.1", "[::ffff:192.0.2.1]"));
    CHECK_FALSE(hosts_are_same("192.0.2.1", "[c000:201::]"));
    CHECK_FALSE(hosts_are_same("0.0.0.0", "name"));
    CHECK_FALSE(hosts_are_same("example.com", "example.com."));
    CHECK_FALSE(hosts_are_same("example.com", "example.org"));
}

TEST_CASE("a host is written as it came, an IPv6 address in brackets") {
    std::array<char, 64> space{};
    writer out{space};
    write_host(out, *parse_host("[2001:DB8::1]"));
    out.put(' ');
    write_host(out, *parse_host("Example.com"));
    CHECK(out.text() == "[2001:DB8::1] Example.com");
}

} // namespace

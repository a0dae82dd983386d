// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/ip_bytes.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto canonical_ipv6(std::string_view text) -> std::string {
    const auto address = parse_ipv6(text);
    if (!address) return "bad";
    std::array<char, 40> space{};
    writer out{space};
    write_ipv6(out, *address);
    CHECK(out.fits());
    return std::string{out.text()};
}

TEST_CASE("an IPv4 address is four numbers up to 255") {
    CHECK(*parse_ipv4("192.0.2.1") == ipv4_bytes{192, 0, 2, 1});
    CHECK(*parse_ipv4("0.0.0.0") == ipv4_bytes{});
    CHECK(*parse_ipv4("255.255.255.255") == ipv4_bytes{255, 255, 255, 255});
    CHECK(*parse_ipv4("192.000.002.010") == ipv4_bytes{192, 0, 2, 10});
    for (const std::string_view text :
         {"", "1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3", "256.1.1.1", "1.2.3.0004",
          "1.2.3.4 ", " 1.2.3.4", "1.2.3.x", "0x1.2.3.4", "-1.2.3.4"})
        CHECK_FALSE(parse_ipv4(text));
}

TEST_CASE("an IPv4 address is written as it is read") {
    std::array<char, 16> space{};
    writer out{space};
    write_ipv4(out, {203, 0, 113, 255});
    CHECK(out.text() == "203.0.113.255");
}

TEST_CASE("an IPv6 address has three forms (R3261-19.1.1-a, RFC 4291 §2.2)") {
    CHECK(*parse_ipv6("::") == ipv6_bytes{});
    CHECK(*parse_ipv6("::1") == ipv6_bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    CHECK(*parse_ipv6("1:2:3:4:5:6:7:8") == ipv6_bytes{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8});
    CHECK(*parse_ipv6("2001:DB8::8:800:200C:417A") == *parse_ipv6("2001:db8:0:0:8:800:200c:417a"));
    CHECK(*parse_ipv6("::ffff:192.0.2.1") == *parse_ipv6("0:0:0:0:0:FFFF:c000:0201"));
    CHECK(*parse_ipv6("1:2:3:4:5:6:192.0.2.1") == *parse_ipv6("1:2:3:4:5:6:c000:201"));
    CHECK(*parse_ipv6("64:ff9b::192.0.2.33") == *parse_ipv6("64:ff9b::c000:221"));
    CHECK(*parse_ipv6("1::") == *parse_ipv6("1:0:0:0:0:0:0:0"));
    CHECK(*parse_ipv6("1:2:3:4:5:6:7::") == *parse_ipv6("1:2:3:4:5:6:7:0"));
    CHECK(*parse_ipv6("::2:3:4:5:6:7:8") == *parse_ipv6("0:2:3:4:5:6:7:8"));
}

TEST_CASE("what is no IPv6 address is told so") {
    for (const std::string_view text : {"",
                                        ":",
                                        ":::",
                                        "1",
                                        "1:",
                                        ":1",
                                        "1::2::3",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1:2:3:4:5:6:7:8::",
                                        "::1:2:3:4:5:6:7:8",
                                        "12345::",
                                        "g::",
                                        "1:2:3:4:5:6:7:192.0.2.1",
                                        "::192.0.2.1:1",
                                        "192.0.2.1",
                                        "::192.0.2",
                                        "::192.0.2.256",
                                        "::1 ",
                                        " ::1",
                                        "fe80::1%eth0",
                                        "[::1]",
                                        "2001:db8:::192.0.2.1",
                                        "1:2:3:4:5:6:7:",
                                        "::1:",
                                        "1:::2",
                                        "::.1.2.3"})
        CHECK_FALSE(parse_ipv6(text));
}

TEST_CASE("an IPv6 address is written in its one canonical form (RFC 5952 §4)") {
    CHECK(canonical_ipv6("2001:0DB8:0:0:0:0:0:0001") == "2001:db8::1");
    CHECK(canonical_ipv6("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");
    CHECK(canonical_ipv6("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");
    CHECK(canonical_ipv6("2001:db8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");
    CHECK(canonical_ipv6("0:0:0:0:0:0:0:0") == "::");
    CHECK(canonical_ipv6("0:0:0:0:0:0:0:1") == "::1");
    CHECK(canonical_ipv6("1:0:0:0:0:0:0:0") == "1::");
    CHECK(canonical_ipv6("1:2:3:4:5:6:0:0") == "1:2:3:4:5:6::");
    CHECK(canonical_ipv6("0:2:3:4:5:6:7:8") == "0:2:3:4:5:6:7:8");
    CHECK(canonical_ipv6("abcd:ef01:2345:6789:abcd:ef01:2345:6789") == "abcd:ef01:2345:6789:abcd:ef01:2345:6789");
    CHECK(canonical_ipv6("10:100:1000:f:ff:fff:ffff:0") == "10:100:1000:f:ff:fff:ffff:0");
}

TEST_CASE("an IPv4-mapped address ends in its IPv4 form (RFC 5952 §5)") {
    CHECK(canonical_ipv6("::ffff:c000:0201") == "::ffff:192.0.2.1");
    CHECK(canonical_ipv6("::ffff:0:0") == "::ffff:0.0.0.0");
    CHECK(canonical_ipv6("::fffe:c000:201") == "::fffe:c000:201");
    CHECK(canonical_ipv6("::192.0.2.1") == "::c000:201");
}

TEST_CASE("addresses are read and written while compiling") {
    static_assert(*parse_ipv4("192.0.2.1") == ipv4_bytes{192, 0, 2, 1});
    static_assert(parse_ipv6("::1")->back() == 1);
}

} // namespace

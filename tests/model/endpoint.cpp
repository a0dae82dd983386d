// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/endpoint.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace endpoint_test {

using namespace sipwhere;

/// Returns: the address that a host spells.
[[nodiscard]] auto address(std::string_view text) -> ip_address {
    cursor in{text};
    const auto host = parse_host(in);
    REQUIRE(host);
    REQUIRE(in.at_end());
    return ip_address::of(*host);
}

[[nodiscard]] auto written(const endpoint& end) -> std::string {
    std::array<char, 64> room{};
    writer out{room};
    write_endpoint(out, end);
    REQUIRE(out.fits());
    return std::string{out.text()};
}

TEST_CASE("an address is that of its host, and a name has none") {
    CHECK(address("192.0.2.1") == ip_address::v4({192, 0, 2, 1}));
    CHECK(address("[2001:db8::1]").family() == address_family::ipv6);
    CHECK(address("example.com") == ip_address{});
    CHECK(ip_address{}.family() == address_family::none);
}

TEST_CASE("an address gives 4, 16 or no bytes in network order") {
    CHECK(address("192.0.2.7").bytes().size() == 4);
    CHECK(address("192.0.2.7").bytes()[3] == 7);
    CHECK(address("[2001:db8::7]").bytes().size() == 16);
    CHECK(address("[2001:db8::7]").bytes()[0] == 0x20);
    CHECK(ip_address{}.bytes().empty());
}

TEST_CASE("an IPv4-mapped address is the IPv4 address it stands for (RFC 4291 §2.5.5.2)") {
    CHECK(address("[::ffff:192.0.2.1]") == address("192.0.2.1"));
    CHECK(address("[::fffe:192.0.2.1]") != address("192.0.2.1"));
    CHECK(address("[::192.0.2.1]").family() == address_family::ipv6);
}

TEST_CASE("addresses that only look alike differ") {
    CHECK(address("0.0.0.0") != address("[::]"));
    CHECK(address("0.0.0.0") != ip_address{});
    CHECK(endpoint{address("192.0.2.1"), 5060} != endpoint{address("192.0.2.1"), 5061});
}

TEST_CASE("unspecified, multicast and broadcast addresses are known") {
    CHECK(address("0.0.0.0").is_unspecified());
    CHECK(address("[::]").is_unspecified());
    CHECK_FALSE(address("[::1]").is_unspecified());

    CHECK(address("224.0.1.75").is_multicast());
    CHECK(address("239.255.255.255").is_multicast());
    CHECK(address("[ff02::1]").is_multicast());
    CHECK_FALSE(address("223.255.255.255").is_multicast());
    CHECK_FALSE(address("240.0.0.1").is_multicast());
    CHECK_FALSE(address("[fe80::1]").is_multicast());

    CHECK(address("255.255.255.255").is_broadcast());
    CHECK(address("240.0.0.1").is_broadcast());
    CHECK_FALSE(address("239.255.255.255").is_broadcast());
    CHECK_FALSE(address("[ff02::1]").is_broadcast());
}

TEST_CASE("private addresses are those of RFC 1918, 6598, 4193, link-local and loopback") {
    for (const char* text :
         {"10.0.0.1", "10.255.255.255", "127.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.1.1",
          "100.64.0.1", "100.127.255.255", "[fc00::1]", "[fdff::1]", "[fe80::1]", "[febf::1]", "[::1]"}) {
        CAPTURE(text);
        CHECK(address(text).is_private());
    }
    for (const char* text : {"9.255.255.255", "11.0.0.1", "126.0.0.1", "128.0.0.1", "172.15.255.255", "172.32.0.1",
                             "192.167.0.1", "192.169.0.1", "169.253.0.1", "100.63.255.255", "100.128.0.1", "192.0.2.1",
                             "[fbff::1]", "[fe00::1]", "[fec0::1]", "[::2]", "[::]", "[1::1]", "[2001:db8::1]"}) {
        CAPTURE(text);
        CHECK_FALSE(address(text).is_private());
    }
    CHECK_FALSE(ip_address{}.is_private());
}

TEST_CASE("an endpoint is written with brackets about IPv6 (RFC 5952)") {
    CHECK(written({address("192.0.2.1"), 5060}) == "192.0.2.1:5060");
    CHECK(written({address("[2001:db8:0:0::1]"), 5061}) == "[2001:db8::1]:5061");
    CHECK(written({}) == ":0");
}

TEST_CASE("an address alone is written without brackets, as in received (RFC 3261 §18.2.1)") {
    std::array<char, 64> room{};
    writer out{room};
    write_address(out, address("[2001:db8::1]"));
    CHECK(out.text() == "2001:db8::1");
}

} // namespace endpoint_test

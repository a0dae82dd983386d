// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/proxy_protocol.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace proxy_protocol_test {

using namespace sipwhere;
using namespace std::string_literals;
using detail::parse_proxy_header;
using detail::proxy_header;

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

/// A header of version 2.
[[nodiscard]] auto binary(int command, int family, const std::string& content) -> std::string {
    const auto size = content.size();
    return signature + static_cast<char>(0x20 + command) + static_cast<char>(family) + static_cast<char>(size >> 8U) +
           static_cast<char>(size & 0xff) + content;
}

/// Checks that a header is known as partial however much of it is missing, and whole with anything behind it.
void check_whole(const std::string& header) {
    for (std::size_t size = 0; size < header.size(); ++size)
        REQUIRE(parse_proxy_header(std::string_view{header}.substr(0, size)).kind == proxy_header::partial);
    const auto made = parse_proxy_header(header + "REGISTER sip:a SIP/2.0\r\n");
    REQUIRE(made.kind == proxy_header::whole);
    REQUIRE(made.size == header.size());
}

TEST_CASE("a header in text tells both ends of the connection") {
    const auto header = "PROXY TCP4 192.0.2.1 198.51.100.7 40000 5060\r\n"s;
    check_whole(header);
    const auto made = parse_proxy_header(header);
    CHECK(made.has_source);
    CHECK(made.source == sipwhere_test::at("192.0.2.1", 40000));
    CHECK(made.destination == sipwhere_test::at("198.51.100.7", 5060));
    const auto v6 = "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"s;
    check_whole(v6);
    CHECK(parse_proxy_header(v6).source == sipwhere_test::at("[2001:db8::1]", 1));
    for (const auto* unknown : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"}) {
        check_whole(unknown);
        CHECK_FALSE(parse_proxy_header(unknown).has_source);
    }
}

TEST_CASE("a header in text that is not as it should be is malformed") {
    for (const auto* header :
         {"PROXY TCP4 192.0.2.1 198.51.100.7 40000\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 40000 5060 1\r\n",
          "PROXY TCP4 192.0.2.1 198.51.100.7 40000 65536\r\n", "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
          "PROXY TCP6 192.0.2.1 198.51.100.7 1 2\r\n", "PROXY UDP4 192.0.2.1 198.51.100.7 1 2\r\n",
          "PROXY TCP4 192.0.2.1 198.51.100.7 x 2\r\n", "PROXY TCP4  192.0.2.1 198.51.100.7 1 2\r\n",
          "REGISTER sip:a SIP/2.0\r\n", "PROXX", "\r\n\r\nREG", "proxy TCP4"}) {
        CAPTURE(header);
        CHECK(parse_proxy_header(header).kind == proxy_header::malformed);
    }
    CHECK(parse_proxy_header("PROXY " + std::string(100, 'x')).kind == proxy_header::partial);
    CHECK(parse_proxy_header("PROXY " + std::string(101, 'x')).kind == proxy_header::malformed);
}

TEST_CASE("a header in binary tells both ends, and may say more") {
    const auto ends = "\xc0\x00\x02\x01\xc6\x33\x64\x07\x9c\x40\x13\xc4"s;
    check_whole(binary(1, 0x11, ends));
    check_whole(binary(1, 0x11, ends + "\x04\x00\x01x"s));
    const auto made = parse_proxy_header(binary(1, 0x11, ends));
    CHECK(made.has_source);
    CHECK(made.source == sipwhere_test::at("192.0.2.1", 40000));
    CHECK(made.destination == sipwhere_test::at("198.51.100.7", 5060));
    const auto v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01"s + "\x20\x01\x0d\xb8"s +
                    std::string(11, '\0') + "\x02\x00\x01\x13\xc5"s;
    check_whole(binary(1, 0x21, v6));
    CHECK(parse_proxy_header(binary(1, 0x21, v6)).source == sipwhere_test::at("[2001:db8::1]", 1));
    CHECK(parse_proxy_header(binary(1, 0x21, v6)).destination == sipwhere_test::at("[2001:db8::2]", 5061));
}

TEST_CASE("a header in binary of the balancer itself, or of a family that is not known, tells no ends") {
    for (const auto& header : {binary(0, 0, ""), binary(0, 0x11, std::string(12, 'x')), binary(1, 0x31, "socket"s)}) {
        check_whole(header);
        CHECK_FALSE(parse_proxy_header(header).has_source);
    }
}

TEST_CASE("a header in binary that is too short, too long or of another version is malformed") {
    CHECK(parse_proxy_header(binary(1, 0x11, std::string(11, 'x'))).kind == proxy_header::malformed);
    CHECK(parse_proxy_header(binary(1, 0x21, std::string(35, 'x'))).kind == proxy_header::malformed);
    CHECK(parse_proxy_header(binary(2, 0x11, std::string(12, 'x'))).kind == proxy_header::malformed);
    CHECK(parse_proxy_header(binary(0x11, 0x11, std::string(12, 'x'))).kind == proxy_header::malformed);
    CHECK(parse_proxy_header(binary(1, 0x11, std::string(2033, 'x'))).kind == proxy_header::malformed);
    CHECK(parse_proxy_header(binary(1, 0x11, std::string(2032, 'x'))).kind == proxy_header::whole);
}

} // namespace proxy_protocol_test

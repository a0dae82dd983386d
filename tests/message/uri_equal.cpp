// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/uri_equal.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto uris_are_equal(std::string_view a, std::string_view b) -> bool {
    const auto left = parse_uri(a);
    const auto right = parse_uri(b);
    REQUIRE_MESSAGE(left, std::string{a});
    REQUIRE_MESSAGE(right, std::string{b});
    CHECK(uri_equal(*left, *left));
    CHECK(uri_equal(*right, *right));
    CHECK(uri_equal(*left, *right) == uri_equal(*right, *left));
    return uri_equal(*left, *right);
}

TEST_CASE("the URIs that the RFC calls equal are equal (RFC 3261 §19.1.4)") {
    CHECK(uris_are_equal("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
    CHECK(uris_are_equal("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
    CHECK(uris_are_equal("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"));
    CHECK(uris_are_equal("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"));
    CHECK(uris_are_equal("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                         "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
    CHECK(uris_are_equal("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                         "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));
}

TEST_CASE("the URIs that the RFC calls different are different (RFC 3261 §19.1.4)") {
    CHECK_FALSE(uris_are_equal("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
    CHECK_FALSE(uris_are_equal("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
    CHECK_FALSE(uris_are_equal("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
    CHECK_FALSE(uris_are_equal("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"));
    CHECK_FALSE(uris_are_equal("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
    CHECK_FALSE(uris_are_equal("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
    CHECK_FALSE(uris_are_equal("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
}

TEST_CASE("sip and sips never match (R3261-19.1.4-a)") {
    CHECK_FALSE(uris_are_equal("sip:a@h", "sips:a@h"));
    CHECK(uris_are_equal("sips:a@h", "SIPS:a@h"));
}

TEST_CASE("user and password are told apart by case, all else is not (R3261-19.1.4-b)") {
    CHECK_FALSE(uris_are_equal("sip:a@h", "sip:A@h"));
    CHECK_FALSE(uris_are_equal("sip:a:p@h", "sip:a:P@h"));
    CHECK_FALSE(uris_are_equal("sip:%61@h", "sip:%41@h"));
    CHECK(uris_are_equal("sip:a@h;Ob;Gr=X?To=Y", "SIP:a@H;oB;gr=x?tO=y"));
}

TEST_CASE("the order of parameters and headers does not matter (R3261-19.1.4-c)") {
    CHECK(uris_are_equal("sip:h;a=1;b=2;c", "sip:h;c;b=2;a=1"));
    CHECK(uris_are_equal("sip:h?a=1&b=2&a=3", "sip:h?a=3&a=1&b=2"));
}

TEST_CASE("unreserved escapes equal their character, reserved ones do not (R3261-19.1.4-d)") {
    CHECK(uris_are_equal("sip:%61%2D%5F@h;%6Cr", "sip:a-_@h;lr"));
    CHECK_FALSE(uris_are_equal("sip:a%3Bb@h", "sip:a;b@h"));
    CHECK(uris_are_equal("sip:a%3Bb@h", "sip:a%3bb@h"));
    CHECK_FALSE(uris_are_equal("sip:h;p=%2F", "sip:h;p=/"));
    CHECK_FALSE(uris_are_equal("sip:null-%00-null@h", "sip:null-%01-null@h"));
}

TEST_CASE("a name never equals an address (R3261-19.1.4-e)") {
    CHECK_FALSE(uris_are_equal("sip:a@localhost", "sip:a@127.0.0.1"));
    CHECK(uris_are_equal("sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0::1]"));
}

TEST_CASE("user, password, host and port all match, and absent is no default (R3261-19.1.4-f)") {
    CHECK_FALSE(uris_are_equal("sip:h", "sip:a@h"));
    CHECK_FALSE(uris_are_equal("sip:a@h", "sip:a:@h"));
    CHECK_FALSE(uris_are_equal("sip:a:x@h", "sip:a:y@h"));
    CHECK_FALSE(uris_are_equal("sip:a@h:5060", "sip:a@h:5061"));
    CHECK(uris_are_equal("sip:a@h:5060", "sip:a@h:05060"));
}

TEST_CASE("parameters in both URIs must match (R3261-19.1.4-g)") {
    CHECK_FALSE(uris_are_equal("sip:h;p=1", "sip:h;p=2"));
    CHECK_FALSE(uris_are_equal("sip:h;p", "sip:h;p=1"));
    CHECK_FALSE(uris_are_equal("sip:h;transport=udp", "sip:h;transport=tcp"));
}

TEST_CASE("some parameters may not be missing in one of two URIs (R3261-19.1.4-h, R3261-19.1.4-i)") {
    for (const std::string param : {"user=ip", "ttl=1", "method=INVITE", "maddr=192.0.2.1", "transport=udp",
                                    "User=phone", "%74%74%6c=1", "TRANSPORT=udp"})
        CHECK_FALSE(uris_are_equal("sip:a@h", "sip:a@h;" + param));
}

TEST_CASE("other parameters may, so that equality is not transitive (R3261-19.1.4-j)") {
    CHECK(uris_are_equal("sip:a@h;x=1", "sip:a@h"));
    CHECK(uris_are_equal("sip:a@h", "sip:a@h;x=2"));
    CHECK_FALSE(uris_are_equal("sip:a@h;x=1", "sip:a@h;x=2"));
    CHECK(uris_are_equal("sip:a@h;lr;ob", "sip:a@h;users=1"));
}

TEST_CASE("headers are never passed over, and each counts (R3261-19.1.4-k)") {
    CHECK_FALSE(uris_are_equal("sip:h", "sip:h?a=1"));
    CHECK_FALSE(uris_are_equal("sip:h?a=1", "sip:h?a=2"));
    CHECK_FALSE(uris_are_equal("sip:h?a=1", "sip:h?a=1&a=1"));
    CHECK_FALSE(uris_are_equal("sip:h?a=1&a=1&b=2", "sip:h?a=1&b=2&b=2"));
    CHECK_FALSE(uris_are_equal("sip:h?a=1", "sip:h?a=1&b=2"));
    CHECK(uris_are_equal("sip:h?a=%31", "sip:h?%41=1"));
}

TEST_CASE("URIs of other schemes are equal by the rules of their scheme, which may stand in any case") {
    CHECK(uris_are_equal("tel:+12015550123", "TEL:+12015550123"));
    CHECK(uris_are_equal("tel:+12015550123", "tel:+1-201-555-0123"));
    CHECK_FALSE(uris_are_equal("x:a", "y:a"));
    CHECK_FALSE(uris_are_equal("x:a", "x:A"));
    CHECK_FALSE(uris_are_equal("tel:1", "sip:1a"));
}

} // namespace

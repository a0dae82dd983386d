// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/opaque_equal.hpp>

#include <sipwhere/message/uri_equal.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

/// Whether two URIs are equal, by each way of asking.
auto equal(std::string_view a, std::string_view b) -> bool {
    const auto left = parse_uri(a), right = parse_uri(b);
    REQUIRE(left);
    REQUIRE(right);
    CHECK(uri_equal(*left, *right) == uri_equal(*right, *left));
    CHECK(uri_equal(*left, *left));
    return uri_equal(*left, *right);
}

TEST_CASE("visual separators of a telephone number do not count, nor does case (R3966-4-a)") {
    CHECK(equal("tel:+1(650)555-0123", "tel:+16505550123"));
    CHECK(equal("TEL:+1-650.555.0123", "tel:+16505550123"));
    CHECK(equal("tel:+1-", "tel:+1"));
    CHECK(equal("tel:7042;phone-context=Example.COM", "tel:7-0-42;PHONE-CONTEXT=example.com"));
    CHECK(equal("tel:*A1;phone-context=x", "tel:*a-1;phone-context=x"));
    CHECK_FALSE(equal("tel:+16505550123", "tel:16505550123"));
    CHECK_FALSE(equal("tel:+16505550123", "tel:+16505550124"));
    CHECK_FALSE(equal("tel:+1650555012", "tel:+16505550123"));
    CHECK_FALSE(equal("tel:+16505550123", "tel:+1650555012"));
}

TEST_CASE("parameters of a tel URI come in any order, and none is missing in one of two equal ones (R3966-4-b)") {
    CHECK(equal("tel:1;ext=22;phone-context=+49-30", "tel:1;phone-context=+4930;ext=2.2"));
    CHECK(equal("tel:+1;a;b=c;isub=X-1", "tel:+1;ISUB=x-1;B=C;A"));
    CHECK_FALSE(equal("tel:+1;isub=x-1", "tel:+1;isub=x1"));
    CHECK_FALSE(equal("tel:1;phone-context=a-b.com", "tel:1;phone-context=ab.com"));
    CHECK_FALSE(equal("tel:1;phone-context=+49", "tel:1;phone-context=+50"));
    CHECK_FALSE(equal("tel:1;phone-context=+49", "tel:1;phone-context=49"));
    CHECK_FALSE(equal("tel:+1;ext=1", "tel:+1"));
    CHECK_FALSE(equal("tel:+1;ext=1", "tel:+1;ext=2"));
    CHECK_FALSE(equal("tel:+1;a", "tel:+1;a=1"));
    CHECK_FALSE(equal("tel:+1;a=1;a=1;b=1", "tel:+1;a=1;b=1;b=1"));
    CHECK_FALSE(equal("tel:+1;a", "tel:+1;b"));
}

TEST_CASE("parameters of a tel URI beyond a number that can be compared are compared by their octets") {
    std::string up, down;
    for (std::size_t i = 0; i < max_compared_tel_params; ++i) {
        up += ";p" + std::to_string(i);
        down = ";p" + std::to_string(i) + down;
    }
    CHECK(equal("tel:+1" + up, "tel:+1" + down));
    CHECK(equal("tel:+1" + up + ";more", "tel:+-1" + up + ";more"));
    CHECK_FALSE(equal("tel:+1" + up + ";more", "tel:+1;more" + up));
}

TEST_CASE("a URN is its namespace in any case and its name, escapes kept (R8141-3.1-a)") {
    CHECK(equal("urn:example:a123,z456", "URN:EXAMPLE:a123,z456"));
    CHECK(equal("urn:uuid:00000000-0000-1000-8000-00A95D7E7B25", "urn:UUID:00000000-0000-1000-8000-00A95D7E7B25"));
    CHECK(equal("urn:example:a%2Cb", "urn:example:a%2cb"));
    CHECK(equal("urn:example:a?+resolve", "urn:example:a?=query"));
    CHECK(equal("urn:example:a?+resolve", "urn:example:a"));
    CHECK_FALSE(equal("urn:example:A123", "urn:example:a123"));
    CHECK_FALSE(equal("urn:example:a%2Cb", "urn:example:a,b"));
    CHECK_FALSE(equal("urn:example:a%2Cb", "urn:example:a%2CB"));
    CHECK_FALSE(equal("urn:example:a", "urn:example:ab"));
    CHECK_FALSE(equal("urn:example:a", "urn:example1:a"));
    CHECK_FALSE(equal("urn:example:a:B", "urn:example:a:b"));
}

TEST_CASE("URIs of other schemes are compared by their octets") {
    CHECK(equal("mailto:a@example.com", "MAILTO:a@example.com"));
    CHECK_FALSE(equal("mailto:A@example.com", "mailto:a@example.com"));
    CHECK_FALSE(equal("http://example.com/?a", "http://example.com/?b"));
    CHECK_FALSE(equal("im:+1-2", "im:+12"));
    CHECK_FALSE(equal("tel:+1", "urn:+1"));
    CHECK_FALSE(equal("x:a", "y:a"));
}

} // namespace

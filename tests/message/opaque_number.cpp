// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/opaque_number.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;

TEST_CASE("two URIs have the same number when they are equal, and no others (R3966-4-a, R3966-4-b, R8141-3.1-a)") {
    std::vector<std::string> texts{"tel:+1;p0;p1;p2;p3;p4;p5;p6;p7;p8", "tel:+1;p8;p0;p1;p2;p3;p4;p5;p6;p7",
                                   "tel:+-1;p0;p1;p2;p3;p4;p5;p6;p7;p8", "tel:+1;p7;p0;p1;p2;p3;p4;p5;p6",
                                   "tel:+1;p0;p1;p2;p3;p4;p5;p6;p7"};
    for (const std::string number : {"+1", "+1-", "1", "(1)", "+12"})
        for (const auto* params :
             {"", ";ext=1", ";ext=1-", ";ext=2", ";EXT=1;isub=a", ";isub=A;ext=1", ";isub=a-;ext=1", ";x;x;y", ";x;y;y",
              ";y;x;y", ";x=", ";x", ";x=a", ";phone-context=+4-9", ";phone-context=+49", ";phone-context=a-b",
              ";phone-context=ab", ";xa", ";x=a;y"})
            texts.push_back("tel:" + number + params);
    for (const auto* urn : {"urn:a:b", "urn:A:b", "urn:a:B", "urn:a:b%2c", "urn:a:b%2C", "urn:a:b,", "urn:a:b?+c",
                            "urn:a:b?=c", "urn:ab", "urn:a::b", "urn:a:b%2cC", "urn:a:b%2cc"})
        texts.emplace_back(urn);
    for (const auto* other : {"mailto:a@b", "mailto:A@b", "mailto:+1", "im:+1", "im:+-1"}) texts.emplace_back(other);

    constexpr hash_key key{3, 5};
    std::size_t equal = 0;
    for (const auto& a : texts) {
        for (const auto& b : texts) {
            CAPTURE(a);
            CAPTURE(b);
            const auto left = parse_uri(a), right = parse_uri(b);
            REQUIRE(left);
            REQUIRE(right);
            if (!ascii::iequals(left->scheme, right->scheme)) continue;
            const bool same = opaque_equal(*left, *right);
            equal += same ? 1 : 0;
            CHECK((opaque_number(*left, key) == opaque_number(*right, key)) == same);
        }
    }
    CHECK(equal > texts.size() + 50);
    CHECK(equal < texts.size() * texts.size() / 4);
}

TEST_CASE("nobody who does not know the key knows the number") {
    for (const auto* text : {"tel:+1;x", "urn:a:b", "mailto:a@b"}) {
        const auto uri = parse_uri(text);
        CHECK(opaque_number(*uri, {3, 5}) != opaque_number(*uri, {3, 6}));
    }
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/uri_identity.hpp>

#include <sipwhere/message/uri_equal.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;

constexpr hash_key secret_of_identities{3, 4};

auto identity_of(std::string_view text) -> uri_identity {
    const auto uri = parse_uri(text);
    REQUIRE_MESSAGE(uri, std::string{text});
    return identify(*uri, secret_of_identities);
}

auto are_same(std::string_view a, std::string_view b) -> bool {
    const auto left = identity_of(a), right = identity_of(b);
    CHECK(same_uri(left, right) == same_uri(right, left));
    return same_uri(left, right);
}

TEST_CASE("equal URIs have the same core, so that they are alike (RFC 3261 §19.1.4)") {
    CHECK(identity_of("sip:%61lice@atlanta.com;transport=TCP").core ==
          identity_of("sip:alice@AtLanTa.CoM;x=1;Transport=tcp").core);
    CHECK(identity_of("sip:alice@atlanta.com").core != identity_of("sip:alice@atlanta.com;transport=tcp").core);
    CHECK(identity_of("sip:alice@atlanta.com").core != identity_of("sip:alice@atlanta.com:5060").core);
}

TEST_CASE("what lies next to each other can't be taken for one another") {
    const std::array<std::string_view, 23> all{
        "sip:ab@c",
        "sip:a@bc",
        "sip:a:b@c",
        "sip:a:@bc",
        "sip:abc",
        "sip:ab:c@d",
        "sip:a:bc@d",
        "sips:ab@c",
        "sip:h?a=b",
        "sip:h?ab=",
        "sip:h;ttl=1",
        "sip:h?ttl=1",
        "sip:a@1.2.3.4",
        "sip:a@h:80",
        "sip:h?a=1&a=1",
        "sip:h?a=1",
        "x:a",
        "sip:abcdefgh@c",
        "sip:aaaaaaaabbbbbbbb:cccccccc@h",
        "sip:aaaaaaaa:bbbbbbbbcccccccc@h",
        "sip:aaaaaaaa@bbbbbbbbh",
        "sip:aaaaaaaabbbbbbbb@h",
        "sip:aaaaaaaa@bbbbbbbb.h",
    };
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < all.size(); ++j) {
            CAPTURE(all[i]);
            CAPTURE(all[j]);
            CHECK(are_same(all[i], all[j]) == (i == j));
        }
}

TEST_CASE("parameters agree in whatever order they come, and long ones too") {
    const std::string x(40, 'x');
    CHECK(are_same("sip:h;a=1;" + x + "=2;c", "sip:h;c;" + x + "=2;a=1"));
    CHECK(!are_same("sip:h;" + x + "=" + x + "1", "sip:h;" + x + "=" + x + "2"));
    CHECK(are_same("sip:h;" + x + "1=a", "sip:h;" + x + "2=b"));
    CHECK(are_same("sip:h;%61bcdefgh%69=A", "sip:h;ABCDEFGHI=%61"));
}

TEST_CASE("with more than 8 parameters a URI equals what has the same octets there") {
    std::string eight = "sip:h";
    for (char c = 'a'; c < 'i'; ++c) (eight += ';') += c;
    CHECK(are_same(eight, "sip:h"));
    CHECK(are_same(eight + ";transport=udp", "SIP:H;Transport=UDP"));
    CHECK(!are_same(eight + ";i", "sip:h"));
    CHECK(!are_same(eight + ";i", "sip:h;i" + eight.substr(5)));
    CHECK(are_same(eight + ";i", "SIP:H" + eight.substr(5) + ";i"));
    CHECK(!are_same(eight + ";transport=udp;i", eight + ";transport=tcp;i"));
}

TEST_CASE("with more than 4 headers a URI equals what has the same octets there") {
    CHECK(are_same("sip:h?a=1&b=1&c=1&d=1", "sip:h?d=1&c=1&B=%31&a=1"));
    CHECK(!are_same("sip:h?a=1&b=1&c=1&d=1&e=1", "sip:h?e=1&a=1&b=1&c=1&d=1"));
    CHECK(are_same("sip:h?a=1&b=1&c=1&d=1&e=1", "SIP:H?a=1&b=1&c=1&d=1&e=1"));
    CHECK(!are_same("sip:h?a=1&b=1&c=1&d=1", "sip:h?a=1&b=1&c=1&d=1&e=1"));
}

TEST_CASE("another key gives other numbers") {
    const auto uri = *parse_uri("sip:alice@example.com;a-name-of-some-length=1");
    CHECK(identify(uri, {1, 2}).core != identify(uri, {1, 3}).core);
    CHECK(identify(uri, {1, 2}).params[0].name != identify(uri, {1, 3}).params[0].name);
}

/// Returns: one of a few pieces, so that URIs meet in all of theirs again and again.
template <std::size_t Size>
auto one_of(seeded_random& random, const std::array<std::string_view, Size>& pieces) -> std::string {
    return std::string{pieces[random.next() % Size]};
}

auto drawn_uri(seeded_random& random) -> std::string {
    constexpr std::array<std::string_view, 4> schemes{"sip:", "SIP:", "sips:", "sip:"};
    constexpr std::array<std::string_view, 8> users{"", "a@", "%61@", "A@", "a:p@", "a:%70@", "a%3b@", "a;@"};
    constexpr std::array<std::string_view, 7> hosts{"h",      "H",      "192.0.2.1", "[2001:db8::1]", "[2001:DB8:0::1]",
                                                    "h:5060", "h:05060"};
    constexpr std::array<std::string_view, 18> params{";x=1",
                                                      ";x=2",
                                                      ";X=1",
                                                      ";%78=1",
                                                      ";x",
                                                      ";transport=udp",
                                                      ";TRANSPORT=UDP",
                                                      ";transport=tcp",
                                                      ";y=a-value-that-is-long",
                                                      ";y=A-value-that-is-LONG",
                                                      ";y=a-value-that-is-wide",
                                                      ";a-name-that-is-long",
                                                      ";a-NAME-that-is-long",
                                                      ";a-name-that-is-wide=1",
                                                      ";ttl=1",
                                                      ";user=phone",
                                                      ";%6cr",
                                                      ";lr"};
    constexpr std::array<std::string_view, 5> headers{"a=1", "A=%31", "a=2", "b=", "b=1"};
    constexpr std::array<std::string_view, 12> others{
        "tel:+1-2;ext=3", "TEL:+12;EXT=3", "tel:+12;ext=3;x=y", "tel:+12;x=Y;ext=3", "tel:+12",    "urn:A:b%2c",
        "URN:a:b%2C?+x",  "urn:a:B%2c",    "mailto:a@h",        "MAILTO:a@h",        "mailto:A@h", "tel:+12;ext=4"};
    if (random.next() % 5 == 0) return one_of(random, others);
    auto made = one_of(random, schemes) + one_of(random, users) + one_of(random, hosts);
    for (auto count = random.next() % 4; count > 0; --count) made += one_of(random, params);
    if (random.next() % 4 == 0) {
        made += "?" + one_of(random, headers);
        for (auto count = random.next() % 3; count > 0; --count) made += "&" + one_of(random, headers);
    }
    return made;
}

TEST_CASE("identities say of any two URIs what the comparison of their texts says (RFC 3261 §19.1.4)") {
    seeded_random random{5};
    std::vector<std::string> texts;
    while (texts.size() < 400)
        if (auto text = drawn_uri(random); parse_uri(text)) texts.push_back(std::move(text));
    std::size_t equal = 0;
    for (const auto& a : texts)
        for (const auto& b : texts) {
            const auto left = *parse_uri(a), right = *parse_uri(b);
            const bool expected = uri_equal(left, right);
            equal += expected ? 1U : 0U;
            if (same_uri(identify(left, secret_of_identities), identify(right, secret_of_identities)) != expected)
                FAIL(a << " and " << b);
        }
    CHECK(equal > 2 * texts.size());
}

TEST_CASE("identities can be worked out when the program is built") {
    constexpr auto are_equal = [] {
        uri_identity a, b;
        identify(*parse_uri("sip:%61@h;x=1;lr"), secret_of_identities, a);
        identify(*parse_uri("sip:a@H;y"), secret_of_identities, b);
        return a.size == 2 && same_uri(a, b);
    };
    static_assert(are_equal());
    CHECK(are_equal());
}

} // namespace

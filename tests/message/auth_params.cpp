// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/auth_params.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/message/quoted.hpp>

#include <reference/exact_copy.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace auth_params_test {

using namespace sipwhere;
using sipwhere_test::exact_copy;

constexpr std::string_view digest =
    R"(Digest username="bob", realm="atlanta.example.com",nonce="ea9c8e88df84f1cec4341ae6cbe5a359", opaque="",)"
    " uri=\"sips:ss2.example.com\",\r\n response=\"dfe56131d1958046689d83306477ecc\" , qop = auth, nc=00000001";

/// Returns: why a text is refused; `not_sip` when it is not.
auto why(std::string_view text) -> errc {
    const exact_copy copy{text};
    const auto parsed = parse_auth_params(copy.view());
    return parsed ? errc::not_sip : parsed.error().code;
}

TEST_CASE("credentials are read, with white space and folds around commas and equals signs (RFC 3261 §25.1)") {
    const auto parsed = parse_auth_params(digest);
    REQUIRE(parsed);
    CHECK(parsed->scheme() == "Digest");
    std::string names;
    for (const auto& param : *parsed) names.append(param.name).append(" ");
    CHECK(names == "username realm nonce opaque uri response qop nc ");
    CHECK(parsed->find("username") == R"("bob")");
    CHECK(parsed->find("NONCE") == R"("ea9c8e88df84f1cec4341ae6cbe5a359")");
    CHECK(parsed->find("opaque") == R"("")");
    CHECK(parsed->find("qop") == "auth");
    CHECK(parsed->find("nc") == "00000001");
    CHECK(!parsed->find("cnonce"));
    CHECK(parsed->text().ends_with("nc=00000001"));
}

TEST_CASE("a challenge is read the same way (RFC 3261 §20.44)") {
    const auto parsed =
        parse_auth_params(R"( Digest realm="a, b=\"c\"", qop="auth,auth-int", stale=FALSE, algorithm=MD5 )");
    REQUIRE(parsed);
    std::array<char, 32> room{};
    writer out{room};
    write_unquoted(out, *parsed->find("realm"));
    CHECK(out.text() == R"(a, b="c")");
    CHECK(parsed->find("qop") == R"("auth,auth-int")");
    CHECK(parsed->find("stale") == "FALSE");
    CHECK(parsed->text().ends_with("algorithm=MD5"));
}

TEST_CASE("a scheme of another kind is read if it is written so (RFC 3261 §25.1 other-response)") {
    const auto parsed = parse_auth_params("Bearer authz_server=\"https://example.com\", scope=sip");
    REQUIRE(parsed);
    CHECK(parsed->scheme() == "Bearer");
    CHECK(parsed->find("scope") == "sip");
}

TEST_CASE("what is no list of pairs behind a scheme is refused") {
    for (const auto* text : {"",
                             " ",
                             "Digest",
                             "Digest ",
                             "Digest,a=b",
                             "=b",
                             "Digest =b",
                             "Digest a",
                             "Digest a=",
                             "Digest a=b,",
                             "Digest a=b,,c=d",
                             "Digest ,a=b",
                             "Digest a=b c=d",
                             "Digest a=b;c=d",
                             "Digest a=\"b\"c",
                             "Digest a=b, Digest c=d",
                             "Basic QWxhZGRpbjpvcGVu==",
                             "Digest a=<b>",
                             "\"Digest\" a=b",
                             "Digest a==b",
                             "Digest a=b\x01"}) {
        CAPTURE(text);
        CHECK(why(text) == errc::bad_credentials);
    }
    CHECK(why("Digest a=\"b") == errc::bad_quoting);
    CHECK(why("Digest a=\"b\\\"") == errc::bad_quoting);
    CHECK(why(std::string_view{"Digest a=\0b", 11}) == errc::bad_credentials);
    CHECK(parse_auth_params("Digest a=b c=d").error().at == 11);
}

TEST_CASE("a repeated name is refused, whatever its case, and told where it is (R3261-7.3.1-e)") {
    CHECK(why("Digest nonce=\"a\", realm=\"b\", Nonce=\"a\"") == errc::bad_credentials);
    CHECK(parse_auth_params("Digest a=1, b=2, A=3").error().at == 17);
}

TEST_CASE("no more parameters are read than a list holds") {
    std::string text = "Digest p0=0";
    for (std::size_t i = 1; i < max_auth_params; ++i) text += ",p" + std::to_string(i) + "=0";
    CHECK(why(text) == errc::not_sip);
    CHECK(why(text + ",more=0") == errc::too_many_params);
}

TEST_CASE("texts with any damage are read within their bounds, and those that pass are walked over as they were read") {
    xoshiro256 chance{5};
    unsigned passed = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text{digest};
        for (auto changes = chance.next() % 3; changes > 0; --changes) {
            constexpr std::string_view bytes = "\",=\\ \r\n\tab;<>\0\xff";
            const auto at = chance.next() % text.size();
            if (chance.next() % 2 == 0) text.erase(at, 1 + chance.next() % 4);
            else text[at] = bytes[chance.next() % bytes.size()];
        }
        text.resize(text.size() - chance.next() % 2 * (chance.next() % text.size()));
        const exact_copy copy{text};
        const auto parsed = parse_auth_params(copy.view());
        if (!parsed) {
            CHECK(parsed.error().at <= text.size());
            continue;
        }
        ++passed;
        std::string_view last;
        for (const auto& param : *parsed) {
            CHECK(parsed->find(param.name) == param.value);
            last = param.value;
        }
        CHECK(last.data() + last.size() == parsed->text().data() + parsed->text().size());
    }
    CHECK(passed > 2'000);
    CHECK(passed < 19'000);
}

} // namespace auth_params_test

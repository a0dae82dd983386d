// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/digest_params.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

namespace digest_params_test {

using namespace sipwhere;

/// Returns: what was read of `Digest` credentials; nothing when they are refused.
[[nodiscard]] auto read(std::string_view params) -> std::optional<digest_params> {
    static std::string text; // which the views are of
    text = "Digest ";
    text += params;
    const auto made = parse_digest_params(text);
    if (!made) {
        CHECK(made.error().code == errc::bad_credentials);
        return std::nullopt;
    }
    REQUIRE(*made);
    return **made;
}

const std::string least =
    R"(username="bob", realm="example.com", nonce="84a4", uri="sip:example.com", response="7587")";

TEST_CASE("credentials are read, whatever the order and the case of their names (RFC 7616 §3.4)") {
    const auto made = read(R"(Response="6629fae49393a05397450978507c4ef1", NONCE="84a4cc6f3082121f32b42a2187831a9e",)"
                           R"( uri="sip:biloxi.com", realm="biloxi.com", username="b\"ob", qop=auth, nc=0000001F,)"
                           R"( cnonce="0a4f113b", opaque="5ccc", algorithm=SHA-256, other=thing)");
    REQUIRE(made);
    CHECK(made->username == R"("b\"ob")");
    CHECK(made->realm == R"("biloxi.com")");
    CHECK(made->nonce == R"("84a4cc6f3082121f32b42a2187831a9e")");
    CHECK(made->uri == R"("sip:biloxi.com")");
    CHECK(made->response == R"("6629fae49393a05397450978507c4ef1")");
    CHECK(made->cnonce == R"("0a4f113b")");
    CHECK(made->opaque == R"("5ccc")");
    CHECK(made->nc == 0x1f);
    CHECK(made->nc_text == "0000001F");
    CHECK(made->qop == digest_qop::auth);
    CHECK(made->algorithm == digest_algorithm{digest_hash::sha256});
    CHECK_FALSE(made->is_extended);
    CHECK_FALSE(made->is_hashed);
}

TEST_CASE("credentials of another scheme are none of ours, whatever they look like (RFC 3261 §22.4)") {
    for (const std::string_view other : {"Basic dXNlcjpwYXNzd29yZA==", "Bearer a.b.c", "Negotiate", "Basic a=b"}) {
        const auto made = parse_digest_params(other);
        REQUIRE(made);
        CHECK(!*made);
    }
    for (const std::string_view bad : {"", " ", "=", "Digest", "Digest ", "Digest=x", "Digest,a=b"}) {
        CAPTURE(bad);
        CHECK(!parse_digest_params(bad));
    }
    const auto folded = " \r\n Digest\r\n " + least + "\r\n ";
    REQUIRE(parse_digest_params(folded));
    CHECK((**parse_digest_params(folded)).username == R"("bob")");
}

TEST_CASE("what is no list of parameters, or names one of ours twice, is bad (RFC 7616 §3.4)") {
    for (const std::string_view more :
         {",", ", ", ", x", ", x=", " x=y", ",,x=y", ", uri=\"sip:example.com\"", ", USERNAME=bob", ", x=y z"}) {
        CAPTURE(more);
        CHECK(!read(least + std::string{more}));
    }
    CHECK(parse_digest_params("Digest " + least + ", x=\"y").error().code == errc::bad_quoting);
    CHECK(read(least + ", x=y, x=\"z\""));
}

TEST_CASE("what was not said is MD5 without qop (RFC 7616 §3.3, R7616-3.3-d)") {
    const auto made = read(least);
    REQUIRE(made);
    CHECK(made->algorithm == digest_algorithm{digest_hash::md5});
    CHECK(made->qop == digest_qop::none);
    CHECK(made->nc_text.empty());
}

TEST_CASE("what is a token is taken with quotes as well, as some clients send it") {
    const auto made =
        read(least + R"(, algorithm="md5-SESS", qop="auth-int", nc="00000002", cnonce=abc, userhash="TRUE")");
    REQUIRE(made);
    CHECK(made->algorithm == digest_algorithm{digest_hash::md5, true});
    CHECK(made->qop == digest_qop::auth_int);
    CHECK(made->nc == 2);
    CHECK(made->is_hashed);
}

TEST_CASE("an algorithm or a qop that nobody knows is no error, but known to be none (R7616-3.4-f)") {
    const auto made = read(least + ", algorithm=SHA-1, qop=privacy, nc=00000001, cnonce=\"a\"");
    REQUIRE(made);
    CHECK(!made->algorithm);
    CHECK(made->qop == digest_qop::unknown);
}

TEST_CASE("credentials that lack something are bad (RFC 7616 §3.4, R7616-3.4-a)") {
    for (const std::string_view name : {"username", "realm", "nonce", "uri", "response"}) {
        CAPTURE(name);
        auto text = least;
        text.insert(text.find(name), "x");
        CHECK(!read(text));
    }
    CHECK(!read(least + ", qop=auth, nc=00000001"));
    CHECK(!read(least + ", qop=auth, cnonce=\"a\""));
    CHECK(read(least + ", qop=auth, cnonce=\"a\", nc=00000001"));
}

TEST_CASE("a nonce count is eight hexadecimal digits (RFC 7616 §3.4, R7616-3.4-a)") {
    for (const std::string_view nc : {"1", "0000001", "000000001", "0000000g", "+0000001", "\"\""}) {
        CAPTURE(nc);
        CHECK(!read(least + ", nc=" + std::string{nc}));
    }
    CHECK(read(least + ", nc=fFfFfFfF")->nc == 0xffff'ffff);
}

TEST_CASE("username and username* exclude each other, in any order (RFC 7616 §3.4, R7616-3.4-g)") {
    CHECK(!read(least + ", username*=UTF-8''bob"));
    CHECK(!read("username*=UTF-8''bob, " + least));
    auto extended = least;
    extended.replace(0, std::string_view{"username=\"bob\""}.size(), "username*=UTF-8''J%C3%A4s");
    const auto made = read(extended);
    REQUIRE(made);
    CHECK(made->is_extended);
    CHECK(made->username == "UTF-8''J%C3%A4s");
}

TEST_CASE("each algorithm has a name that finds it (RFC 8760 §2.2, R8760-2.2-a)") {
    for (const auto hash : {digest_hash::md5, digest_hash::sha256, digest_hash::sha512_256})
        for (const bool is_session : {false, true}) {
            const digest_algorithm one{hash, is_session};
            CHECK(find_digest_algorithm(name_of(one)) == one);
        }
    CHECK(digits_of(digest_hash::md5) == 32);
    CHECK(digits_of(digest_hash::sha256) == 64);
    CHECK(digits_of(digest_hash::sha512_256) == 64);
    CHECK(!find_digest_algorithm("SHA-512"));
    CHECK(!find_digest_algorithm(""));
}

} // namespace digest_params_test

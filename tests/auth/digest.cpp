// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/digest.hpp>

#include <sipwhere/auth/builtin_hash.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace digest_test {

using namespace sipwhere;

constexpr builtin_hash hash;

/// The example of RFC 7616 §3.9.1, with the algorithm and the response exchanged.
constexpr digest_params mufasa{.username = R"("Mufasa")",
                               .realm = R"("http-auth@example.org")",
                               .nonce = R"("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")",
                               .uri = R"("/dir/index.html")",
                               .cnonce = R"("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")",
                               .nc_text = "00000001",
                               .nc = 1,
                               .qop = digest_qop::auth};

[[nodiscard]] constexpr auto response_of(digest_params given, std::string_view password, std::string_view method,
                                         std::string_view body = {}) -> digest_text {
    const unquoted_text user{given.username}, realm{given.realm};
    const auto ha1 = hash_password(hash, given.algorithm->hash, user.view(), realm.view(), password);
    return digest_response(hash, given, ha1.view(), method, body);
}

[[nodiscard]] constexpr auto with(digest_params given, digest_algorithm algorithm) -> digest_params {
    given.algorithm = algorithm;
    return given;
}

// RFC 7616 §3.9.1 (R7616-3.4-c)
static_assert(response_of(mufasa, "Circle of Life", "GET").view() == "8ca523f5e9506fed4657c9700eebdbec");
static_assert(response_of(with(mufasa, {digest_hash::sha256}), "Circle of Life", "GET").view() ==
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");

TEST_CASE("the response without qop is the one of before (RFC 3261 §22.4)") {
    // The example of RFC 2617 §3.5, without its qop: the response was computed with another program.
    const digest_params given{.username = R"("Mufasa")",
                              .realm = R"("testrealm@host.com")",
                              .nonce = R"("dcd98b7102dd2f0e8b11d0f600bfb0c093")",
                              .uri = R"("/dir/index.html")"};
    CHECK(response_of(given, "Circle Of Life", "GET").view() == "670fd8c2df070c60b045671b8b24ff02");
}

TEST_CASE("a session's response hashes nonce and cnonce into H(A1) (RFC 7616 §3.4.2, R7616-3.4-e)") {
    const auto ha1 = hash_password(hash, digest_hash::md5, "Mufasa", "http-auth@example.org", "Circle of Life");
    const auto session = detail::hash_pieces(
        hash, digest_hash::md5,
        {ha1.view(), ":", detail::content_of(mufasa.nonce), ":", detail::content_of(mufasa.cnonce)});
    CHECK(response_of(with(mufasa, {digest_hash::md5, true}), "Circle of Life", "GET").view() ==
          digest_response(hash, mufasa, session.view(), "GET", {}).view());
}

TEST_CASE("auth-int hashes the body, an empty one too (RFC 8760 §2.6, R8760-2.6-d, R3261-22.4-f)") {
    auto given = mufasa;
    given.qop = digest_qop::auth_int;
    const auto ha1 = hash_password(hash, digest_hash::md5, "Mufasa", "http-auth@example.org", "Circle of Life");
    for (const std::string_view body : {"", "v=0\r\n"}) {
        const auto of_body = detail::hash_pieces(hash, digest_hash::md5, {body});
        const auto ha2 = detail::hash_pieces(hash, digest_hash::md5, {"PUT:/dir/index.html:", of_body.view()});
        const auto wanted =
            detail::hash_pieces(hash, digest_hash::md5,
                                {ha1.view(), ":", detail::content_of(mufasa.nonce),
                                 ":00000001:", detail::content_of(mufasa.cnonce), ":auth-int:", ha2.view()});
        CHECK(response_of(given, "Circle of Life", "PUT", body).view() == wanted.view());
    }
    CHECK(detail::hash_pieces(hash, digest_hash::md5, {""}).view() == "d41d8cd98f00b204e9800998ecf8427e");
}

TEST_CASE("what nobody knows has no response") {
    auto given = mufasa;
    given.algorithm.reset();
    CHECK(digest_response(hash, given, "a", "GET", {}).view().empty());
    given = mufasa;
    given.qop = digest_qop::unknown;
    CHECK(digest_response(hash, given, "a", "GET", {}).view().empty());
    basic_builtin_hash<digest_hash::sha256> no_md5;
    CHECK(digest_response(no_md5, mufasa, "a", "GET", {}).view().empty());
}

TEST_CASE("escaped characters count as what they stand for (RFC 7616 §3.4.2, R7616-3.4-d)") {
    const unquoted_text plain{R"("bob")"}, escaped{R"("b\"o\\b")"}, token{"bob"}, empty{R"("")"};
    CHECK(plain.view() == "bob");
    CHECK(escaped.view() == R"(b"o\b)");
    CHECK(token.view() == "bob");
    CHECK(empty.view().empty());
    CHECK(unquoted_text{R"("\a")"}.view() == "a");

    auto given = mufasa;
    given.cnonce = R"("f\2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")";
    CHECK(response_of(given, "Circle of Life", "GET").view() == response_of(mufasa, "Circle of Life", "GET").view());

    const std::string fits = '"' + std::string(127, 'x') + R"(\x")", too_long = '"' + std::string(128, 'x') + R"(\x")";
    CHECK(unquoted_text{fits}.view() == std::string(128, 'x'));
    CHECK(!unquoted_text{too_long});
    given.cnonce = too_long;
    CHECK(response_of(given, "Circle of Life", "GET").view().empty());
}

TEST_CASE("texts are compared whole, whatever comes first that differs") {
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("abc", "abc"));
    for (const std::string_view other : {"abd", "xbc", "ab", "abcd", ""}) CHECK(!equal_in_constant_time("abc", other));
}

} // namespace digest_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/openssl_hash.hpp>

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace openssl_hash_test {

using namespace sipwhere;

constexpr std::array all{digest_hash::md5, digest_hash::sha256, digest_hash::sha512_256};

TEST_CASE("OpenSSL has all the hashes, and one object computes them by turns") {
    openssl_hash hash;
    const std::array<std::string_view, 2> pieces{"a", "bc"};
    digest_bytes made;
    for (int times = 0; times < 2; ++times) {
        for (const auto which : all) REQUIRE(hash.has(which));
        REQUIRE(hash.digest(digest_hash::md5, pieces, made));
        CHECK(digest_text{made}.view() == "900150983cd24fb0d6963f7d28e17f72");
        REQUIRE(hash.digest(digest_hash::sha256, pieces, made));
        CHECK(digest_text{made}.view() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        REQUIRE(hash.digest(digest_hash::sha512_256, pieces, made));
        CHECK(digest_text{made}.view() == "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
    }
}

TEST_CASE("our own hashes are those of OpenSSL, for random texts in random pieces") {
    seeded_random random{17};
    openssl_hash theirs;
    builtin_hash ours;
    for (int i = 0; i < 3000; ++i) {
        std::string text(random.next() % (i % 10 == 0 ? 5000 : 300), ' ');
        for (auto& c : text) c = static_cast<char>(random.next());
        std::vector<std::string_view> pieces;
        for (std::string_view left = text; !left.empty();) {
            const auto size = 1 + static_cast<std::size_t>(random.next()) % left.size();
            pieces.push_back(left.substr(0, size));
            left.remove_prefix(size);
        }
        for (const auto which : all) {
            digest_bytes a, b;
            REQUIRE(theirs.digest(which, pieces, a));
            REQUIRE(ours.digest(which, pieces, b));
            CHECK(digest_text{a}.view() == digest_text{b}.view());
        }
    }
}

TEST_CASE("whole responses are the same by both, for random credentials") {
    seeded_random random{18};
    openssl_hash theirs;
    builtin_hash ours;
    const auto word = [&] {
        std::string made(1 + random.next() % 40, ' ');
        for (auto& c : made) c = static_cast<char>('!' + random.next() % 90);
        for (auto& c : made)
            if (c == '"' || c == '\\') c = '-';
        return made;
    };
    for (int i = 0; i < 500; ++i) {
        const auto user = word(), realm = word(), password = word(), body = word();
        const auto nonce = '"' + word() + '"', uri = '"' + word() + '"', cnonce = '"' + word() + '"';
        for (const auto which : all)
            for (const auto qop : {digest_qop::none, digest_qop::auth, digest_qop::auth_int}) {
                const digest_params given{.nonce = nonce,
                                          .uri = uri,
                                          .cnonce = cnonce,
                                          .nc_text = "00000001",
                                          .nc = 1,
                                          .qop = qop,
                                          .algorithm = digest_algorithm{which, random.next() % 2 == 0}};
                const auto a = hash_password(theirs, which, user, realm, password);
                const auto b = hash_password(ours, which, user, realm, password);
                CHECK(a.view() == b.view());
                CHECK(digest_response(theirs, given, a.view(), "REGISTER", body).view() ==
                      digest_response(ours, given, b.view(), "REGISTER", body).view());
            }
    }
}

} // namespace openssl_hash_test

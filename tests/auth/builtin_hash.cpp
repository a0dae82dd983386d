// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace builtin_hash_test {

using namespace sipwhere;

/// Returns: the digits of a hash of one text.
template <digest_hash Which>
[[nodiscard]] constexpr auto hash(std::string_view text) -> digest_text {
    digest_bytes made;
    const std::array pieces{text};
    return basic_builtin_hash<Which>::digest(Which, pieces, made) ? digest_text{made} : digest_text{};
}

constexpr auto is = [](const digest_text& made, std::string_view wanted) { return made.view() == wanted; };

// RFC 1321 §A.5
static_assert(is(hash<digest_hash::md5>(""), "d41d8cd98f00b204e9800998ecf8427e"));
static_assert(is(hash<digest_hash::md5>("a"), "0cc175b9c0f1b6a831c399e269772661"));
static_assert(is(hash<digest_hash::md5>("abc"), "900150983cd24fb0d6963f7d28e17f72"));
static_assert(is(hash<digest_hash::md5>("message digest"), "f96b697d7cb7938d525a2f31aaf161d0"));
static_assert(is(hash<digest_hash::md5>("abcdefghijklmnopqrstuvwxyz"), "c3fcd3d76192e4007dfb496cca67e13b"));
static_assert(is(hash<digest_hash::md5>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
                 "d174ab98d277d9f5a5611c2c9f419d9f"));
static_assert(
    is(hash<digest_hash::md5>("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
       "57edf4a22be3c955ac49da2e2107b67a"));

// FIPS 180-4, examples of NIST
static_assert(is(hash<digest_hash::sha256>("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
static_assert(is(hash<digest_hash::sha256>("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
static_assert(is(hash<digest_hash::sha512_256>("abc"),
                 "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"));
static_assert(is(hash<digest_hash::sha512_256>("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                                               "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
                 "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a"));

TEST_CASE("a hash does not depend on the pieces that its text comes in") {
    std::string text;
    for (std::size_t i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
    for (const auto which : {digest_hash::md5, digest_hash::sha256, digest_hash::sha512_256})
        for (std::size_t size = 0; size <= text.size(); ++size) {
            digest_bytes whole, cut;
            const std::string_view all = std::string_view{text}.substr(0, size);
            REQUIRE(builtin_hash::digest(which, std::array{all}, whole));
            const std::array pieces{all.substr(0, size / 3), std::string_view{}, all.substr(size / 3, 64),
                                    all.substr(std::min(size, size / 3 + 64))};
            REQUIRE(builtin_hash::digest(which, pieces, cut));
            CHECK(whole.bytes == cut.bytes);
            CHECK(whole.size == digits_of(which) / 2);
        }
}

TEST_CASE("a hash that was left out is not there") {
    digest_bytes made;
    using small = basic_builtin_hash<digest_hash::md5>;
    CHECK(small::has(digest_hash::md5));
    CHECK(!small::has(digest_hash::sha256));
    CHECK(!small::digest(digest_hash::sha256, std::array{std::string_view{"abc"}}, made));
}

} // namespace builtin_hash_test

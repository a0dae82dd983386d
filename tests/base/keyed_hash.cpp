// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/keyed_hash.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace sipwhere;

constexpr hash_key published_key{0x0706050403020100, 0x0f0e0d0c0b0a0908};

/// The bytes 00 01 02 … that the published vectors hash.
constexpr auto counting_bytes = [] {
    std::array<char, 64> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
    return bytes;
}();

constexpr auto hash_of_first(std::size_t size) -> std::uint64_t {
    return siphash_2_4{published_key}.bytes({counting_bytes.data(), size}).finish();
}

TEST_CASE("SipHash-2-4 gives the values its authors published") {
    constexpr std::array<std::uint64_t, 16> published{
        0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
        0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
        0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
        0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5,
    };
    for (std::size_t size = 0; size < published.size(); ++size) CHECK(hash_of_first(size) == published[size]);
    CHECK(hash_of_first(63) == 0x958a324ceb064572);
    static_assert(hash_of_first(15) == 0xa129ca6149be45e5);
}

TEST_CASE("bytes hash the same in one piece or in several") {
    const std::string_view bytes{counting_bytes.data(), counting_bytes.size()};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        siphash_2_4 hash{published_key};
        hash.bytes(bytes.substr(0, cut)).bytes(bytes.substr(cut));
        CHECK(hash.finish() == hash_of_first(64));
    }
}

TEST_CASE("a number hashes as its 8 bytes") {
    for (const std::size_t before : {0U, 8U, 16U}) {
        siphash_2_4 by_number{published_key};
        by_number.bytes({counting_bytes.data(), before}).number(0x0807060504030201);
        siphash_2_4 by_bytes{published_key};
        by_bytes.bytes({counting_bytes.data(), before}).bytes({counting_bytes.data() + 1, 8});
        CHECK(by_number.finish() == by_bytes.finish());
    }
}

TEST_CASE("texts are framed, so that moving their border changes the hash") {
    CHECK(siphash_1_3{published_key}.text("ab").text("c").finish() !=
          siphash_1_3{published_key}.text("a").text("bc").finish());
    CHECK(siphash_1_3{published_key}.text("").text("a").finish() !=
          siphash_1_3{published_key}.text("a").text("").finish());
}

TEST_CASE("another key or other rounds give another hash") {
    const auto hash = siphash_1_3{published_key}.text("alice").finish();
    CHECK(hash != siphash_1_3{hash_key{1, 2}}.text("alice").finish());
    CHECK(hash != siphash_2_4{published_key}.text("alice").finish());
    CHECK(hash == siphash_1_3{published_key}.text("alice").finish());
}

} // namespace

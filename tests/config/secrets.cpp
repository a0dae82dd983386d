// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/config/secrets.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

namespace secrets_test {

using namespace sipwhere;

constexpr auto counted() -> std::array<std::uint8_t, secrets::size> {
    std::array<std::uint8_t, secrets::size> bytes{};
    for (std::uint8_t i = 0; i < bytes.size(); ++i) bytes[i] = i;
    return bytes;
}

auto key_of(const secrets& all) -> hash_key { return all.subkey(key_purpose::transactions); }

TEST_CASE("a subkey is the same on every machine and in every run") {
    constexpr auto key = secrets{counted()}.subkey(key_purpose::transactions);
    CHECK(key.first ==
          0xf019'30c2'e59c'97d4); // SipHash-2-4 of 1 and 0, each of 8 bytes, under both halves of the secret
    CHECK(key.second == 0x171c'3f61'9049'ab1e);
}

TEST_CASE("each byte of the secret changes a subkey, both its halves") {
    const auto before = key_of(secrets{counted()});
    for (std::size_t i = 0; i < secrets::size; ++i) {
        CAPTURE(i);
        auto bytes = counted();
        bytes[i] ^= 0x80U;
        const auto after = key_of(secrets{bytes});
        CHECK(after.first != before.first);
        CHECK(after.second != before.second);
    }
}

TEST_CASE("another purpose has another subkey, and the halves of one differ") {
    const secrets all{counted()};
    const auto one = all.subkey(key_purpose::transactions);
    const auto other = all.subkey(static_cast<key_purpose>(2));
    CHECK(one.first != other.first);
    CHECK(one.second != other.second);
    CHECK(one.first != one.second);
}

/// Counts in steps of 0x0808080808080808, so that it draws the bytes 0 to 31 in words of the lowest byte first.
struct counting_random {
    std::uint64_t next_word = 0x0706'0504'0302'0100;

    auto next() noexcept -> std::uint64_t {
        const auto word = next_word;
        next_word += 0x0808'0808'0808'0808;
        return word;
    }
};

TEST_CASE("a secret that is drawn takes 32 bytes of its random policy") {
    counting_random random;
    const auto drawn = secrets::drawn(random);
    CHECK(random.next_word == 0x2726'2524'2322'2120);
    const auto as_given = key_of(secrets{counted()});
    CHECK(key_of(drawn).first == as_given.first);
    CHECK(key_of(drawn).second == as_given.second);
    CHECK(key_of(secrets::drawn(random)).first != as_given.first);
}

} // namespace secrets_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/nonce.hpp>

#include <sipwhere/message/quoted.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nonce_test {

using namespace sipwhere;

constexpr hash_key key{11, 22};
constexpr nonce_facts facts{.issuer = 0xfeed'face'cafe'beef, .serial = 0xab'cdef'0123'4567, .issued = 0xffff'fffe};

[[nodiscard]] constexpr auto view(const nonce_text& text) -> std::string_view { return {text.data(), text.size()}; }

static_assert(read_nonce(view(write_nonce(facts, 7, "example.com", key)), 7, "example.com", key) == facts);

TEST_CASE("a nonce holds for the network and the realm it was written for, and for nobody without the key") {
    const auto text = write_nonce(facts, 7, "example.com", key);
    CHECK(read_nonce(view(text), 7, "example.com", key) == facts);
    CHECK(!read_nonce(view(text), 8, "example.com", key));
    CHECK(!read_nonce(view(text), 7, "example.org", key));
    CHECK(!read_nonce(view(text), 7, "example.com", {11, 23}));
    CHECK(!read_nonce(view(text), 7, "example.com", {12, 22}));
    for (const auto serial : {std::uint64_t{1}, max_nonce_serial})
        CHECK(read_nonce(view(write_nonce({.serial = serial}, 0, "", key)), 0, "", key)->serial == serial);
}

TEST_CASE("no character of a nonce can be exchanged, none left out and none added") {
    const auto text = write_nonce(facts, 7, "example.com", key);
    for (std::size_t at = 0; at < text.size(); ++at)
        for (int c = 0; c < 256; ++c) {
            auto other = text;
            other[at] = static_cast<char>(c);
            CHECK(read_nonce(view(other), 7, "example.com", key).has_value() == (other == text));
        }
    std::string longer{view(text)};
    longer += 'A';
    CHECK(!read_nonce(longer, 7, "example.com", key));
    CHECK(!read_nonce(view(text).substr(1), 7, "example.com", key));
    CHECK(!read_nonce("", 7, "example.com", key));
}

TEST_CASE("a nonce stands between quotes as it is (RFC 7616 §3.3)") {
    for (std::uint64_t serial = 1; serial < 200; ++serial) {
        const auto text = write_nonce({.issuer = serial * 0x9e37'79b9'7f4a'7c15, .serial = serial}, 7, "", key);
        for (const char c : text) CHECK(c > ' ');
        std::array<char, 64> room{};
        writer out{room};
        write_quoted(out, view(text));
        CHECK(out.size() == text.size() + 2);
    }
}

} // namespace nonce_test

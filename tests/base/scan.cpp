// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/xoshiro.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("scanning finds each control character at each place, and nothing else") {
    for (std::size_t at = 0; at < 40; ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string text(40, 'a');
            text[at] = static_cast<char>(c);
            CHECK(find_control_or<>(text, 0) == (c < 0x20 ? at : text.size()));
            CHECK(find_control_or<':'>(text, 0) == (c < 0x20 || c == ':' ? at : text.size()));
        }
    }
}

TEST_CASE("scanning stops at the first of several, whatever stands around it") {
    for (std::size_t size = 0; size < 24; ++size) {
        for (const char filler : {'\x20', '\x21', ';', '9', '\x7f', '\x80', '\xa0', '\xff'}) {
            const std::string text = std::string(size, filler) + ":\r\n" + std::string(9, '\x01');
            CHECK(find_control_or<':'>(text, 0) == size);
            CHECK(find_control_or<>(text, 0) == size + 1);
            CHECK(find_control_or<>(text, size + 2) == size + 2);
        }
    }
}

TEST_CASE("a character is counted as often as it stands in a text") {
    xoshiro256 random{20'260'101};
    for (int round = 0; round < 4000; ++round) {
        const auto size = static_cast<std::size_t>(random.next() % 70);
        const auto text = std::make_unique<char[]>(size); // the address sanitizer watches its ends
        for (std::size_t i = 0; i < size; ++i) text[i] = "\x3a\x3b\x3c\xbb\0"[random.next() % 5];
        const std::string_view all{text.get(), size};
        for (const char c : {';', '\0', '\xbb'})
            REQUIRE(count_in(all, c) == static_cast<std::size_t>(std::count(all.begin(), all.end(), c)));
    }
    static_assert(count_in(";a=b;c;12345678;", ';') == 4);
}

TEST_CASE("scanning begins where it is told and may find nothing") {
    CHECK(find_control_or<>("\na\nb", 1) == 2);
    CHECK(find_control_or<>("", 0) == 0);
    CHECK(find_control_or<>("abc", 3) == 3);
    static_assert(find_control_or<':'>("Via: SIP/2.0/UDP", 0) == 3);
}

TEST_CASE("stepping finds what scanning finds") {
    for (int c = 0; c < 256; ++c) {
        const std::string text = std::string("ab") + static_cast<char>(c) + "b";
        const auto step_to = [&text](char limit, char one, char other) {
            return detail::step_to(text.data(), text.size(), limit, one, other);
        };
        CHECK(step_to(' ', '\0', ':') == find_control_or<':'>(text, 0));
        CHECK(step_to(' ', '\0', '\0') == find_control_or<>(text, 0));
        CHECK(step_to('\0', '\r', '\xff') == find_any<'\r', '\xff'>(text, 0));
        const bool is_hex = ascii::is(static_cast<char>(c), ascii::set::hex);
        CHECK(detail::step_over(text.data(), text.size(), ascii::set::hex) == (is_hex ? 4 : 2));
    }
    static_assert(find_any<'>', ';', ':'>("sip:a;b", 0) == 3);
    static_assert(find_control_or<' ', '\x7f'>("a b\n", 0) == 1);
}

TEST_CASE("a slice is the text between two places") {
    CHECK(slice("abc", 1, 2) == "b");
    CHECK(slice("abc", 3, 3).empty());
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/writer.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

TEST_CASE("a writer writes until a piece does not fit, and nothing after that") {
    std::array<char, 8> space{};
    writer out{space};

    out.put("abc").put('d');
    CHECK(out.fits());
    CHECK(out.capacity_left() == 4);
    out.put("12345");
    CHECK_FALSE(out.fits());
    out.put('e').put("f").put("");

    CHECK_FALSE(out.fits());
    CHECK(out.text() == "abcd");
    CHECK(space[4] == '\0');
}

TEST_CASE("a writer without room takes nothing but emptiness") {
    writer out{std::span<char>{}};
    CHECK(out.put("").fits());
    CHECK_FALSE(out.put('a').fits());
    CHECK(out.text().empty());
}

TEST_CASE("cutting a writer back forgets an overflow") {
    std::array<char, 4> space{};
    writer out{space};
    out.put("ab").put("cde");
    REQUIRE_FALSE(out.fits());

    out.cut(1);
    out.put("xyz");

    CHECK(out.fits());
    CHECK(out.text() == "axyz");
}

TEST_CASE("numbers are written in decimal, padded, or as sixteen hexadecimal digits") {
    std::array<char, 80> space{};
    writer out{space};
    out.put_number(0).put(' ').put_number(4294967295U).put(' ');
    out.put_padded(7, 2).put(' ').put_padded(1234, 2).put(' ').put_padded(0, 4).put(' ');
    out.put_hex(0x0123456789abcdef);
    CHECK(out.text() == "0 4294967295 07 1234 0000 0123456789abcdef");
}

TEST_CASE("a fold is written as one space, and so is a stray line end (R3261-7.3.1-a)") {
    const auto unfolded = [](std::string_view text) {
        static std::array<char, 64> space;
        writer out{space};
        out.put_unfolded(text);
        CHECK(out.fits());
        return out.text();
    };

    CHECK(unfolded("a\r\n b") == "a b");
    CHECK(unfolded("a\r\n \t\r\n  b\r\n c") == "a b c");
    CHECK(unfolded("a\nb\rc") == "a b c");
    CHECK(unfolded("a\tb\0c"sv) == "a\tb\0c"sv);
    CHECK(unfolded("a\r\n") == "a ");
    CHECK(unfolded("\r\n a") == " a");
    CHECK(unfolded("").empty());
}

TEST_CASE("text can be written while compiling") {
    constexpr auto size = [] {
        std::array<char, 16> space{};
        writer out{space};
        out.put("q=").put_number(42);
        return out.text() == "q=42" ? out.size() : 0;
    }();
    static_assert(size == 4);
}

TEST_CASE("sixteen hexadecimal digits tell a number, each digit in each place") {
    for (unsigned digit = 0; digit < 16; ++digit) {
        for (unsigned place = 0; place < 16; ++place) {
            std::array<char, 16> space{};
            writer out{space};
            out.put_hex(std::uint64_t{digit} << (60 - 4 * place));
            std::string wanted(16, '0');
            wanted[place] = "0123456789abcdef"[digit];
            CHECK(out.text() == wanted);
        }
    }
}

} // namespace

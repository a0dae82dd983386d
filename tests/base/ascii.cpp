// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/ascii.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;

/// All characters of a set, in order.
struct ascii_members {
    explicit ascii_members(ascii::set of) {
        for (int c = 0; c < 256; ++c)
            if (ascii::is(static_cast<char>(c), of)) characters[size++] = static_cast<char>(c);
    }
    [[nodiscard]] auto text() const -> std::string_view { return {characters, size}; }

    char characters[256] = {};
    std::size_t size = 0;
};

TEST_CASE("tokens are made of the characters of the grammar (R3261-25-a)") {
    CHECK(ascii_members{ascii::set::token}.text() ==
          "!%'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_`abcdefghijklmnopqrstuvwxyz~");
    CHECK(ascii::is_token("-.!%*_+`'~"));
    CHECK_FALSE(ascii::is_token(""));
    CHECK_FALSE(ascii::is_token("a b"));
    CHECK_FALSE(ascii::is_token("a\xc3\xa4"));
}

TEST_CASE("unreserved and reserved characters are told apart (RFC 3261 §25.1)") {
    CHECK(ascii_members{ascii::set::unreserved}.text() ==
          "!'()*-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
    CHECK(ascii_members{ascii::set::reserved}.text() == "$&+,/:;=?@");
}

TEST_CASE("no part of a URI may hold a bare percent sign, space or quote") {
    using enum ascii::set;
    for (const char c : {'%', ' ', '"', '<', '>', '\\', '^', '\0', '\x7f', '\xc3'})
        CHECK_FALSE(ascii::is(c, user | password | param | header | host));
}

TEST_CASE("the parts of a URI differ in what else they may hold (RFC 3261 §25.1)") {
    for (const char c : std::string_view{"&=+$,;?/"}) CHECK(ascii::is(c, ascii::set::user));
    for (const char c : std::string_view{";?/:@"}) CHECK_FALSE(ascii::is(c, ascii::set::password));
    for (const char c : std::string_view{"[]/:&+$"}) CHECK(ascii::is(c, ascii::set::param));
    for (const char c : std::string_view{";?=@,"}) CHECK_FALSE(ascii::is(c, ascii::set::param));
    for (const char c : std::string_view{"[]/?:+$"}) CHECK(ascii::is(c, ascii::set::header));
    for (const char c : std::string_view{"&=;@,"}) CHECK_FALSE(ascii::is(c, ascii::set::header));
}

TEST_CASE("case is left out of account for ASCII letters alone") {
    CHECK(ascii::iequals("Call-ID", "cALL-id"));
    CHECK_FALSE(ascii::iequals("Call-ID", "Call-I"));
    CHECK_FALSE(ascii::iequals("ab", std::string_view{"ab"}.substr(0, 1)));
    CHECK_FALSE(ascii::iequals("[", "{"));
    CHECK_FALSE(ascii::iequals("@", "`"));
    CHECK_FALSE(ascii::iequals("\xc4", "\xe4"));
    CHECK(ascii::iequals("", ""));
}

TEST_CASE("hexadecimal digits have their values in either case") {
    CHECK(ascii::hex_value('0') == 0);
    CHECK(ascii::hex_value('9') == 9);
    CHECK(ascii::hex_value('a') == 10);
    CHECK(ascii::hex_value('F') == 15);
    for (const char c : {'g', 'G', '/', ':', '@', '`', '\0'}) CHECK(ascii::hex_value(c) == -1);
}

} // namespace

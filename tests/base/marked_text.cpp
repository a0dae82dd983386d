// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/marked_text.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("a piece is read from mark to mark and never beyond its end") {
    const std::string_view whole = "To: <sip:bob@example.com>;tag=1\r\n";
    token_map map;
    map.make(whole);
    const marked_text value{whole.substr(4, 27), whole, map};
    REQUIRE(value);
    CHECK(value.begin() == 4);
    CHECK(value.end() == 31);
    std::string marks;
    for (auto at = value.next(value.begin()); at != value.end(); at = value.next(at + 1)) marks += value[at];
    CHECK(marks == "<:@>;=");
    CHECK(value.has('<', 4));
    CHECK_FALSE(value.has('\r', value.end()));

    const auto uri = value.piece(5, 24);
    REQUIRE(uri);
    CHECK(uri.text(uri.begin(), uri.end()) == "sip:bob@example.com");
    CHECK(uri.next(13) == uri.end());
}

TEST_CASE("a piece that ends before a plain character, or where nothing is mapped, has no map") {
    const std::string_view whole = "abc:def";
    token_map map;
    map.make(whole);
    CHECK(marked_text{whole.substr(0, 3), whole, map});
    CHECK_FALSE(marked_text{whole.substr(0, 2), whole, map});
    CHECK_FALSE(marked_text{whole.substr(4), whole, map}); // nothing shows where it ends
    CHECK_FALSE(marked_text{whole.substr(0, 3), whole, map}.piece(0, 2));
    CHECK_FALSE(marked_text{});

    const std::string longer(token_map::most_bytes + 10, ';');
    map.make(longer);
    CHECK(marked_text{std::string_view{longer}.substr(token_map::most_bytes - 2, 1), longer, map});
    CHECK_FALSE(marked_text{std::string_view{longer}.substr(token_map::most_bytes - 2, 2), longer, map});
    CHECK_FALSE(marked_text{std::string_view{longer}.substr(token_map::most_bytes + 2, 2), longer, map});
}

TEST_CASE("a quoted string is left alone that holds an escape or is not closed") {
    const auto end_of = [](std::string_view text) {
        token_map map;
        map.make(text);
        const marked_text piece{text.substr(0, text.size() - 1), text, map};
        REQUIRE(piece);
        return piece.end_of_quoted(0);
    };
    CHECK(end_of("\"a <b>: c\";\r") == 10);
    CHECK(end_of("\"\"\r") == 2);
    CHECK(end_of("\"\xc3\xbc\"\r") == 4);
    CHECK(end_of("\"a\\\"b\"\r") == 0);
    CHECK(end_of("\"a\tb\"\r") == 0);
    CHECK(end_of("\"ab\r") == 0);
    CHECK(end_of("\"\r") == 0);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/cursor.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

TEST_CASE("a cursor past the end sees NUL and takes nothing") {
    cursor in{"a"};

    CHECK(in.take('a'));

    CHECK(in.at_end());
    CHECK(in.peek() == '\0');
    CHECK_FALSE(in.take('\0'));
    CHECK(in.take_while<ascii::set::token>().empty());
    CHECK(in.take_until<';'>().empty());
    CHECK(in.rest().empty());
    CHECK(cursor{}.at_end());
}

TEST_CASE("a NUL in the text is a character like any other") {
    cursor in{"\0a"sv};

    CHECK_FALSE(in.at_end());
    CHECK(in.take('\0'));
    CHECK(in.peek() == 'a');
}

TEST_CASE("a cursor cuts out what it stepped over") {
    cursor in{"name=value;next"};

    CHECK(in.take_while<ascii::set::alpha>() == "name");
    const auto middle = in.position();
    CHECK(in.take_until<';'>() == "=value");

    CHECK(in.since(middle) == "=value");
    CHECK(in.between(1, 4) == "ame");
    CHECK(in.offset_of(in.rest()) == in.position());
    in.rewind(middle);
    CHECK(in.rest() == "=value;next");
    CHECK(in.take_rest() == "=value;next");
    CHECK(in.at_end());
}

TEST_CASE("a separator takes the white space and folds on both sides (R3261-7.3.1-a)") {
    cursor in{" \r\n\t ; \t\r\n x"};

    CHECK(in.take_separator(';'));
    CHECK(in.peek() == 'x');
}

TEST_CASE("a separator that does not come leaves the white space where it is") {
    cursor in{"  x"};

    CHECK_FALSE(in.take_separator(';'));
    CHECK(in.position() == 0);
}

TEST_CASE("a quoted string ends at the first quote that is not escaped (R3261-25-a)") {
    const auto quoted = [](std::string_view text) {
        cursor in{text};
        const auto taken = in.take_quoted();
        REQUIRE(taken);
        CHECK(in.position() == taken->size());
        return *taken;
    };

    CHECK(quoted(R"("")") == R"("")");
    CHECK(quoted(R"("a b",c)") == R"("a b")");
    CHECK(quoted(R"("a\"b"c")") == R"("a\"b")");
    CHECK(quoted(R"("a\\"b")") == R"("a\\")");
    CHECK(quoted(R"("\\\"\\"")") == R"("\\\"\\")");
    CHECK(quoted("\"\\\0\"x"sv) == "\"\\\0\""sv);
}

TEST_CASE("a quoted string that is not closed is an error, at its beginning") {
    for (const auto text : {R"(")"sv, R"("abc)"sv, R"("abc\")"sv, R"("\\\")"sv, "abc"sv, ""sv}) {
        cursor in{text};
        const auto taken = in.take_quoted();
        REQUIRE_FALSE(taken);
        CHECK(taken.error() == failure{errc::bad_quoting, 0});
    }
}

TEST_CASE("trimming takes blanks and folds from both ends") {
    CHECK(trimmed(" \r\n\t a b \r\n ") == "a b");
    CHECK(trimmed(" \t ").empty());
    CHECK(trimmed("").empty());
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/quoted.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("a quoted value is the same as its content, case and all (R3261-7.3.1-d)") {
    CHECK(unquoted_equal(R"("abc")", "abc"));
    CHECK(unquoted_equal(R"("a\bc")", R"("abc")"));
    CHECK(unquoted_equal(R"("a\"b\\c")", R"("\a\"b\\\c")"));
    CHECK(unquoted_equal(R"("")", ""));
    CHECK_FALSE(unquoted_equal(R"("abc")", "ABC"));
    CHECK_FALSE(unquoted_equal(R"("abc")", "ab"));
    CHECK_FALSE(unquoted_equal(R"("ab")", "abc"));
}

TEST_CASE("a backslash outside of quotes is a character like any other") {
    CHECK_FALSE(unquoted_equal(R"(a\bc)", "abc"));
    CHECK(unquoted_equal(R"(a\bc)", R"("a\\bc")"));
    CHECK(unquoted_equal("\"", R"("\"")"));
}

TEST_CASE("content goes into quotes and comes out again") {
    std::array<char, 64> space{};
    writer quoted{space};
    write_quoted(quoted, R"(say "hi" \o/)");
    CHECK(quoted.text() == R"("say \"hi\" \\o/")");

    std::array<char, 64> content{};
    writer unquoted{content};
    write_unquoted(unquoted, quoted.text());
    CHECK(unquoted.text() == R"(say "hi" \o/)");
}

TEST_CASE("no quoted string written can end its line") {
    std::array<char, 64> space{};
    writer out{space};
    write_quoted(out, "a\r\nEvil: yes");
    CHECK(out.text() == "\"a  Evil: yes\"");
}

} // namespace

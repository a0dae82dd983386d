// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/percent.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto unescaped_once(std::string_view text) -> std::string {
    std::string characters;
    for (percent_reader in{text}; !in.at_end();) characters += in.next().byte;
    return characters;
}

TEST_CASE("escapes are resolved once, not again in what they give (RFC 3261 §19.1.2)") {
    CHECK(unescaped_once("v%61lue%25%34%31") == "value%41");
    CHECK(unescaped_once("%2525") == "%25");
    CHECK(unescaped_once("a%00b") == std::string{"a\0b", 3});
    CHECK(unescaped_once("%c3%A4") == "\xc3\xa4");
    CHECK(unescaped_once("").empty());
}

TEST_CASE("a malformed escape stands for itself") {
    for (const std::string_view text : {"%", "a%", "%4", "%g1", "%1g", "%%"}) CHECK(unescaped_once(text) == text);
}

TEST_CASE("a component is well formed when its characters are allowed and its escapes complete") {
    CHECK(is_escaped_text("alice%20b", ascii::set::user));
    CHECK(is_escaped_text("", ascii::set::user));
    CHECK(is_escaped_text("%41", ascii::set::user));
    for (const std::string_view text : {"a b", "%", "%4", "%4g", "a%", "%%41", "a@b", "\xc3\xa4"})
        CHECK_FALSE(is_escaped_text(text, ascii::set::user));
}

TEST_CASE("an unreserved character equals its escape, a reserved one does not (R3261-19.1.4-d)") {
    const auto same = [](std::string_view a, std::string_view b) {
        CHECK(percent_equal(a, b, letter_case::matters) == percent_equal(b, a, letter_case::matters));
        return percent_equal(a, b, letter_case::matters);
    };

    CHECK(same("alice", "%61lic%65"));
    CHECK(same("a-b", "a%2Db"));
    CHECK(same("a%3bb", "a%3Bb"));
    CHECK(same("%20", "%20"));
    CHECK_FALSE(same("a;b", "a%3Bb"));
    CHECK_FALSE(same("a%2Fb", "a/b"));
    CHECK_FALSE(same("%00", "%01"));
    CHECK_FALSE(same("%00", ""));
    CHECK_FALSE(same("a", "ab"));
    CHECK_FALSE(same("%2541", "%41"));
}

TEST_CASE("case matters or not, in escapes too (R3261-19.1.4-b)") {
    CHECK_FALSE(percent_equal("alice", "%41lice", letter_case::matters));
    CHECK(percent_equal("alice", "%41LICE", letter_case::ignored));
    CHECK_FALSE(percent_equal("a%3B", "A;", letter_case::ignored));
}

} // namespace

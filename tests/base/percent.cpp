// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/percent.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

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

/// Returns: the words of a component, parted by blanks.
auto words_of(std::string_view text, letter_case letters, escapes written = escapes::resolved) -> std::string {
    std::string all;
    for (component_words in{text, letters, written}; !in.at_end();) all += std::to_string(in.next()) + " ";
    return all;
}

TEST_CASE("words are the same if and only if components are equal, and none is zero") {
    std::vector<std::string> texts{""};
    for (const std::size_t size : {0U, 1U, 6U, 7U, 8U, 9U, 15U, 16U}) {
        const std::string front(size, 'x');
        for (const auto* end :
             {"a",  "A",    "%61", "%41",   ";", "%3b",  "%3B",    "%25", "%00", "%",    "%%",          "%253b",
              "ab", "%61b", "aB",  "%2561", "0", "%000", "%00%00", "%ff", "%FF", "@[`{", "%40%5b%60%7b"})
            texts.push_back(front + end);
        texts.push_back(front);
        texts.push_back(front + std::string(1, '\0'));
        texts.push_back(front + std::string(1, '\0') + "a");
        texts.push_back(std::string(size, 'X') + "a");
    }
    for (const auto letters : {letter_case::matters, letter_case::ignored})
        for (const auto& a : texts) {
            CHECK((" " + words_of(a, letters)).find(" 0 ") == std::string::npos);
            for (const auto& b : texts)
                if ((words_of(a, letters) == words_of(b, letters)) != percent_equal(a, b, letters))
                    FAIL(a << " and " << b);
        }
}

TEST_CASE("a token is read as it is written, but for case") {
    CHECK(words_of("%41", letter_case::ignored, escapes::literal) != words_of("a", letter_case::ignored));
    CHECK(words_of("%4a", letter_case::ignored, escapes::literal) ==
          words_of("%4A", letter_case::ignored, escapes::literal));
    CHECK(words_of("%4a", letter_case::ignored, escapes::literal) !=
          words_of("%4b", letter_case::ignored, escapes::literal));
}

TEST_CASE("no byte is taken for another when letters are made small") {
    for (int byte = 1; byte < 256; ++byte) {
        const std::string text(8, static_cast<char>(byte));
        if (byte == '%') continue;
        CHECK(component_words{text, letter_case::ignored}.next() ==
              component_words{std::string(8, ascii::lower(static_cast<char>(byte))), letter_case::matters}.next());
    }
}

TEST_CASE("behind the end all words are zero, and what is left can be asked for") {
    component_words in{"abcdefghi", letter_case::matters};
    (void)in.next();
    CHECK(in.rest() == "i");
    CHECK(in.next() == 'i');
    CHECK(in.at_end());
    CHECK(in.next() == 0);
}

} // namespace

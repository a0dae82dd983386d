// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/header_line.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

auto ends_line(std::string_view text, std::uint32_t end, std::uint32_t next, bool has_bare_cr = false) -> bool {
    const auto line = find_line_end(text, 0);
    return line.end == end && line.next == next && line.has_bare_cr == has_bare_cr;
}

TEST_CASE("a line ends at CRLF, at LF alone, or with the text") {
    CHECK(ends_line("abc\r\ndef", 3, 5));
    CHECK(ends_line("abc\ndef", 3, 4));
    CHECK(ends_line("abc", 3, 3));
    CHECK(ends_line("abc\r", 3, 4));
    CHECK(ends_line("", 0, 0));
    CHECK(ends_line("\r\n", 0, 2));
    CHECK(ends_line("a\tb\x01\x1f \r\n", 6, 8));
}

TEST_CASE("a CR that ends no line is seen") {
    CHECK(ends_line("a\rb\r\n", 3, 5, true));
    CHECK(ends_line("a\r\r\n", 2, 4, true));
    CHECK(ends_line("a\rb\n", 3, 4, true));
    CHECK(ends_line("a\rb", 3, 3, true));
}

TEST_CASE("a field goes on as long as lines begin with a blank (R3261-7.3.1-a)") {
    const auto field_end = [](std::string_view text) { return find_field_end(text, find_line_end(text, 0)); };
    CHECK(field_end("a: b\r\n c\r\n\td\r\ne: f\r\n").end == 12);
    CHECK(field_end("a: b\r\n c\r\n\td\r\ne: f\r\n").next == 14);
    CHECK(field_end("a: b\r\n ").end == 7);
    CHECK(field_end("a: b\r\n\r\n c").end == 4);
    CHECK(field_end("a\r\n b\rc\r\n").has_bare_cr);
    CHECK(field_end("a\rb\r\n c\r\n").has_bare_cr);
}

TEST_CASE("a field is cut at its colon, which may have white space around it (R3261-7.3.1-a)") {
    const auto field = [](std::string_view text) { return read_field(text, 0); };

    CHECK(field("To:x\r\n").name == "To");
    CHECK(field("To:x\r\n").value == "x");
    CHECK(field("TO \t : \t x y \t\r\n").name == "TO");
    CHECK(field("TO \t : \t x y \t\r\n").value == "x y");
    CHECK(field("To:\r\n x\r\n y\r\n").value == "x\r\n y");
    CHECK(field("To: a:b").value == "a:b");
    CHECK(field("To:").value.empty());
    CHECK(field(": x\r\n").name.empty());
    CHECK(field("nothing\r\nTo: x\r\n").name.empty());
    CHECK(field("nothing\r\n : x\r\n").name.empty());
}

TEST_CASE("the empty line after the last field is no field") {
    CHECK(read_field("\r\nbody", 0).is_end);
    CHECK(read_field("\r\nbody", 0).next == 2);
    CHECK(read_field("\nbody", 0).next == 1);
    CHECK(read_field("a: b\r\n\r\n", 6).is_end);
    CHECK_FALSE(read_field("a: b\r\n\r\n", 0).is_end);
    CHECK(read_field("", 0).is_end);
}

} // namespace

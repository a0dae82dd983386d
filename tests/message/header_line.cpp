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

TEST_CASE("what is taken for a usual field is read as any other, and nothing unusual is taken for one") {
    const std::string rest = "Call-ID: 0123456789abcdef@192.0.2.1\r\n\r\n";
    const std::string_view pieces[] = {
        "To",   "T",      ":",    " ",     "",     "\t",       "\r\n", "\n", "\r",  "x",
        "\x01", "\r\n x", "\0"sv, "x\r\n", "\x7f", "\xc3\xbc", "a:b ", " c", " : ", "1234567890123456"};
    std::size_t usual = 0;
    for (const auto a : pieces)
        for (const auto b : pieces)
            for (const auto c : pieces)
                for (const auto end : {"\r\n", "\n", "\r", "\r\n ", "\r\n\t"}) {
                    const auto text = std::string{a}.append(b).append(" ").append(c).append(end) + rest;
                    CAPTURE(text);
                    const auto quick = detail::find_usual_field(text, 0);
                    if (quick.name_size == 0) continue;
                    ++usual;
                    const auto line = read_field(text, 0);
                    CHECK(line.name == text.substr(0, quick.name_size));
                    CHECK(line.value == text.substr(quick.value, quick.end - quick.value));
                    CHECK(line.next == quick.end + 2);
                    CHECK_FALSE(line.has_bare_cr);
                    CHECK_FALSE(line.is_end);
                    CHECK(find_control_or<>(line.value, 0) == line.value.size());
                }
    CHECK(usual > 50);
}

TEST_CASE("a field as phones write it is a usual one") {
    const std::string_view text = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCSeq: 1 REGISTER\r\n\r\n";
    const auto via = detail::find_usual_field(text, 0);
    CHECK(via.name_size == 3);
    CHECK(text.substr(via.value, via.end - via.value) == "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    const bool fits = detail::byte_block::size > 4; // on a machine of 32 bits the colon after CSeq is out of sight
    CHECK(detail::find_usual_field(text, via.end + 2).name_size == (fits ? 4 : 0));
}

} // namespace

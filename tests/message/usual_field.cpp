// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/header_line.hpp>
#include <sipwhere/message/usual_field.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

auto usual_field_of(std::string_view text, std::size_t begin = 0) -> detail::usual_field {
    control_finder controls{text};
    return detail::fast_field(text, begin, controls);
}

/// Whether a name and its colon can be seen at once; four bytes of a machine of 32 bits hold no more than "Via:".
constexpr auto fits(std::string_view name) -> bool { return name.size() < detail::byte_block::size; }

TEST_CASE("what is taken for a usual field is read as any other, and nothing unusual is taken for one") {
    const std::string rest = "Call-ID: 0123456789abcdef@192.0.2.1\r\n\r\n";
    const std::string_view pieces[] = {
        "To", "Via",    ":",    " ",     "",     "\t",       "\r\n", "\n", "\r",  "x",
        "t",  "\r\n x", "\0"sv, "x\r\n", "\x7f", "\xc3\xbc", "a:b ", " c", " : ", "1234567890123456"};
    std::size_t usual = 0;
    for (const auto a : pieces)
        for (const auto b : pieces)
            for (const auto c : pieces)
                for (const auto end : {"\r\n", "\n", "\r", "\r\n ", "\r\n\t", "\r\n\x01"}) {
                    const auto text = std::string{a}.append(b).append(" ").append(c).append(end) + rest;
                    CAPTURE(text);
                    const auto quick = usual_field_of(text);
                    if (quick.name == header_name::other) continue;
                    ++usual;
                    const auto line = read_field(text, 0);
                    CHECK(find_header(line.name) == quick.name);
                    CHECK(line.value == text.substr(quick.value, quick.end - quick.value));
                    CHECK(line.next == quick.end + 2);
                    CHECK_FALSE(line.has_bare_cr);
                    CHECK_FALSE(line.is_end);
                    CHECK(find_control_or<>(line.value, 0) == line.value.size());
                }
    CHECK(usual > 15);
}

TEST_CASE("each known name that fits a block makes a usual field, and none that only resembles it") {
    for (std::size_t i = 0; i < header_count; ++i) {
        const auto name = static_cast<header_name>(i);
        const std::string text{text_of(name)};
        const auto field = [](const std::string& as) {
            return as + ": value\r\nCall-ID: 0123456789abcdef@192.0.2.1\r\n\r\n";
        };
        CAPTURE(text);
        CHECK(usual_field_of(field(text)).name == (fits(text) ? name : header_name::other));
        for (std::size_t at = 0; at < text.size(); ++at) {
            auto other = text;
            other[at] = '!';
            CHECK(usual_field_of(field(other)).name == header_name::other);
        }
        CHECK(usual_field_of(field(text + "s")).name == header_name::other);
        CHECK(usual_field_of(field(text.substr(1))).name == header_name::other);
        CHECK(usual_field_of(field(text + " ")).name == header_name::other);
        CHECK(usual_field_of(text + ":value\r\nCall-ID: 0123456789abcdef@192.0.2.1\r\n\r\n").name ==
              header_name::other);
        for (std::size_t size = 1; size < text.size(); ++size) { // some have the slot of the whole name
            const auto part = text.substr(0, size);
            const auto known = find_header(part);
            const bool is_name = text_of(known) == part && fits(part);
            CHECK(usual_field_of(field(part)).name == (is_name ? known : header_name::other));
        }
    }
}

TEST_CASE("a field as phones write it is a usual one") {
    const std::string_view text = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCSeq: 1 REGISTER\r\n\r\n";
    const auto via = usual_field_of(text);
    CHECK(via.name == header_name::via);
    CHECK(text.substr(via.value, via.end - via.value) == "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    CHECK(usual_field_of(text, via.end + 2).name == (fits("CSeq") ? header_name::cseq : header_name::other));
}

} // namespace

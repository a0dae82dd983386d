// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/header_line.hpp>
#include <sipwhere/message/usual_field.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

auto usual_field_of(std::string_view text, std::size_t begin = 0) -> detail::usual_field {
    token_map map;
    map.make(text);
    return detail::fast_field(text, begin, map);
}

auto is_usual(std::string_view text) -> bool { return usual_field_of(text).end != 0; }

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
                    if (quick.end == 0) continue;
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

TEST_CASE("each known name is found as find_header does, and so is whatever resembles it") {
    for (std::size_t i = 0; i < header_count; ++i) {
        const std::string text{text_of(static_cast<header_name>(i))};
        const auto field = [](const std::string& as) {
            return as + ": value\r\nCall-ID: 0123456789abcdef@192.0.2.1\r\n\r\n";
        };
        std::vector<std::string> names{text, text + "s", text.substr(1)};
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char c : {'!', static_cast<char>(text[at] ^ 0x20), static_cast<char>(text[at] ^ 1)}) {
                names.push_back(text);
                names.back()[at] = c;
            }
            if (at > 0) names.push_back(text.substr(0, at)); // some have the slot of the whole name
        }
        CHECK(usual_field_of(field(text)).name == static_cast<header_name>(i));
        for (const auto& name : names) {
            CAPTURE(name);
            if (is_usual(field(name))) CHECK(usual_field_of(field(name)).name == find_header(name));
            else CHECK(!std::all_of(name.begin(), name.end(), ascii::is_plain));
        }
        CHECK_FALSE(is_usual(field(text + " ")));
        CHECK(is_usual(text + ":value\r\nCall-ID: 0123456789abcdef@192.0.2.1\r\n\r\n"));
    }
}

TEST_CASE("a field as phones write it is a usual one") {
    const std::string_view text = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nm:x\r\nX-Y: z\r\n\r\n";
    const auto via = usual_field_of(text);
    CHECK(via.name == header_name::via);
    CHECK(text.substr(via.value, via.end - via.value) == "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    const auto contact = usual_field_of(text, via.end + 2);
    CHECK(contact.name == header_name::contact);
    const auto other = usual_field_of(text, contact.end + 2);
    CHECK(other.name == header_name::other);
    CHECK(other.end != 0);
}

} // namespace

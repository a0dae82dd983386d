// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/header_name.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace sipwhere;

TEST_CASE("each header is known by its name in any case (R3261-7.3.1-d)") {
    for (std::size_t i = 0; i < header_count; ++i) {
        const auto name = static_cast<header_name>(i);
        std::string small{text_of(name)};
        std::string large{small};
        for (char& c : small) c = ascii::lower(c);
        for (char& c : large) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        CHECK(find_header(text_of(name)) == name);
        CHECK(find_header(small) == name);
        CHECK(find_header(large) == name);
    }
    CHECK(find_header("cAlL-iD") == header_name::call_id);
}

TEST_CASE("each header is known by its compact form (R3261-7.3.3-a)") {
    for (const auto& [form, name] : {std::pair{"v", header_name::via},
                                     {"f", header_name::from},
                                     {"t", header_name::to},
                                     {"i", header_name::call_id},
                                     {"m", header_name::contact},
                                     {"l", header_name::content_length},
                                     {"c", header_name::content_type},
                                     {"e", header_name::content_encoding},
                                     {"k", header_name::supported},
                                     {"s", header_name::subject},
                                     {"r", header_name::refer_to},
                                     {"b", header_name::referred_by},
                                     {"o", header_name::event},
                                     {"u", header_name::allow_events},
                                     {"x", header_name::session_expires},
                                     {"M", header_name::contact}})
        CHECK(find_header(form) == name);
}

TEST_CASE("other names are no header of ours, however alike they look") {
    for (const std::string_view name : {"", "Z", "q", ":", "Viaa", "Vi", "Contact ", "Contacz", "C%6Fntact",
                                        "C\xc3ntact", "Call_ID", "Call\rID", "P-Asserted-Identity", "Fram", "FROM\n"})
        CHECK(find_header(name) == header_name::other);
    CHECK(text_of(header_name::other).empty());
}

TEST_CASE("no name within one character of a header is taken for it") {
    for (std::size_t i = 0; i < header_count; ++i) {
        const std::string text{text_of(static_cast<header_name>(i))};
        for (std::size_t at = 0; at < text.size(); ++at) {
            auto wrong = text;
            for (int c = 0; c < 256; ++c) {
                wrong[at] = static_cast<char>(c);
                const bool same = ascii::lower(wrong[at]) == ascii::lower(text[at]);
                if ((find_header(wrong) == static_cast<header_name>(i)) != same) CHECK(wrong == text);
            }
        }
    }
}

} // namespace

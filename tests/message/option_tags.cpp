// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/option_tags.hpp>

#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("option tags are walked over across rows (R3261-7.3.1-b)") {
    message_view message;
    REQUIRE(parse_message("OPTIONS sip:h SIP/2.0\r\nRequire: 100rel,\r\n path\r\nRequire:\r\nRequire: gruu\r\n\r\n",
                          message));

    std::string tags;
    const auto walked = for_each_option_tag(message, header_name::require,
                                            [&](std::string_view tag) { tags += std::string{tag} + '|'; });

    CHECK(walked);
    CHECK(tags == "100rel|path|gruu|");
    CHECK(for_each_option_tag(message, header_name::proxy_require, [](std::string_view) { CHECK(false); }));
}

TEST_CASE("a tag that is no token is an error") {
    for (const char* list : {"a b", "a,,b", "a,", ",", "\"a\"", "a;b", "<a>"}) {
        const auto text = "OPTIONS sip:h SIP/2.0\r\nRequire: " + std::string{list} + "\r\n\r\n";
        message_view message;
        REQUIRE(parse_message(text, message));
        const auto walked = for_each_option_tag(message, header_name::require, [](std::string_view) {});
        CHECK(walked.error().code == errc::bad_option_tag);
    }
}

TEST_CASE("a tag is found in any case and whatever stands around it (R3261-7.3.1-d, R3261-8.2.2-b)") {
    message_view message;
    REQUIRE(parse_message("OPTIONS sip:h SIP/2.0\r\nSupported: a b,, \"x\r\nk: PATH\r\n\r\n", message));
    CHECK(has_option_tag(message, header_name::supported, "path"));
    CHECK_FALSE(has_option_tag(message, header_name::supported, "a"));
    CHECK_FALSE(has_option_tag(message, header_name::require, "path"));
}

} // namespace

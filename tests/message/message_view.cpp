// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/message_view.hpp>

#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

constexpr std::string_view message_with_rows = "REGISTER sip:example.com SIP/2.0\r\n"
                                               "Contact: <sip:a@h>, \"x,y\" <sip:b@h>\r\n"
                                               "Supported: path\r\n"
                                               "X-Phone: one\r\n"
                                               "m: <sip:c@h>\r\n"
                                               "k:\r\n gruu , outbound\r\n"
                                               "x-phone: two\r\n"
                                               "Content-Length: 4\r\n"
                                               "\r\n"
                                               "body and what follows";

TEST_CASE("a view that was not filled has nothing") {
    const message_view message;
    CHECK_FALSE(message.is_request());
    CHECK(message.method() == method::unknown);
    CHECK(message.value(header_name::via).empty());
    CHECK(message.count(header_name::via) == 0);
    CHECK(message.body().empty());
    CHECK_FALSE(message.defect());
    CHECK_FALSE(message.find_other("Via"));
}

TEST_CASE("the rows of a header are walked over in order, whatever their spelling (R3261-7.3.1-b, R3261-7.3.3-a)") {
    message_view message;
    REQUIRE(parse_message(message_with_rows, message));

    CHECK(message.count(header_name::contact) == 2);
    CHECK(message.row(header_name::contact, 0) == "<sip:a@h>, \"x,y\" <sip:b@h>");
    CHECK(message.row(header_name::contact, 1) == "<sip:c@h>");
    CHECK(message.row(header_name::contact, 2).empty());
    CHECK(message.value(header_name::supported) == "path");
    std::string rows;
    for (const auto row : message.rows(header_name::supported)) rows += std::string{row} + '|';
    CHECK(rows == "path|gruu , outbound|");
}

TEST_CASE("the values of all rows are walked over in order (R3261-7.3.1-b)") {
    message_view message;
    REQUIRE(parse_message(message_with_rows, message));

    std::string values;
    message.for_each_value(header_name::contact, [&](std::string_view value) { values += std::string{value} + '|'; });
    message.for_each_value(header_name::supported, [&](std::string_view value) { values += std::string{value} + '|'; });

    CHECK(values == "<sip:a@h>|\"x,y\" <sip:b@h>|<sip:c@h>|path|gruu|outbound|");
}

TEST_CASE("a header that is missing has no rows") {
    message_view message;
    REQUIRE(parse_message(message_with_rows, message));

    CHECK_FALSE(message.has(header_name::path));
    CHECK(message.count(header_name::path) == 0);
    CHECK(message.value(header_name::path).empty());
    CHECK(message.rows(header_name::path).begin() == message.rows(header_name::path).end());
    CHECK(message.count(header_name::other) == 0);
    CHECK(message.value(header_name::other).empty());
}

TEST_CASE("a field of any name can be looked for") {
    message_view message;
    REQUIRE(parse_message(message_with_rows, message));

    CHECK(message.find_other("X-PHONE") == "one");
    CHECK(message.find_other("Supported") == "path");
    CHECK_FALSE(message.find_other("X-Phon"));
    CHECK_FALSE(message.find_other("body and what follows"));
    CHECK_FALSE(message.find_other(""));
}

} // namespace

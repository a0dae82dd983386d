// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/comma_list.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto joined_values(std::string_view row) -> std::string {
    std::string joined;
    for (const auto value : comma_list{row}) joined += std::string{value} + '|';
    return joined;
}

TEST_CASE("a row is cut at its commas, the white space around them left out (R3261-7.3.1-b)") {
    CHECK(joined_values("path") == "path|");
    CHECK(joined_values(" path ,\r\n gruu,\toutbound ") == "path|gruu|outbound|");
}

TEST_CASE("an empty row has no values, an empty value between commas is one") {
    CHECK(joined_values("") == "");
    CHECK(joined_values(" \r\n ") == "");
    CHECK(joined_values("a,,b") == "a||b|");
    CHECK(joined_values("a,") == "a||");
    CHECK(joined_values(",") == "||");
}

TEST_CASE("commas inside of quotes, brackets and comments part nothing") {
    CHECK(joined_values(R"("a,\",b" <sip:c,d@h>;x="y,z",<sip:e@h>)") == R"("a,\",b" <sip:c,d@h>;x="y,z"|<sip:e@h>|)");
    CHECK(joined_values("a (b, (c, d), \\), e) f,g") == "a (b, (c, d), \\), e) f|g|");
    CHECK(joined_values("<a\",b>,c") == "<a\",b>|c|");
    CHECK(joined_values("(<,\",) a,b") == "(<,\",) a|b|");
    CHECK(joined_values("<(>,b") == "<(>|b|");
}

TEST_CASE("what is never closed runs to the end of the row") {
    CHECK(joined_values("a,\"b,c") == "a|\"b,c|");
    CHECK(joined_values("a,<b,c") == "a|<b,c|");
    CHECK(joined_values("a,(b,c\\") == "a|(b,c\\|");
    CHECK(joined_values("a),b") == "a)|b|");
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/cseq.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("a CSeq is a number and a method (RFC 3261 §20.16)") {
    const auto cseq = parse_cseq("4711 REGISTER");
    REQUIRE(cseq);
    CHECK(cseq->number == 4711);
    CHECK(cseq->method == method::register_);
    CHECK(parse_cseq("0009\r\n  INVITE")->number == 9);
    CHECK(parse_cseq("139122385\t!odd-Method0123456789_*+`.%indeed'~")->method_text ==
          "!odd-Method0123456789_*+`.%indeed'~");
    CHECK(parse_cseq("1 register")->method == method::unknown);
}

TEST_CASE("a CSeq number is less than 2^31 (R3261-8.1.1.5-a)") {
    CHECK(parse_cseq("0 ACK")->number == 0);
    CHECK(parse_cseq("2147483647 ACK")->number == 2147483647U);
    CHECK(parse_cseq("2147483648 ACK").error().code == errc::bad_cseq);
    CHECK(parse_cseq("4294967295 ACK").error().code == errc::bad_cseq);
    CHECK(parse_cseq("4294967296 ACK").error().code == errc::bad_cseq);
    CHECK(parse_cseq("36893488147419103232 REGISTER").error().code == errc::bad_cseq);
}

TEST_CASE("a malformed CSeq is an error") {
    for (const std::string_view text :
         {"", "1", "1 ", "ACK", "ACK 1", "1ACK", "-1 ACK", "1 ACK x", "1 AC@K", "1, ACK", " 1 ACK"})
        CHECK(parse_cseq(text).error().code == errc::bad_cseq);
}

} // namespace

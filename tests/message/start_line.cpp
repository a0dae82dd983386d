// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/start_line.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("a Request-Line is a method, a URI and a version, one space apart (R3261-7.1-b)") {
    const auto line = parse_request_line("REGISTER sip:example.com SIP/2.0");
    REQUIRE(line);
    CHECK(line->well_formed);
    CHECK(line->method == method::register_);
    CHECK(line->method_text == "REGISTER");
    CHECK(line->uri == "sip:example.com");
    CHECK(line->version == "SIP/2.0");
}

TEST_CASE("a method may be any token (RFC 4475 §3.1.1.2)") {
    const auto line = parse_request_line("!odd-Method0123456789_*+`.%indeed'~ sip:h SIP/2.0");
    CHECK(line->well_formed);
    CHECK(line->method == method::unknown);
    CHECK_FALSE(parse_request_line("REG@ISTER sip:h SIP/2.0")->well_formed);
}

TEST_CASE("white space too much leaves a Request-Line not well formed, but it can be answered (R3261-7.1-b)") {
    const auto inside = parse_request_line("INVITE sip:user@example.com; lr SIP/2.0");
    CHECK_FALSE(inside->well_formed);
    CHECK(inside->method == method::invite);
    CHECK(inside->uri == "sip:user@example.com; lr");
    for (const std::string_view text : {"INVITE  sip:h  SIP/2.0", "INVITE sip:h SIP/2.0 ", "INVITE sip:h SIP/2.0\t",
                                        " INVITE sip:h SIP/2.0", "INVITE SIP/2.0", "INVITE  SIP/2.0"}) {
        const auto line = parse_request_line(text);
        REQUIRE(line);
        CHECK_FALSE(line->well_formed);
    }
}

TEST_CASE("a line that does not end in a SIP-Version is not SIP") {
    for (const std::string_view text : {"", " ", "SIP/2.0", "INVITE sip:alan@jasomi.com", "GET / HTTP/1.1",
                                        "INVITE sip:h SIP2.0", "INVITE sip:h SIP"})
        CHECK(parse_request_line(text).error().code == errc::not_sip);
}

TEST_CASE("a version is known in any case, and another version is kept for a 505 (R3261-7.1-a, R3261-7.1-c)") {
    CHECK(is_version_2_0(parse_request_line("OPTIONS sip:h sip/2.0")->version));
    const auto seven = parse_request_line("OPTIONS sip:h SIP/7.0");
    CHECK(seven->well_formed);
    CHECK_FALSE(is_version_2_0(seven->version));
    CHECK_FALSE(is_version_2_0("SIP/2.00"));
}

TEST_CASE("a Status-Line is a version, a code and a phrase that may be empty (RFC 3261 §7.2)") {
    const auto line = parse_status_line("SIP/2.0 480 Temporarily  Unavailable");
    REQUIRE(line);
    CHECK(line->code == 480);
    CHECK(line->reason == "Temporarily  Unavailable");
    CHECK(line->version == "SIP/2.0");
    CHECK(parse_status_line("SIP/2.0 100 ")->reason.empty());
    CHECK(parse_status_line("SIP/2.0 100")->reason.empty());
    CHECK(parse_status_line("sip/2.0 699 \xd0\xbd\xd0\xbe")->code == 699);
}

TEST_CASE("a malformed Status-Line is an error (RFC 4475 §3.1.2.19)") {
    for (const std::string_view text :
         {"", "SIP/2.0", "SIP/2.0 ", "SIP/2.0 20", "SIP/2.0 2000 OK", "SIP/2.0 4294967301 better not", "SIP/2.0 700 x",
          "SIP/2.0 099 x", "SIP/2.0 2x0 x", "SIP/2.0  200 OK", "HTTP/1.1 200 OK"})
        CHECK(parse_status_line(text).error().code == errc::bad_start_line);
}

} // namespace

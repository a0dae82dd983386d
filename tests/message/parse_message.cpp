// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

/// A message taken apart, together with its bytes.
struct parsed_message {
    explicit parsed_message(std::string text) : bytes(std::move(text)), outcome(parse_message(bytes, view)) {}
    parsed_message(const parsed_message&) = delete;

    std::string bytes;
    message_view view;
    result<void> outcome;
};

auto request_with(const std::string& lines) -> std::string { return "REGISTER sip:h SIP/2.0\r\n" + lines; }

TEST_CASE("a message of odd but good form is read (RFC 4475 §3.1.1.1, R3261-7.3.1-a, R3261-7.3.1-d)") {
    const parsed_message odd{"INVITE sip:vivekg@example.com;unknownparam sip/2.0\r\n"
                             "TO :\r\n"
                             " sip:vivekg@example.com ;   tag    = 1918181833n\r\n"
                             "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n"
                             "  ;\r\n"
                             "  tag = 98asjd8\r\n"
                             "MaX-fOrWaRdS: 0068\r\n"
                             "Call-ID: odd.ndaksdj@192.0.2.1\r\n"
                             "Content-Length\t \t: 5\r\n"
                             "cseq: 0009\r\n"
                             "  INVITE\r\n"
                             "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n"
                             "s :\r\n"
                             "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
                             "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
                             "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n"
                             "  branch  =   z9hG4bK9ikj8  ,\r\n"
                             " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
                             "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue\r\n"
                             "\r\n"
                             "v=0\r\n"};

    REQUIRE(odd.outcome);
    CHECK(odd.view.is_request());
    CHECK(odd.view.method() == method::invite);
    CHECK(odd.view.request_uri() == "sip:vivekg@example.com;unknownparam");
    CHECK(odd.view.version_is_2_0());
    CHECK_FALSE(odd.view.defect());
    CHECK(odd.view.content_length_ok());
    CHECK(odd.view.value(header_name::to) == "sip:vivekg@example.com ;   tag    = 1918181833n");
    CHECK(odd.view.value(header_name::cseq) == "0009\r\n  INVITE");
    CHECK(odd.view.value(header_name::subject).empty());
    CHECK(odd.view.has(header_name::subject));
    CHECK(odd.view.count(header_name::via) == 2);
    CHECK(odd.view.find_other("newfangledheader") == "newfangled value\r\n continued newfangled value");
    CHECK(odd.view.body() == "v=0\r\n");
}

TEST_CASE("a response is read down to its phrase (RFC 3261 §7.2)") {
    const parsed_message response{"SIP/2.0 480 Temporarily Unavailable\r\nCSeq: 1 REGISTER\r\n\r\n"};
    REQUIRE(response.outcome);
    CHECK_FALSE(response.view.is_request());
    CHECK(response.view.status_code() == 480);
    CHECK(response.view.reason() == "Temporarily Unavailable");
    CHECK(response.view.version_is_2_0());
    CHECK(response.view.value(header_name::cseq) == "1 REGISTER");
}

TEST_CASE("what is no SIP message is dropped") {
    const auto code = [](std::string text) { return parsed_message{std::move(text)}.outcome.error().code; };
    CHECK(code("") == errc::not_sip);
    CHECK(code("\r\n\r\n") == errc::not_sip);
    CHECK(code("GET / HTTP/1.1\r\nHost: h\r\n\r\n") == errc::not_sip);
    CHECK(code(std::string(100, '\0')) == errc::not_sip);
    CHECK(code("\x16\x03\x01\x02") == errc::not_sip);
    CHECK(code("INVITE sip:alan@jasomi.com\r\n\r\n") == errc::not_sip);
    CHECK(code("SIP/2.0 4294967301 better not break the receiver\r\n\r\n") == errc::bad_start_line);
    CHECK(code("SIP/2.0 200 O\rK\r\n\r\n") == errc::bad_start_line);
}

TEST_CASE("the largest datagram is read, a larger text is not (R3261-18.1.1-a)") {
    std::string large = request_with("Subject: ");
    large.resize(max_message, 'x');
    CHECK(parsed_message{large}.outcome);
    CHECK(parsed_message{large + 'x'}.outcome.error().code == errc::too_long);
}

TEST_CASE("line ends before the message do not matter (R3261-7.5-a)") {
    const parsed_message late{"\r\n\r\n" + request_with("To: sip:a@h\r\n\r\n")};
    REQUIRE(late.outcome);
    CHECK(late.view.value(header_name::to) == "sip:a@h");
    CHECK(late.view.bytes() == request_with("To: sip:a@h\r\n\r\n"));
}

TEST_CASE("lines may end in LF alone") {
    const parsed_message bare{"REGISTER sip:h SIP/2.0\nTo: sip:a@h\n ;x\nFrom: sip:b@h\n\nbody"};
    REQUIRE(bare.outcome);
    CHECK_FALSE(bare.view.defect());
    CHECK(bare.view.value(header_name::to) == "sip:a@h\n ;x");
    CHECK(bare.view.value(header_name::from) == "sip:b@h");
    CHECK(bare.view.body() == "body");
}

TEST_CASE("a message may break off at any place without harm") {
    const auto whole = request_with("Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nTo:\r\n sip:a@h\r\nl: 3\r\n\r\nabc");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const parsed_message part{whole.substr(0, size)};
        if (!part.outcome) continue;
        CHECK(part.view.bytes().size() <= size);
        CHECK(part.view.body().size() <= 3);
    }
    CHECK(parsed_message{request_with("To: sip:a@h")}.view.value(header_name::to) == "sip:a@h");
    CHECK(parsed_message{"REGISTER sip:h SIP/2.0"}.outcome);
}

TEST_CASE("a body that begins with a blank is no fold of the empty line") {
    const parsed_message folded{request_with("To: sip:a@h\r\n\r\n \r\n\tbody")};
    CHECK(folded.view.body() == " \r\n\tbody");
    CHECK_FALSE(folded.view.defect());
}

TEST_CASE("a start line with white space too much is a defect, not the end (R3261-7.1-b)") {
    for (const char* line :
         {"INVITE  sip:h  SIP/2.0", "INVITE sip:h SIP/2.0  ", "INVITE sip:h; lr SIP/2.0", "INV@ITE sip:h SIP/2.0"}) {
        const parsed_message spaced{std::string{line} + "\r\nTo: sip:a@h\r\n\r\n"};
        REQUIRE(spaced.outcome);
        CHECK(spaced.view.defect() == failure{errc::bad_start_line, 0});
        CHECK(spaced.view.value(header_name::to) == "sip:a@h");
    }
}

TEST_CASE("a header line without a name is a defect, and the others are read") {
    for (const char* line : {"Foobar roobar", ": x", "A B: x", " : x", "C\xc3\xb6ntact: x", "Contact", "a\x01: x"}) {
        const parsed_message odd{request_with(std::string{line} + "\r\nTo: sip:a@h\r\n\r\n")};
        REQUIRE(odd.outcome);
        CHECK(odd.view.defect() == failure{errc::bad_header_line, 24});
        CHECK(odd.view.value(header_name::to) == "sip:a@h");
    }
}

TEST_CASE("the first of several defects is told") {
    CHECK(parsed_message{request_with("\r\n")}.view.defect() == std::nullopt);
    const parsed_message both{"REGISTER  sip:h SIP/2.0\r\nno colon\r\n\r\n"};
    CHECK(both.view.defect() == failure{errc::bad_start_line, 0});
}

TEST_CASE("a CR that ends no line is a defect") {
    for (const char* lines : {"To: a\rContact: <sip:evil@h>\r\n\r\n", "To: a\r\r\n\r\n", "To: a\r\n b\rc\r\n\r\n"})
        CHECK(parsed_message{request_with(lines)}.view.defect() == failure{errc::bad_header_line, 24});
    const parsed_message start{"REGISTER sip:h\r SIP/2.0\r\n\r\n"};
    CHECK(start.view.defect() == failure{errc::bad_start_line, 0});
}

TEST_CASE("an unknown name that is close to a header is not taken for it (RFC 4475 §3.1.1.5)") {
    const parsed_message escaped{request_with("C%6Fntact: <sip:alias1@host1.example.com>\r\n\r\n")};
    CHECK_FALSE(escaped.view.defect());
    CHECK_FALSE(escaped.view.has(header_name::contact));
    CHECK(escaped.view.find_other("C%6Fntact"));
}

TEST_CASE(
    "a body runs as far as Content-Length says, or to the end without one (R3261-18.3-a, R3261-18.3-c, R3261-7.4-a)") {
    const parsed_message shorter{request_with("l: 4\r\n\r\nbodyINVITE sip:h SIP/2.0\r\n\r\n")};
    CHECK(shorter.view.content_length_ok());
    CHECK(shorter.view.body() == "body");
    CHECK(shorter.view.bytes().ends_with("body"));
    const parsed_message exact{request_with("Content-Length: 0004\r\n\r\nbody")};
    CHECK(exact.view.body() == "body");
    const parsed_message absent{request_with("\r\nbody\r\n")};
    CHECK(absent.view.content_length_ok());
    CHECK(absent.view.body() == "body\r\n");
    const parsed_message binary{request_with("l: 3\r\n\r\na") + std::string("\0b", 2)};
    CHECK(binary.view.body() == "a\0b"sv);
}

TEST_CASE("a Content-Length that can't be is seen (R3261-18.3-b, R3261-20-a)") {
    for (const char* lines :
         {"Content-Length: 5\r\n\r\nbody", "Content-Length: -1\r\n\r\nbody", "Content-Length: \r\n\r\nbody",
          "Content-Length: 4, 4\r\n\r\nbody", "Content-Length: 4\r\nl: 4\r\n\r\nbody",
          "l: 99999999999999999999\r\n\r\nbody", "l: 4;x\r\n\r\nbody", "Content-Length: 1\r\n\r\n"}) {
        const parsed_message wrong{request_with(lines)};
        REQUIRE(wrong.outcome);
        CHECK_FALSE(wrong.view.content_length_ok());
        CHECK_FALSE(wrong.view.defect());
    }
}

TEST_CASE("a message that ends before its empty line is incomplete, whatever else is wrong with it (RFC 3261 §7)") {
    for (const auto* lines :
         {"", "To: a\r\n", "To: a", "To: a\r", "To: a\n", "To: a\r\n\r", "To: a\r\n ", "To: a\r\n b\r\n",
          "To: a\r\n b\r\n\t", "No colon", "To", "To:", "\r", "Content-Length: 1", "X: a\rb\r\n",
          "Call-ID: 0123456789abcdef\r\n", "Call-ID: 0123456789abcdef\r\n\r",
          "Call-ID: 0123456789abcdef\r\nCall-ID: 0123456789abcdef"}) {
        CAPTURE(lines);
        const parsed_message cut{request_with(lines)};
        REQUIRE(cut.outcome);
        REQUIRE(cut.view.defect());
        CHECK(cut.view.defect()->code == errc::incomplete);
        CHECK(cut.view.body().empty());
    }
    const parsed_message line{"REGISTER sip:h SIP/2.0"};
    REQUIRE(line.outcome);
    CHECK(line.view.defect()->code == errc::incomplete);
}

TEST_CASE("an empty line ends the header section with CRLF or LF alone, and need not be followed by anything") {
    for (const auto* lines :
         {"To: a\r\n\r\n", "To: a\n\n", "To: a\r\n\n", "To: a\n\r\n", "\r\n", "\n", "To: a\r\n b\r\n\r\n",
          "Call-ID: 0123456789abcdef\r\n\r\n", "Call-ID: 0123456789abcdef\r\n\n"}) {
        CAPTURE(lines);
        const parsed_message whole{request_with(lines)};
        REQUIRE(whole.outcome);
        CHECK_FALSE(whole.view.defect());
    }
}

TEST_CASE("so many header lines are read and no more") {
    std::string lines;
    for (std::size_t i = 0; i < max_headers - 1; ++i) lines += "Z: y\r\n";
    const parsed_message most{request_with(lines + "To: sip:a@h\r\n\r\nbody")};
    CHECK_FALSE(most.view.defect());
    CHECK(most.view.body() == "body");
    const parsed_message over{request_with(lines + "To: sip:a@h\r\nCall-ID: x\r\n\r\nbody")};
    CHECK(over.view.defect()->code == errc::too_many_headers);
    CHECK(over.view.value(header_name::to) == "sip:a@h");
    CHECK_FALSE(over.view.has(header_name::call_id));
    CHECK(over.view.body().empty());
}

TEST_CASE("so many rows of known headers are remembered and no more") {
    std::string lines;
    for (std::size_t i = 0; i < message_view::max_rows; ++i) lines += "Via: SIP/2.0/UDP h\r\n";
    const parsed_message most{request_with(lines + "\r\nbody")};
    CHECK_FALSE(most.view.defect());
    CHECK(most.view.count(header_name::via) == message_view::max_rows);
    const parsed_message over{request_with(lines + "To: sip:a@h\r\n\r\nbody")};
    CHECK(over.view.defect()->code == errc::too_many_headers);
    CHECK_FALSE(over.view.has(header_name::to));
}

TEST_CASE("a view can be filled again") {
    message_view view;
    REQUIRE(parse_message(request_with("To: sip:a@h\r\nBad line\r\nl: 9\r\n\r\n"), view));
    const auto second = request_with("From: sip:b@h\r\n\r\n");
    REQUIRE(parse_message(second, view));
    CHECK_FALSE(view.defect());
    CHECK(view.content_length_ok());
    CHECK_FALSE(view.has(header_name::to));
    CHECK(view.value(header_name::from) == "sip:b@h");
}

TEST_CASE("keep-alive datagrams are told from messages (RFC 5626 §3.5.1)") {
    for (const auto bytes : {""sv, "\r\n\r\n"sv, "\r\n"sv, "\0"sv, "\0\0\0\0"sv, "\n"sv}) CHECK(is_keep_alive(bytes));
    for (const auto bytes : {" "sv, "\r\n\r\nx"sv, "\0\1"sv}) CHECK_FALSE(is_keep_alive(bytes));
}

TEST_CASE("a message is read while compiling") {
    constexpr auto expires = [] {
        message_view view;
        const auto parsed = parse_message("REGISTER sip:h SIP/2.0\r\nExpires: 60\r\n\r\n", view);
        return parsed ? view.value(header_name::expires) : std::string_view{};
    }();
    static_assert(expires == "60");
}

} // namespace

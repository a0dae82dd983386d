// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/request_fields.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::parsed_request;
using sipwhere_test::request;

/// Returns: why a request is malformed, "" when it is not.
auto why(const request& asked) -> std::string {
    request_fields fields;
    const auto refused = read_request_fields(*parsed_request{asked}, fields);
    if (!refused) return "";
    CHECK(refused->code == status::bad_request);
    return std::string{refused->reason};
}

TEST_CASE("a request with its five fields is well formed (R3261-8.1.1-a)") { CHECK(why(request{}).empty()); }

TEST_CASE("each field that is missing is named (R3261-8.1.1-a, R3261-21.4.1-a)") {
    CHECK(why(request{}.without("Call-ID")) == "Missing Call-ID");
    CHECK(why(request{}.without("CSeq")) == "Missing CSeq");
    CHECK(why(request{}.without("From")) == "Missing From");
    CHECK(why(request{}.without("To")) == "Missing To");
}

TEST_CASE("Max-Forwards may be missing, malformed or 0 (R3261-20.22-a)") {
    CHECK(why(request{}.without("Max-Forwards")).empty());
    CHECK(why(request{}.with("Max-Forwards", "many")).empty());
    CHECK(why(request{}.with("Max-Forwards", "0")).empty());
}

TEST_CASE("each field that stands alone is named when it is repeated (R3261-20-a)") {
    CHECK(why(request{}.also("Call-ID", "other")) == "Repeated Call-ID");
    CHECK(why(request{}.also("CSeq", "{n} REGISTER")) == "Repeated CSeq");
    CHECK(why(request{}.also("From", "<sip:alice@example.com>;tag=a1")) == "Repeated From");
    CHECK(why(request{}.also("To", "<sip:alice@example.com>")) == "Repeated To");
    CHECK(why(request{}.also("Max-Forwards", "70")) == "Repeated Max-Forwards");
    CHECK(why(request{}.also("Content-Length", "0").also("Content-Length", "0")) == "Repeated Content-Length");
    CHECK(why(request{}.also("Expires", "60").also("Expires", "60")) == "Repeated Expires");
    CHECK(why(request{}.also("t", "<sip:alice@example.com>")) == "Repeated To");
}

TEST_CASE("each field that can't be read is named (R3261-21.4.1-a)") {
    CHECK(why(request{}.with("Call-ID", "")) == "Malformed Call-ID");
    CHECK(why(request{}.with("Call-ID", "two words")) == "Malformed Call-ID");
    CHECK(why(request{}.with("Call-ID", std::string{"a\x7f"})) == "Malformed Call-ID");
    CHECK(why(request{}.with("Call-ID", std::string{"a\x01"})) == "Malformed Call-ID");
    CHECK(why(request{}.with("CSeq", "REGISTER")) == "Malformed CSeq");
    CHECK(why(request{}.with("CSeq", "-1 REGISTER")) == "Malformed CSeq");
    CHECK(why(request{}.with("From", "<sip:alice@example.com")) == "Malformed From");
    CHECK(why(request{}.with("From", "<sip:alice@example.com>;tag=1;tag=2")) == "Malformed From");
    CHECK(why(request{}.with("From", "<sip:alice@example.com>, <sip:b@example.com>")) == "Malformed From");
    CHECK(why(request{}.with("To", "\"Alice <sip:alice@example.com>")) == "Malformed To");
    CHECK(why(request{}.with("To", "<sip:alice@example.com>, <sip:b@example.com>")) == "Malformed To");
    CHECK(why(request{}.with("Content-Length", "none")) == "Malformed Content-Length");
    CHECK(why(request{}.with("Content-Length", "1")) == "Malformed Content-Length");
    CHECK(why(request{}.with("Bad Name", "x")) == "Malformed Header Field");
    CHECK(why(request{}.starting("REGISTER  sip:example.com SIP/2.0")) == "Malformed Request-Line");
}

TEST_CASE("the number of CSeq is below 2^31, and its method is that of the request (R3261-8.1.1.5-a)") {
    CHECK(why(request{}.with("CSeq", "2147483647 REGISTER")).empty());
    CHECK(why(request{}.with("CSeq", "2147483648 REGISTER")) == "Malformed CSeq");
    CHECK(why(request{}.with("CSeq", "0 REGISTER")).empty());
    CHECK(why(request{}.with("CSeq", "1 OPTIONS")) == "CSeq Method Mismatch");
    CHECK(why(request{}.with("CSeq", "1 register")) == "CSeq Method Mismatch");
    CHECK(why(request{"OPTIONS"}.with("CSeq", "1 OPTIONS")).empty());
    CHECK(why(request{"FETCH"}.with("CSeq", "1 FETCH")).empty());
    CHECK(why(request{"FETCH"}.with("CSeq", "1 STORE")) == "CSeq Method Mismatch");
}

TEST_CASE("more header fields than are read is a reason of its own") {
    auto asked = request{};
    for (std::size_t i = 0; i < max_headers; ++i) asked = asked.also("X", "y");
    CHECK(why(asked) == "Too Many Header Fields");
}

TEST_CASE("the first fault is the reason") {
    CHECK(why(request{}.without("To").without("Call-ID").with("CSeq", "x")) == "Missing Call-ID");
    CHECK(why(request{}.without("To").with("CSeq", "x")) == "Missing To");
    CHECK(why(request{}.with("CSeq", "x").with("To", "x")) == "Malformed CSeq");
}

TEST_CASE("From holds a URI of any scheme (RFC 3261 §20.20, R3261-8.2.2.1-a)") {
    for (const auto* uri :
         {"<sip:500@192.0.2.1>", "sip:alice@example.com", "<sips:a@example.com>", "<tel:+12015550123>",
          "<urn:service:sos>", "<im:alice@example.com>", "<http://example.com/?x=y>", "\"A \\\" B\" <sip:a@b>",
          "Anonymous <sip:anonymous@anonymous.invalid>", "<sip:34020000001320000001@3402000000>"})
        CHECK(why(request{}.with("From", std::string{uri} + ";tag=1")).empty());
    for (const auto* text :
         {"500", "<>", "<500>", "<sip:a b@example.com>", "<sip:a@exam\\ple.com>", "<sip:>", "<sip:@example.com>",
          "<tel:>", "<:a>", "<sip:a@example.com:x>", "\"A\" <alice>", "sip:a@", "<sip:a@b;;>"}) {
        CHECK(why(request{}.with("From", std::string{text} + ";tag=1")) == "Malformed From");
        CHECK(why(request{"OPTIONS"}.with("From", std::string{text} + ";tag=1")) == "Malformed From");
    }
}

TEST_CASE(
    "To holds a URI, which is left to the reading of the address-of-record in a REGISTER alone (RFC 3261 §20.39)") {
    for (const auto* uri : {"<tel:+12015550123>", "sip:alice@example.com;tag=1", "\"A \\\" B\" <sip:a@b>"}) {
        CHECK(why(request{}.with("To", uri)).empty());
        CHECK(why(request{"OPTIONS"}.with("To", uri)).empty());
    }
    for (const auto* text : {"500", "<>", "<sip:a b@example.com>", "<sip:a@exam\\ple.com>"}) {
        CHECK(why(request{}.with("To", text)).empty());
        CHECK(why(request{}.with("To", text).with("From", text)).empty());
        for (const auto* method : {"OPTIONS", "INVITE", "CANCEL", "NEWMETHOD"})
            CHECK(why(request{method}.with("To", text)) == "Malformed To");
    }
}

TEST_CASE("what is read of the fields is what the request says") {
    request_fields fields;
    const parsed_request asked{request{}
                                   .with("From", "<sip:alice@example.com>;tag=f1")
                                   .with("To", "<sip:alice@example.com>;Tag=t1")
                                   .with("Call-ID", "a@b")
                                   .with("CSeq", "17 REGISTER")};
    CHECK(!read_request_fields(*asked, fields));
    CHECK(fields.from_tag == "f1");
    CHECK(fields.to_tag == "t1");
    CHECK(fields.has_to_tag);
    CHECK(fields.call_id == "a@b");
    CHECK(fields.cseq.number == 17);
    CHECK(fields.cseq.method == method::register_);
}

TEST_CASE("tags may be missing, as in RFC 2543; one without a value is a tag too") {
    request_fields fields;
    const parsed_request without{request{}.with("From", "<sip:alice@example.com>")};
    CHECK(!read_request_fields(*without, fields));
    CHECK(fields.from_tag.empty());
    CHECK(!fields.has_to_tag);

    const parsed_request empty{request{}.with("To", "<sip:alice@example.com>;tag")};
    CHECK(!read_request_fields(*empty, fields));
    CHECK(fields.has_to_tag);
    CHECK(fields.to_tag.empty());
}

TEST_CASE("as much as possible is read of a malformed request, so that it can be answered") {
    request_fields fields;
    const parsed_request asked{request{}.without("To").with("CSeq", "17 REGISTER")};
    CHECK(read_request_fields(*asked, fields));
    CHECK(fields.call_id == "alice-call@192.0.2.1");
    CHECK(fields.cseq.number == 17);
    CHECK(fields.from_tag == "a1");
}

/// Returns: sent-by of the topmost Via value, "" when it can't be read.
auto top_sent_by(const request& asked) -> std::string {
    const parsed_request parsed{asked};
    via_view via;
    return read_top_via(*parsed, via) ? std::string{via.sent_by_text} : "";
}

TEST_CASE("the topmost Via is the first value of the first row") {
    CHECK(top_sent_by(request{}.with("Via", "SIP/2.0/UDP 192.0.2.1, SIP/2.0/UDP 192.0.2.2")) == "192.0.2.1");
    CHECK(top_sent_by(request{}.with("Via", "SIP/2.0/UDP 192.0.2.1").also("Via", "garbage")) == "192.0.2.1");
    CHECK(top_sent_by(request{}.with("Via", "SIP/2.0/UDP 192.0.2.1, garbage")) == "192.0.2.1");
}

TEST_CASE("a topmost Via that is missing or can't be read is none") {
    CHECK(top_sent_by(request{}.without("Via")).empty());
    CHECK(top_sent_by(request{}.with("Via", "")).empty());
    CHECK(top_sent_by(request{}.with("Via", "garbage")).empty());
    CHECK(top_sent_by(request{}.with("Via", "SIP/2.0/UDP 192.0.2.1 x")).empty());
    CHECK(top_sent_by(request{}.with("Via", "SIP/2.0/UDP 192.0.2.1:65536")).empty());
}

} // namespace

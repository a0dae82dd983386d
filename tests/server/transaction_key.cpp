// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/transaction_key.hpp>

#include <sipwhere/server/request_fields.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;
using sipwhere_test::at;
using sipwhere_test::parsed_request;
using sipwhere_test::request;

constexpr hash_key secret{1, 2};

/// Returns: the keys of a request that came from 192.0.2.1:5060.
auto keys(const request& asked, flow from = {.remote = at("192.0.2.1")}, hash_key key = secret) -> transaction_keys {
    const parsed_request got{asked};
    request_fields fields;
    REQUIRE(read_top_via(*got, fields.via));
    CHECK(!read_request_fields(*got, fields));
    return keys_of(*got, fields, from, key);
}

auto response(const request& asked, flow from = {.remote = at("192.0.2.1")}) -> std::uint64_t {
    return keys(asked, from).response;
}

auto sent_with(std::string_view via) -> request { return request{}.with("Via", via); }

TEST_CASE("with the cookie a server transaction is branch, sent-by and method (R3261-17.2.3-a)") {
    const auto first = response(request{});
    CHECK(first == response(request{}));
    CHECK(first ==
          response(request{}.with("To", "<sip:b@example.com>;tag=8").starting("REGISTER sip:example.org SIP/2.0")));
    CHECK(first == response(sent_with("SIP/2.0/TCP 192.0.2.1:5060;rport;x=y;branch=z9hG4bK1")));
    CHECK(first != response(sent_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2")));
}

TEST_CASE("a client that never changes its branch begins another transaction with another From tag, Call-ID or CSeq") {
    const auto first = response(request{});
    CHECK(first != response(request{}.with("Call-ID", "other")));
    CHECK(first != response(request{}.with("From", "<sip:alice@example.com>;tag=9")));
    CHECK(first != response(request{}.with("CSeq", "99 REGISTER")));
}

TEST_CASE("another host or port in sent-by is another transaction (R3261-17.2.3-b)") {
    const auto first = response(request{});
    CHECK(first != response(sent_with("SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1")));
    CHECK(first != response(sent_with("SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bK1")));
}

TEST_CASE("another method is another transaction (R3261-17.2.3-c)") {
    CHECK(response(request{}) != response(request{"OPTIONS"}));
    CHECK(response(request{"FETCH"}) == response(request{"FETCH"}));
    CHECK(response(request{"FETCH"}) != response(request{"STORE"})); // which have no number of their own
    CHECK(response(request{"FETCH"}) != response(request{"fetch"}));
}

TEST_CASE("another source is another transaction, so that nobody is answered in another's place") {
    const auto first = response(request{});
    CHECK(first != response(request{}, {.remote = at("192.0.2.2")}));
    CHECK(first != response(request{}, {.remote = at("192.0.2.1", 5061)}));
    CHECK(first != response(request{}, {.remote = at("192.0.2.1"), .connection = 1}));
    CHECK(first != response(request{}, {.remote = at("[2001:db8::1]")}));
}

TEST_CASE("without the cookie all that RFC 2543 asks for names the transaction (R3261-17.2.3-d)") {
    for (const auto* via : {"SIP/2.0/UDP 192.0.2.1:5060", "SIP/2.0/UDP 192.0.2.1:5060;branch=1",
                            "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK"}) {
        const auto old = sent_with(via);
        const auto first = response(old);
        CHECK(first == response(old));
        CHECK(first == response(old.with("Subject", "x")));
        CHECK(first != response(old.starting("REGISTER sip:example.org SIP/2.0")));
        CHECK(first != response(old.with("To", "<sip:alice@example.com>;tag=8")));
        CHECK(first != response(old.with("From", "<sip:alice@example.com>;tag=9")));
        CHECK(first != response(old.with("Call-ID", "other")));
        CHECK(first != response(old.with("CSeq", "99 REGISTER")));
        CHECK(first != response(old.with("Via", "SIP/2.0/UDP 192.0.2.1:5061")));
        CHECK(first != response(old.with("Via", "SIP/2.0/UDP 192.0.2.1:5060;x=y")));
    }
}

TEST_CASE("a CANCEL finds the transaction of the request it cancels") {
    const parsed_request got{request{"CANCEL"}};
    request_fields fields;
    REQUIRE(read_top_via(*got, fields.via));
    CHECK(!read_request_fields(*got, fields));
    CHECK(response_key(*got, fields, method::register_, {.remote = at("192.0.2.1")}, secret) == response(request{}));
}

TEST_CASE("texts side by side are not taken for one") {
    CHECK(response(sent_with("SIP/2.0/UDP bc;branch=z9hG4bKa")) !=
          response(sent_with("SIP/2.0/UDP c;branch=z9hG4bKab")));
    CHECK(keys(request{}.with("From", "<sip:a@example.com>;tag=ab").with("Call-ID", "c")).request !=
          keys(request{}.with("From", "<sip:a@example.com>;tag=a").with("Call-ID", "bc")).request);
}

TEST_CASE("a request is From tag, Call-ID and CSeq, by whatever way it came (R3261-8.2.2.2-a)") {
    const auto first = keys(request{}).request;
    CHECK(first == keys(sent_with("SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK9"), {.remote = at("192.0.2.9")}).request);
    CHECK(first == keys(request{}.with("To", "<sip:bob@example.com>")).request);
    CHECK(first != keys(request{}.with("From", "<sip:alice@example.com>;tag=9")).request);
    CHECK(first != keys(request{}.with("Call-ID", "other")).request);
    CHECK(first != keys(request{}.with("CSeq", "99 REGISTER")).request);
}

TEST_CASE("the hash of a Call-ID is that of nothing else") {
    const auto first = keys(request{}).call_id;
    CHECK(first == keys(request{}.with("From", "<sip:alice@example.com>;tag=9").with("CSeq", "99 REGISTER")).call_id);
    CHECK(first == keys(sent_with("SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK9")).call_id);
    CHECK(first != keys(request{}.with("Call-ID", "other")).call_id);
    CHECK(first != keys(request{}, {.remote = at("192.0.2.1")}, {1, 3}).call_id);
}

TEST_CASE("what a record remembers is the request and its branch, from whichever source it came") {
    const auto first = keys(request{}).transaction;
    CHECK(first == keys(request{}, {.remote = at("192.0.2.9", 999)}).transaction);
    CHECK(first != keys(sent_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2")).transaction);
    CHECK(first != keys(sent_with("SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1")).transaction);
    CHECK(first != keys(request{}.with("CSeq", "99 REGISTER")).transaction);
    CHECK(first != keys(request{}.with("Call-ID", "other")).transaction);
}

TEST_CASE("each request has a To tag of its own, which shows no other key (R3261-19.3-a, R3261-8.2.7-b)") {
    const auto first = keys(request{});
    CHECK(first.to_tag == keys(request{}).to_tag);
    CHECK(first.to_tag != keys(request{}.with("CSeq", "99 REGISTER")).to_tag);
    CHECK(first.to_tag != keys(sent_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2")).to_tag);
    CHECK(first.to_tag != first.transaction);
    CHECK(first.to_tag != first.response);
}

TEST_CASE("without the secret nobody can tell a key (R3261-19.3-a)") {
    const auto mine = keys(request{});
    const auto theirs = keys(request{}, {.remote = at("192.0.2.1")}, {1, 3});
    CHECK(mine.response != theirs.response);
    CHECK(mine.transaction != theirs.transaction);
    CHECK(mine.request != theirs.request);
    CHECK(mine.to_tag != theirs.to_tag);
}

TEST_CASE("a To tag, which others see, is made with another key than the hashes that tables are searched by") {
    const auto made = keys(request{});
    CHECK(made.to_tag == siphash_2_4{{secret.second, secret.first}}.number(made.transaction).finish());
    CHECK(made.to_tag != siphash_2_4{secret}.number(made.transaction).finish());
}

} // namespace

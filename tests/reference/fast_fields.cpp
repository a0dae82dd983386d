// SPDX-License-Identifier: BSL-1.0
//
// The readers that walk from mark to mark, each beside the full one: over messages as phones write them, nearly so, and
// spoilt. A reader that is wrong on purpose shows that a difference would be seen.
#include <reference/both_readers.hpp>
#include <reference/exact_copy.hpp>
#include <reference/near_texts.hpp>
#include <reference/seeds.hpp>

#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#if SIPWHERE_SMALL == 0 // else there is no map, and all is read in full
namespace {

using namespace sipwhere;
using namespace sipwhere_test::both_readers;
using sipwhere_test::exact_copy;
using sipwhere_test::near_texts;
using sipwhere_test::rounds;

/// Calls `visit` with what both readers found of each value of many messages.
template <typename Visit>
void read_messages(std::uint64_t seed, Visit visit) {
    near_texts texts{seed};
    const auto map = std::make_unique<token_map>();
    for (auto round = rounds(20'000); round > 0; --round) {
        auto text = texts.message();
        if (round % 3 != 0) text = texts.spoilt(text);
        if (round % 3 == 2) text = texts.spoilt(text);
        const exact_copy copy{text};
        message_view message;
        if (parse_message(copy.view(), message, *map)) visit(message);
    }
}

TEST_CASE("a value that is read fast is read in full just so") {
    std::size_t fast = 0, well_formed = 0;
    read_messages(11, [&](const message_view& message) {
        for (const auto& each : read_all(message)) {
            well_formed += each.full.empty() ? 0 : 1;
            fast += each.fast.empty() ? 0 : 1;
            if (each.fast.empty() || each.fast == each.full) continue;
            CAPTURE(each.text);
            CHECK(each.fast == each.full);
        }
    });
    CHECK(fast > well_formed / 3); // so that it was looked at
}

TEST_CASE("a reader that takes what it should leave would be seen") {
    std::size_t seen = 0;
    const auto careless = [](const marked_text& in, uri_view& uri) { // as if no port could be too large
        if (fast_uri(in, uri)) return true;
        const auto text = in.text(in.begin(), in.end());
        const auto end = text.find(":65536");
        return end != text.npos && uri.kind == uri_scheme::sip;
    };
    read_messages(12, [&](const message_view& message) {
        const auto made = read_both<uri_view>(message, message.request_uri(), careless, full_uri);
        seen += !made.fast.empty() && made.fast != made.full ? 1 : 0;
    });
    CHECK(seen > 0);
}

/// Returns: whether a whole message with this field is read without a full reader.
auto is_fast(std::string_view field, std::string_view value) -> bool {
    const auto text =
        "REGISTER sip:example.com SIP/2.0\r\n" + std::string{field} + ": " + std::string{value} + "\r\n\r\n";
    token_map map;
    message_view message;
    REQUIRE(parse_message(text, message, map));
    const auto name = find_header(field);
    const auto all = read_all(message);
    bool found = message.has(name);
    for (const auto& each : all) found = found && !each.fast.empty();
    return found;
}

TEST_CASE("what phones send is read fast") {
    for (const auto* const via : {"SIP/2.0/UDP 127.0.0.1:55020;branch=z9hG4bKfc1ef45c175199a7;rport",
                                  "SIP/2.0/UDP 127.0.0.1:33408;branch=z9hG4bK.z~dJAisgq;rport",
                                  "SIP/2.0/UDP 127.0.0.1:38928;branch=z9hG4bK.07f6605c;rport;alias",
                                  "SIP/2.0/WS usefpbie3asa.invalid;branch=z9hG4bK2425827",
                                  "SIP/2.0/UDP 192.0.2.1;received=[2001:db8::1];rport=5060;branch=z9hG4bK1"})
        CHECK(is_fast("Via", via));
    for (const auto* const contact :
         {"<sip:alice-0x55d89752d2e0@127.0.0.1:55020>;expires=30;+sip.instance=\"<urn:uuid:0224e086-9f2d>\"",
          "<sip:j89pv7ho@usefpbie3asa.invalid;transport=ws>;+sip.ice;reg-id=1;expires=120", "sip:carol@127.0.0.1:5099",
          "\"Bob B.\" <sip:bob@192.0.2.1;transport=udp;lr>;q=0.5", "Bob <sips:bob@phone.example.com:5061>"})
        CHECK(is_fast("Contact", contact));
    for (const auto* const other : {"<sip:192.0.2.1>, <sip:192.0.2.2>", "<sip:[2001:db8::1]>", "<tel:+1-555>",
                                    "<sip:a%41@192.0.2.1>", "<sip:a:b@192.0.2.1>", "*"})
        CHECK_FALSE(is_fast("Contact", other));
}

} // namespace
#endif

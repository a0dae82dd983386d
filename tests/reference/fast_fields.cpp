// SPDX-License-Identifier: BSL-1.0
//
// The readers that walk from mark to mark, each beside the full one: over messages as phones write them, nearly so, and
// spoilt. A reader that is wrong on purpose shows that a difference would be seen.
#include <reference/exact_copy.hpp>
#include <reference/near_texts.hpp>
#include <reference/seeds.hpp>

#include <sipwhere/message/fast_contact.hpp>
#include <sipwhere/message/fast_via.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::exact_copy;
using sipwhere_test::near_texts;
using sipwhere_test::rounds;

/// All that a reader found, as a text; what is not there differs from what is empty.
class findings {
public:
    auto add(std::string_view text) -> findings& {
        text_ += text.data() == nullptr ? "-" : "\"" + std::string{text} + "\"";
        return *this;
    }
    auto add(std::size_t number) -> findings& {
        text_ += ' ' + std::to_string(number) + ' ';
        return *this;
    }
    auto add(const host_view& host) -> findings& {
        add(host.text).add(static_cast<std::size_t>(host.kind));
        for (const auto byte : host.address) add(byte);
        return *this;
    }
    [[nodiscard]] auto text() const -> const std::string& { return text_; }

private:
    std::string text_;
};

auto written(const uri_view& uri) -> std::string {
    findings all;
    for (const auto part : {uri.text, uri.scheme, uri.user, uri.password, uri.host.text, uri.params, uri.headers})
        all.add(part);
    for (const std::size_t number : {std::size_t{uri.port}, static_cast<std::size_t>(uri.kind)}) all.add(number);
    all.add(uri.host).add(uri.has_user).add(uri.has_password).add(uri.has_port);
    return all.text();
}

auto written(const contact_view& contact) -> std::string {
    findings all;
    all.add(written(contact.uri)).add(contact.params.text()).add(contact.expires_param).add(contact.expires);
    all.add(contact.q).add(contact.has_q).add(contact.has_expires);
    return all.text();
}

auto written(const via_view& via) -> std::string {
    findings all;
    for (const auto part : {via.text, via.transport, via.sent_by_text, via.params.text(), via.branch, via.received,
                            via.received_param, via.rport_param, via.maddr})
        all.add(part);
    all.add(via.host).add(via.port).add(via.ttl).add(via.has_port).add(via.has_received).add(via.has_rport);
    all.add(via.rport_has_value);
    return all.text();
}

auto written(const detail::tagged_uri& value) -> std::string {
    findings all;
    all.add(value.uri).add(value.tag).add(value.has_tag);
    return all.text();
}

/// What both readers said of one text.
struct both {
    std::string text;
    std::string fast; ///< empty when it was left to the full one
    std::string full; ///< empty when it is malformed
};

/// Reads a value fast and in full. The full reader knows nothing of the map, and gets all that a row holds.
template <typename View, typename Fast, typename Full>
auto read_both(const message_view& message, std::string_view text, Fast fast, Full full) -> both {
    both made{.text = std::string{text}, .fast = {}, .full = {}};
    View quick{}, slow{};
    if (const auto in = message.marked(text); in && fast(in, quick)) made.fast = written(quick);
    cursor from{text};
    if (full(from, slow) && from.at_end()) made.full = written(slow);
    return made;
}

auto full_uri(cursor& from, uri_view& uri) -> bool {
    const bool read = static_cast<bool>(read_uri(from, uri));
    from.take_rest();
    return read;
}
auto full_contact(cursor& from, contact_view& contact) -> bool {
    return !is_star(from.rest()) && detail::read_contact(from, contact);
}
auto full_tagged(cursor& from, detail::tagged_uri& read) -> bool {
    name_addr_text value;
    const auto made = detail::read_name_addr_text(from, value, [&read](const param_view& param) {
        if (!ascii::iequals(param.name, "tag")) return;
        read.has_tag = true;
        read.tag = param.value;
    });
    read.uri = value.uri;
    return static_cast<bool>(made);
}

/// Reads all values of a message that have a fast reader.
auto read_all(const message_view& message) -> std::vector<both> {
    std::vector<both> made;
    for (const auto row : message.rows(header_name::via))
        made.push_back(read_both<via_view>(message, row, fast_via, [](cursor& from, via_view& via) {
            return static_cast<bool>(detail::read_via(from, via));
        }));
    for (const auto row : message.rows(header_name::contact))
        made.push_back(read_both<contact_view>(message, row, fast_contact, full_contact));
    for (const auto name : {header_name::from, header_name::to})
        for (const auto row : message.rows(name)) {
            made.push_back(read_both<detail::tagged_uri>(message, row, detail::fast_tagged, full_tagged));
            name_addr_text value;
            cursor from{row};
            if (detail::read_name_addr_text(from, value, [](const param_view&) {}))
                made.push_back(read_both<uri_view>(message, value.uri, fast_uri, full_uri));
        }
    made.push_back(read_both<uri_view>(message, message.request_uri(), fast_uri, full_uri));
    return made;
}

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

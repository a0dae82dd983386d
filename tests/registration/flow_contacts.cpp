// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/flow_contacts.hpp>

#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace flow_contacts_test {

using namespace sipwhere;
using sipwhere_test::at;

constexpr auto connection = [](protocol over, const endpoint& remote) {
    return flow{.remote = remote, .over = over, .connection = 1, .epoch = 1};
};

/// Returns: whether a contact of a request goes with its connection.
[[nodiscard]] auto goes(const flow& from, std::string_view contact,
                        const sipwhere_test::request& asked = sipwhere_test::request{}) -> bool {
    const auto text = asked.text(1);
    message_view message;
    REQUIRE(parse_message(text, message));
    via_view via;
    REQUIRE(read_top_via(message, via));
    cursor in{contact};
    const auto read = parse_contact(in);
    REQUIRE(read);
    std::array contacts{*read};
    mark_flow_contacts(message, via, from, contacts);
    return contacts[0].of_flow;
}

TEST_CASE("a contact that names the connection's own end goes with it (RFC 5626 §7)") {
    const auto tcp = connection(protocol::tcp, at("192.0.2.1", 40000));
    CHECK(goes(tcp, "<sip:a@192.0.2.1:40000;transport=tcp>"));
    CHECK_FALSE(goes(tcp, "<sip:a@192.0.2.1:5060;transport=tcp>"));
    CHECK_FALSE(goes(tcp, "<sip:a@192.0.2.1>"));
    CHECK_FALSE(goes(tcp, "<sip:a@10.0.0.7:40000>"));
    CHECK_FALSE(goes(tcp, "<sip:a@phone.example.com:40000>"));
    CHECK_FALSE(goes(tcp, "<tel:+1234>"));
    CHECK(goes(tcp, "<sip:a@192.0.2.1:40000>"));
    CHECK(goes(tcp, "<sip:a@192.0.2.1:40000;x=y;Transport=TCP>"));
    CHECK_FALSE(goes(tcp, "<sip:a@192.0.2.1:40000;transport=udp>"));
    CHECK_FALSE(goes(tcp, "<sip:a@192.0.2.1:40000;transport=tls>"));
    CHECK(goes(connection(protocol::tls, at("192.0.2.1", 40000)), "<sip:a@192.0.2.1:40000;transport=tls>"));
    CHECK(goes(connection(protocol::tcp, at("192.0.2.1", 5060)), "sip:a@192.0.2.1"));
    CHECK_FALSE(goes(connection(protocol::tcp, at("192.0.2.1", 5061)), "sip:a@192.0.2.1"));
    CHECK(goes(connection(protocol::tls, at("192.0.2.1", 5061)), "sip:a@192.0.2.1"));
    CHECK(goes(connection(protocol::tcp, at("192.0.2.1", 5061)), "sips:a@192.0.2.1"));
    CHECK(goes(connection(protocol::tls, at("[2001:db8::1]", 7000)), "<sip:a@[2001:DB8::1]:7000>"));
}

TEST_CASE("an outbound contact goes with its connection, whatever it names (RFC 5626 §6)") {
    const auto tls = connection(protocol::tls, at("192.0.2.1", 40000));
    CHECK(goes(tls, "<sip:a@10.0.0.7>;+sip.instance=\"<urn:uuid:1>\";reg-id=1"));
    CHECK(goes(tls, "<sip:a@10.0.0.7>;Reg-Id=1;+SIP.instance=\"<urn:uuid:1>\""));
    CHECK_FALSE(goes(tls, "<sip:a@10.0.0.7>;+sip.instance=\"<urn:uuid:1>\""));
    CHECK_FALSE(goes(tls, "<sip:a@10.0.0.7>;reg-id=1"));
}

TEST_CASE("whatever comes over WebSocket goes with its connection (RFC 7118 §5)") {
    CHECK(goes(connection(protocol::ws, at("192.0.2.1", 40000)), "<sip:a@df7jal23ls0d.invalid;transport=ws>"));
    CHECK(goes(connection(protocol::wss, at("192.0.2.1", 40000)), "<sip:a@df7jal23ls0d.invalid;transport=ws>"));
}

TEST_CASE("what came without a connection, or by way of a proxy, goes with none") {
    const auto asked = sipwhere_test::request{};
    const auto tcp = connection(protocol::tcp, at("192.0.2.1", 40000));
    const std::string contact = "<sip:a@192.0.2.1:40000>;+sip.instance=\"<urn:uuid:1>\";reg-id=1";
    CHECK(goes(tcp, contact, asked));
    CHECK_FALSE(goes({.remote = at("192.0.2.1", 40000)}, contact, asked));
    CHECK_FALSE(goes(tcp, contact, asked.also("Via", "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK1")));
    CHECK_FALSE(
        goes(tcp, contact,
             asked.with("Via", "SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1 , SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK2")));
    CHECK_FALSE(goes(tcp, contact, asked.also("Path", "<sip:edge.example.com;lr>")));
    CHECK(goes(tcp, contact, asked.with("Via", " SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1 ")));
}

} // namespace flow_contacts_test

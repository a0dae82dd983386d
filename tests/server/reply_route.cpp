// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/reply_route.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;
using sipwhere_test::at;

/// Where an answer goes; maddr is ignored and the client alone asks for its source port.
struct routing {
    reply_to_source to_source = reply_to_source::off;
    bool obey_maddr = false;
    protocol over = protocol::udp;

    [[nodiscard]] auto operator()(std::string_view text, const endpoint& source) const -> std::optional<reply_route> {
        cursor in{text};
        const auto via = parse_via(in);
        REQUIRE(via);
        return route_reply(*via, {.remote = source, .local = at("192.0.2.100"), .over = over}, to_source, obey_maddr);
    }
};

constexpr endpoint phone{ip_address::v4({192, 0, 2, 1}), 40000};

TEST_CASE("an answer goes to the source address and the port of sent-by (R3261-18.2.2-e, R3261-18.2.2-f)") {
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.1:5070", phone)->flow.remote == at("192.0.2.1", 5070));
    CHECK(routing{}("SIP/2.0/UDP 198.51.100.9:5070", phone)->flow.remote == at("192.0.2.1", 5070));
    CHECK(routing{}("SIP/2.0/UDP phone.example:5070", phone)->flow.remote == at("192.0.2.1", 5070));
}

TEST_CASE("without a port in sent-by it goes to 5060 (R3261-18.2.2-e)") {
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.1", phone)->flow.remote == at("192.0.2.1", 5060));
}

TEST_CASE("the answer leaves by the listener and the address that the request came to (R3581-4-c)") {
    const auto route = routing{}("SIP/2.0/UDP 192.0.2.1", phone);
    CHECK(route->flow.local == at("192.0.2.100"));
}

TEST_CASE("received is added when sent-by is a name or another address (R3261-18.2.1-c)") {
    CHECK(routing{}("SIP/2.0/UDP phone.example:5070", phone)->add_received);
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.2:5070", phone)->add_received);
    CHECK(routing{}("SIP/2.0/UDP [2001:db8::1]:5070", phone)->add_received);
    CHECK(!routing{}("SIP/2.0/UDP 192.0.2.1:5070", phone)->add_received);
    CHECK(!routing{}("SIP/2.0/UDP [2001:DB8:0::1]:5070", at("[2001:db8::1]"))->add_received);
}

TEST_CASE("a received that the client wrote itself is overruled") {
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.1;received=203.0.113.9", phone)->add_received);
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.1;received=203.0.113.9", phone)->flow.remote.address == phone.address);
}

TEST_CASE("rport sends the answer to the source port, and adds received (R3581-4-b, R3581-4-c)") {
    for (const auto* via : {"SIP/2.0/UDP 192.0.2.1:5070;rport", "SIP/2.0/UDP 192.0.2.1:5070;rport=7"}) {
        const auto route = routing{}(via, phone);
        CHECK(route->flow.remote == phone);
        CHECK(route->add_rport);
        CHECK(route->add_received);
    }
}

TEST_CASE("rport is not added for a client that did not ask (R3581-4-d)") {
    CHECK(!routing{}("SIP/2.0/UDP 192.0.2.1:5070", phone)->add_rport);
    CHECK(!routing{.to_source = reply_to_source::on}("SIP/2.0/UDP 192.0.2.1:5070", phone)->add_rport);
}

TEST_CASE("reply_to_source on answers to the source port without being asked") {
    CHECK(routing{.to_source = reply_to_source::on}("SIP/2.0/UDP 192.0.2.1:5070", phone)->flow.remote == phone);
}

TEST_CASE("reply_to_source if_private does so for a sent-by behind a NAT alone") {
    const routing route{.to_source = reply_to_source::if_private};
    CHECK(route("SIP/2.0/UDP 192.168.1.9:5070", phone)->flow.remote == phone);
    CHECK(route("SIP/2.0/UDP [fd00::1]:5070", phone)->flow.remote == phone);
    CHECK(route("SIP/2.0/UDP 192.0.2.9:5070", phone)->flow.remote == at("192.0.2.1", 5070));
    CHECK(route("SIP/2.0/UDP phone.example:5070", phone)->flow.remote == at("192.0.2.1", 5070));
}

TEST_CASE("an IPv4-mapped IPv6 source is the IPv4 address it stands for") {
    const auto route = routing{}("SIP/2.0/UDP 192.0.2.1:5070", at("[::ffff:192.0.2.1]", 40000));
    CHECK(!route->add_received);
    CHECK(route->flow.remote == at("192.0.2.1", 5070));
    CHECK(!routing{}("SIP/2.0/UDP [::ffff:c000:201]:5070", phone)->add_received);
}

TEST_CASE("maddr is ignored unless the user lets it be obeyed") {
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.1;maddr=198.51.100.9", phone)->flow.remote == at("192.0.2.1"));
    CHECK(routing{}("SIP/2.0/UDP 192.0.2.1;maddr=phone.example", phone)->flow.remote == at("192.0.2.1"));
}

TEST_CASE("an obeyed maddr goes before the source, at the port of sent-by or 5060 (R3261-18.2.2-c)") {
    const routing route{.obey_maddr = true};
    CHECK(route("SIP/2.0/UDP 192.0.2.1:5070;maddr=198.51.100.9", phone)->flow.remote == at("198.51.100.9", 5070));
    CHECK(route("SIP/2.0/UDP 192.0.2.1;rport;maddr=198.51.100.9", phone)->flow.remote == at("198.51.100.9", 5060));
    CHECK(route("SIP/2.0/UDP 192.0.2.1;maddr=198.51.100.9", phone)->flow.multicast_ttl == 0);
    CHECK(route("SIP/2.0/UDP 192.0.2.1:5070", phone)->flow.remote == at("192.0.2.1", 5070));
}

TEST_CASE("a multicast maddr gets the ttl of the Via, or 1 (R3261-18.2.2-c)") {
    const routing route{.obey_maddr = true};
    const auto answered = route("SIP/2.0/UDP 192.0.2.1:5070;maddr=224.0.1.75;ttl=16", phone);
    CHECK(answered->flow.remote == at("224.0.1.75", 5070));
    CHECK(answered->flow.multicast_ttl == 16);
    CHECK(route("SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75", phone)->flow.multicast_ttl == 1);
    CHECK(route("SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=0", phone)->flow.multicast_ttl == 1);
    CHECK(route("SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=255", phone)->flow.multicast_ttl == 255);
}

TEST_CASE("an obeyed maddr that is a name, of another family or answerable by nobody gets no answer") {
    const routing route{.obey_maddr = true};
    CHECK(!route("SIP/2.0/UDP 192.0.2.1;maddr=phone.example", phone));
    CHECK(!route("SIP/2.0/UDP 192.0.2.1;maddr=a_b..c", phone));
    CHECK(!route("SIP/2.0/UDP [2001:db8::1];maddr=198.51.100.9", at("[2001:db8::1]")));
    CHECK(!route("SIP/2.0/UDP 192.0.2.1;maddr=255.255.255.255", phone));
    CHECK(!route("SIP/2.0/UDP 192.0.2.1;maddr=0.0.0.0", phone));
}

TEST_CASE("nothing is ever sent to port 0, broadcast, multicast or nowhere") {
    CHECK(!is_answerable(at("192.0.2.1", 0)));
    CHECK(!is_answerable(at("255.255.255.255")));
    CHECK(!is_answerable(at("240.0.0.1")));
    CHECK(!is_answerable(at("224.0.1.75")));
    CHECK(!is_answerable(at("239.255.255.255")));
    CHECK(!is_answerable(at("[ff02::1]")));
    CHECK(!is_answerable(at("0.0.0.0")));
    CHECK(!is_answerable(at("[::]")));
    CHECK(!is_answerable({{}, 5060}));
    CHECK(is_answerable(at("192.0.2.1", 1)));
    CHECK(is_answerable(at("[2001:db8::1]", 65535)));
    CHECK(!routing{}("SIP/2.0/UDP 192.0.2.1;rport", at("192.0.2.1", 0)));
    CHECK(!routing{}("SIP/2.0/UDP 192.0.2.1", at("224.0.1.75")));
    CHECK(!routing{}("SIP/2.0/UDP 192.0.2.1", at("255.255.255.255")));
}

TEST_CASE("over a connection the answer goes back the way the request came, whatever the Via says") {
    const routing route{.obey_maddr = true, .over = protocol::tcp};
    const auto answered = route("SIP/2.0/TCP phone.example:5070;maddr=198.51.100.9", phone);
    CHECK(answered->flow.remote == phone);
    CHECK(answered->add_received);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/certificate_access.hpp>

#include <sipwhere/auth/open_access.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace certificate_access_test {

using namespace sipwhere;
using namespace sipwhere_test;

constexpr std::array trusted{certified_domain{"gate.example.org", "example.com"},
                             certified_domain{"Gate.Example.org", "example.net"},
                             certified_domain{"other.example.org", "example.org"}};

/// Lets in nobody, and says so.
struct closed_door {
    auto authenticate(const access_request&, writer&) -> access_result {
        return refusal{status::unauthorized, "Who Are You"};
    }
    auto authorize(const access_request&, writer&) -> access_result { return grant; }
};

/// A transport that knows for which domains its client has shown a certificate.
struct certified_transport : capturing_transport {
    std::string shown;
    [[nodiscard]] auto peer_domains(const flow& of) const -> std::string_view {
        return of.over == protocol::tls ? std::string_view{shown} : std::string_view{};
    }
};
static_assert(has_peer_domains<certified_transport> && !has_peer_domains<capturing_transport>);

/// A registrar of several domains behind a closed door that certificates open.
struct gated {
    settings config{.domains = {"example.com", "example.net", "example.org"}};
    manual_clock clock;
    hash_storage storage;
    certified_transport transport;
    seeded_random random{7};
    closed_door door;
    certificate_access<closed_door> access{door, trusted};
    recording_observer observer;
    basic_registrar<manual_clock, hash_storage, certified_transport, seeded_random, certificate_access<closed_door>,
                    recording_observer>
        registrar{config, clock, storage, transport, random, access, observer};
    unsigned number = 0;

    gated() { REQUIRE(registrar.start()); }

    /// Returns: the status and reason of the answer to a REGISTER of someone in a domain.
    auto registers(std::string_view domain, std::string_view shown, protocol over = protocol::tls,
                   const request& asked = alice_registers("sip:a@192.0.2.1")) -> std::string {
        transport.shown = shown;
        const auto to = "<sip:alice@" + std::string{domain} + ">";
        const auto text = asked.starting("REGISTER sip:" + std::string{domain} + " SIP/2.0")
                              .with("To", to)
                              .with("From", to + ";tag=1")
                              .with("Content-Length", "0")
                              .text(++number);
        const flow from{.remote = at("192.0.2.1"), .over = over, .connection = 1};
        registrar.receive(datagram{from, text});
        const auto& answer = transport.sent.back().second;
        return answer.substr(8, answer.find("\r\n") - 8);
    }
};

TEST_CASE("who shows a listed certificate registers in its domains, and in no others (R5922-7.1-a)") {
    gated w;
    CHECK(w.registers("example.com", "gate.example.org") == "200 OK");
    CHECK(w.observer.changes.back().by == "@gate.example.org");
    CHECK(w.registers("example.net", "x.example.org gate.example.org") == "200 OK");
    CHECK(w.registers("example.org", "gate.example.org") == "403 Not of a Domain of This Certificate");
    CHECK(w.registers("example.org", "gate.example.org other.example.org") == "200 OK");
}

TEST_CASE("names are compared whole: no suffix, no wildcard (R5922-7.2-a)") {
    gated w;
    for (const auto* shown : {"example.org", "a.gate.example.org", "*.example.org", "gate.example.or",
                              "gate.example.org.", "ate.example.org", "gate.example.orgx", "gate"})
        CHECK(w.registers("example.com", shown) == "401 Who Are You");
    CHECK(w.registers("example.com", "GATE.example.ORG") == "200 OK");
}

TEST_CASE("who shows no certificate, or none that is listed, is asked as all others are (R5922-7.4-a)") {
    gated w;
    CHECK(w.registers("example.com", "") == "401 Who Are You");
    CHECK(w.registers("example.com", "evil.example.org") == "401 Who Are You");
    CHECK(w.registers("example.com", "gate.example.org", protocol::tcp) == "401 Who Are You");
}

TEST_CASE("a request with credentials of its own is judged by these, whatever its connection has shown (R5922-8.1-a)") {
    gated w;
    const auto asked = alice_registers("sip:a@192.0.2.1").with("Authorization", "Digest username=\"x\"");
    CHECK(w.registers("example.com", "gate.example.org", protocol::tls, asked) == "401 Who Are You");
    CHECK(w.registers("example.com", "gate.example.org") == "200 OK");
    CHECK(w.registers("example.com", "") == "401 Who Are You"); // nothing is kept of the connection
}

TEST_CASE("a certificate does not vouch for what its client passes on for others") {
    gated w;
    const auto asked = alice_registers("sip:a@192.0.2.1");
    for (const auto& relayed : {asked.also("Via", "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx"),
                                asked.with("Via", "SIP/2.0/TLS a;branch=z9hG4bK{n},SIP/2.0/UDP b;branch=z9hG4bKx"),
                                asked.with("Path", "<sip:edge.example.org;lr>")})
        CHECK(w.registers("example.com", "gate.example.org", protocol::tls, relayed) == "401 Who Are You");
}

TEST_CASE("before a policy that asks nobody, a certificate grants no more than that does") {
    open_access open;
    certificate_access access{open, std::span<const certified_domain>{trusted}};
    static_assert(access_policy<decltype(access)> && has_authenticate<decltype(access)>);
}

} // namespace certificate_access_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/write_response.hpp>

#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

constexpr via_fixup nothing_to_fix{};
constexpr via_fixup came_from_nat{"203.0.113.9", 4711, true, true};

/// Answers `request` with 200 and the tag "t".
auto response_head(std::string_view request, const via_fixup& fixup, std::string_view tag = "t") -> std::string {
    message_view message;
    REQUIRE(parse_message(request, message));
    cursor in{message.value(header_name::via)};
    const auto via = parse_via(in);
    std::array<char, 2000> space{};
    writer out{space};
    write_response_head(out, message, via ? *via : via_view{}, fixup, status::ok, "", tag);
    CHECK(out.fits());
    return std::string{out.text()};
}

auto response_vias(const std::string& via, const via_fixup& fixup) -> std::string {
    const auto head = response_head("OPTIONS sip:h SIP/2.0\r\n" + via + "\r\n", fixup);
    return head.substr(std::string_view{"SIP/2.0 200 OK\r\n"}.size());
}

TEST_CASE("a response copies Via, From, To, Call-ID and CSeq, and adds a tag (R3261-8.2.6.2-a to R3261-8.2.6.2-f)") {
    const auto head = response_head("REGISTER sip:registrar.biloxi.com SIP/2.0\r\n"
                                    "CSeq: 1826 REGISTER\r\n"
                                    "Via: SIP/2.0/UDP bobspc.biloxi.com:5060;branch=z9hG4bKnashds7\r\n"
                                    "Max-Forwards: 70\r\n"
                                    "To: Bob <sip:bob@biloxi.com>\r\n"
                                    "From: Bob <sip:bob@biloxi.com>;tag=456248\r\n"
                                    "i: 843817637684230@998sdasdh09\r\n\r\n",
                                    nothing_to_fix);

    CHECK(head == "SIP/2.0 200 OK\r\n"
                  "Via: SIP/2.0/UDP bobspc.biloxi.com:5060;branch=z9hG4bKnashds7\r\n"
                  "From: Bob <sip:bob@biloxi.com>;tag=456248\r\n"
                  "To: Bob <sip:bob@biloxi.com>;tag=t\r\n"
                  "Call-ID: 843817637684230@998sdasdh09\r\n"
                  "CSeq: 1826 REGISTER\r\n");
}

TEST_CASE("a To gets the tag that is given, and otherwise stays as it is") {
    const auto to = [](const std::string& value, std::string_view tag) {
        const auto head = response_head("OPTIONS sip:h SIP/2.0\r\nTo: " + value + "\r\n\r\n", nothing_to_fix, tag);
        return head.substr(std::string_view{"SIP/2.0 200 OK\r\nTo: "}.size());
    };
    CHECK(to("<sip:a@h>;tag=theirs", "") == "<sip:a@h>;tag=theirs\r\n");
    CHECK(to("<sip:a@h;tag=uri>", "t") == "<sip:a@h;tag=uri>;tag=t\r\n");
    CHECK(to("sip:a@h", "t") == "sip:a@h;tag=t\r\n");
    CHECK(to("\";tag=x\" <sip:a@h>", "t") == "\";tag=x\" <sip:a@h>;tag=t\r\n");
    CHECK(to("<sip:a@h>", "") == "<sip:a@h>\r\n");
}

TEST_CASE("all Via values are copied in order (R3261-8.2.6.2-d)") {
    CHECK(
        response_vias("Via: SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b\r\nv: SIP/2.0/TLS c;x=\"y, z\"\r\n", came_from_nat) ==
        "Via: SIP/2.0/UDP a;branch=1;received=203.0.113.9;rport=4711, SIP/2.0/TCP b\r\n"
        "Via: SIP/2.0/TLS c;x=\"y, z\"\r\n");
}

TEST_CASE("received and rport take the place of what the sender put there (R3581-4-a, R3581-4-b)") {
    CHECK(response_vias("Via: SIP/2.0/UDP a;rport;branch=1\r\n", came_from_nat) ==
          "Via: SIP/2.0/UDP a;branch=1;received=203.0.113.9;rport=4711\r\n");
    CHECK(response_vias("Via: SIP/2.0/UDP a ; received=192.0.2.66 ; rport = 9\r\n", came_from_nat) ==
          "Via: SIP/2.0/UDP a ;received=203.0.113.9;rport=4711\r\n");
    CHECK(response_vias("Via: SIP/2.0/UDP a;received=192.0.2.66\r\n", nothing_to_fix) ==
          "Via: SIP/2.0/UDP a;received=192.0.2.66\r\n");
}

TEST_CASE("without rport in the request none is added (R3581-4-d)") {
    via_fixup only_received = came_from_nat;
    only_received.add_rport = false;
    CHECK(response_vias("Via: SIP/2.0/UDP a;branch=1\r\n", only_received) ==
          "Via: SIP/2.0/UDP a;branch=1;received=203.0.113.9\r\n");
}

TEST_CASE("a Via that could not be read is copied as it is") {
    CHECK(response_vias("Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n", came_from_nat) ==
          "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n");
}

TEST_CASE("folds become spaces, so that no value ends its line (R3261-7.3.1-a)") {
    const auto head = response_head("OPTIONS sip:h SIP/2.0\r\n"
                                    "Via: SIP / 2.0\r\n /UDP a ; x = \"1\r\n 2\"\r\n"
                                    "From: sip:a@h\r\n\t;tag=1\r\n"
                                    "To: sip:b@h\r\n ;x\r\n"
                                    "Call-ID: a\rEvil: yes\r\n"
                                    "CSeq: 1\r\n OPTIONS\r\n\r\n",
                                    came_from_nat);

    CHECK(head == "SIP/2.0 200 OK\r\n"
                  "Via: SIP / 2.0 /UDP a ; x = \"1 2\";received=203.0.113.9;rport=4711\r\n"
                  "From: sip:a@h ;tag=1\r\n"
                  "To: sip:b@h ;x;tag=t\r\n"
                  "Call-ID: a Evil: yes\r\n"
                  "CSeq: 1 OPTIONS\r\n");
}

TEST_CASE("fields that the request lacks are left out, and of two the first is taken") {
    CHECK(response_head("OPTIONS sip:h SIP/2.0\r\n\r\n", nothing_to_fix) == "SIP/2.0 200 OK\r\n");
    CHECK(response_head("OPTIONS sip:h SIP/2.0\r\nCall-ID: a\r\nCall-ID: b\r\n\r\n", nothing_to_fix) ==
          "SIP/2.0 200 OK\r\nCall-ID: a\r\n");
}

TEST_CASE("a reason of one's own can be given") {
    message_view message;
    REQUIRE(parse_message("OPTIONS sip:h SIP/2.0\r\n\r\n", message));
    std::array<char, 100> space{};
    writer out{space};
    write_response_head(out, message, {}, {}, status::bad_request, "No\r\nVia", "t");
    finish(out);
    CHECK(out.text() == "SIP/2.0 400 No Via\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a message without a body says so (R3261-20.14-a)") {
    std::array<char, 100> space{};
    writer out{space};
    write_field(out, "Expires", "60");
    finish(out);
    CHECK(out.text() == "Expires: 60\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a response is never written past its space") {
    constexpr std::string_view request = "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a;rport\r\nFrom: sip:a@h;tag=1\r\n"
                                         "To: sip:b@h\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n";
    message_view message;
    REQUIRE(parse_message(request, message));
    cursor in{message.value(header_name::via)};
    const auto via = parse_via(in);
    REQUIRE(via);
    const auto whole = response_head(request, came_from_nat).size();
    std::array<char, 400> space{};
    for (std::size_t size = 0; size <= whole; ++size) {
        space.fill('#');
        writer out{std::span{space}.first(size)};
        write_response_head(out, message, *via, came_from_nat, status::ok, "", "t");
        CHECK(out.fits() == (size == whole));
        CHECK(space[size] == '#');
    }
}

} // namespace

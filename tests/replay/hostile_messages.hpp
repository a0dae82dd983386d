// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/request.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// A message of our own of a class of RFC 4475 or RFC 5118.
struct hostile_message {
    std::string_view name; ///< of the class, as in `torture_classes`
    std::string bytes;
};

/// Returns: a text with the line ends of SIP.
[[nodiscard]] inline auto with_crlf(std::string_view text) -> std::string {
    std::string made;
    for (const char c : text) made += c == '\n' ? std::string{"\r\n"} : std::string(1, c);
    return made;
}

[[nodiscard]] inline auto hostile_vias(unsigned count) -> std::string {
    std::string rows = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtop";
    for (unsigned i = 1; i < count; ++i) {
        rows += i % 3 == 0 ? "\r\nVIA : " : " ,\t";
        rows += "SIP / 2.0 / SCTP proxy-" + std::to_string(i) + ".example.net : 50" + std::to_string(i) + " ; " +
                std::string(i, 'x') + "=y;branch=z9hG4bK" + std::to_string(i);
    }
    return rows;
}

/// Returns: at least one message of each class.
[[nodiscard]] inline auto hostile_messages() -> std::vector<hostile_message> {
    using namespace std::string_literals;
    const request call{"INVITE", "sip:bob@example.com"};
    const request asks{"OPTIONS", "sip:bob@example.com"};
    const request bye{"BYE", "sip:bob@example.com"};
    const request none{};
    const request one = none.with("Contact", "<sip:a@192.0.2.1>");
    const request two_vias =
        call.with("Via", "SIP/2.0/UDP [2001:db8::9];branch=z9hG4bK{n}\r\nVia: SIP/2.0/TCP 192.0.2.9");
    const std::string sdp = "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\nc=IN IP4 192.0.2.1\r\n";
    const auto as_sdp = [&sdp](const request& asked) {
        return asked.with("Content-Type", "application/sdp").carrying(sdp);
    };

    const std::vector<std::pair<std::string_view, request>> requests{
        {"wsinv", call.with("Via", "SIP  /\r\n\t2.0\r\n /UDP 192.0.2.1\r\n ;branch\r\n =z9hG4bK{n}")
                      .with("From", "\"a, \\\"<b>\\\"\"\r\n\t<sip:a;b,c@example.com;x?y=z>\r\n ; TAG =1")
                      .also("nEwHeAdEr", "\x01\xff, ;;,\r\n    <")},
        {"intmeth", request{"!*%.~`'+_-1", "sip:bob@example.com"}.with(
                        "From", "\"\\\0 \\\\ \xc3\xa9\" <sip:a@example.com>;tag=%1"s)},
        {"esc01", call.starting("INVITE sip:b%6Fb:%3A@example.com;p=%41%25%34%31 SIP/2.0")
                      .with("Contact", "<sip:a@b;v%61=%2541?H=%0d%0a>")},
        {"escnull",
         none.with("Contact", "<sip:%00@192.0.2.1>, <sip:%00%00@192.0.2.1>").with("To", "<sip:a%00@example.com>")},
        {"esc02", request{"%52EGISTER"}.also("C%6fntact", "<sip:a@192.0.2.1>")},
        {"esc02", request{"register"}.also("Contact", "<sip:a@192.0.2.1>")},
        {"lwsdisp", asks.with("From", "a b c<sip:a@example.com>;tag=1").with("To", "\"\"<sip:b@example.com>")},
        {"longreq", call.with("Via", hostile_vias(60))
                        .with("To", "<sip:" + std::string(900, 'b') + "@example.com>")
                        .also(std::string(500, 'N'), std::string(3000, 'v'))},
        {"dblreq", one.with("Content-Length", "0").carrying("\r\nREGISTER sip:example.com SIP/2.0\r\n\r\n")},
        {"semiuri", request{"OPTIONS", "sip:a;b=c%40d;e@example.com"}},
        {"transports", asks.with("Via", "SIP/2.0/CARRIER-PIGEON 192.0.2.1;branch=z9hG4bK{n}, SIP/2.0/x y")},
        {"mpart01", request{"MESSAGE", "sip:bob@example.com"}
                        .with("Content-Type", "multipart/mixed;boundary=\"a\\\"b\"")
                        .with("Content-Length", "9")
                        .carrying("\0\r\n\r\n\0--\xff"s)},
        {"badinv01", call.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n};;x,;,,")},
        {"badinv01", call.with("Via", "SIP/2.0/UDP 192.0.2.1;")},
        {"clerr", call.with("Content-Length", "99999").carrying("short")},
        {"clerr", one.with("Content-Length", "1")},
        {"ncl", call.with("Content-Length", "-1")},
        {"ncl", one.with("Content-Length", "0x0")},
        {"scalar02", one.with("CSeq", "4294967296 REGISTER").with("Expires", "10000000000000000000000")},
        {"scalar02", one.with("CSeq", std::string(70, '9') + " REGISTER")},
        {"quotbal", call.with("To", "\"Bob <sip:bob@example.com>")},
        {"quotbal", call.with("From", "\"A\\\" <sip:a@example.com>;tag=1")},
        {"ltgtruri", call.starting("INVITE <sip:bob@example.com> SIP/2.0")},
        {"lwsruri", call.starting("INVITE sip:bob@example.com; lr SIP/2.0")},
        {"lwsstart", call.starting("INVITE   sip:bob@example.com   SIP/2.0")},
        {"trws", asks.starting("OPTIONS sip:bob@example.com SIP/2.0 \t ")},
        {"escruri",
         call.starting("INVITE sip:bob@example.com?Route=%3Csip:evil.example.net%3E&X=%0d%0aY:%20z SIP/2.0")},
        {"baddate", call.also("Date", "yesterday, 25:61 CEST")},
        {"regbadct", none.with("Contact", "sip:a@192.0.2.1?Route=%3Csip:x%3E")},
        {"badaspec", asks.with("To", "< sip:bob@example.com >")},
        {"baddn", asks.with("From", "Bob, the Builder <sip:a@example.com>;tag=1")},
        {"badvers", asks.starting("OPTIONS sip:bob@example.com SIP/2.1")},
        {"badvers", none.starting("REGISTER sip:example.com SIP/20")},
        {"mismatch01", asks.with("CSeq", "{n} REGISTER")},
        {"mismatch01", one.with("CSeq", "{n} register")},
        {"mismatch02", request{"FLY", "sip:bob@example.com"}.with("CSeq", "{n} INVITE")},
        {"badbranch", asks.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")},
        {"insuf", call.without("From").without("To").without("Call-ID")},
        {"test", call.without("Via")},
        {"unkscm", request{"OPTIONS", "nobodyknows:thisscheme;x"}},
        {"novelsc", request{"OPTIONS", "soap.beep://192.0.2.103:3002"}},
        {"unksm2", one.with("To", "isbn:2983792873").with("From", "<http://example.com>;tag=1")},
        {"unksm2", one.with("To", "<tel:+4930123456>")},
        {"bext01", request{"OPTIONS"}.with("Require", "fly , swim\r\nRequire: run").also("Proxy-Require", "wings")},
        {"invut", call.with("Content-Type", "application/unknown;x=\"y").carrying("<?>")},
        {"regaut01", none.with("Authorization", "NoOneKnowsThisScheme opaque-data=here, x=\"")},
        {"multi01", one.also("Call-ID", "again").also("From", "<sip:b@example.com>").also("CSeq", "8 REGISTER")},
        {"multi01", one.with("Expires", "60\r\nExpires: 60")},
        {"mcl01", asks.with("Content-Length", "0\r\nl: 1").carrying("ab")},
        {"zeromf", asks.with("Max-Forwards", "0")},
        {"zeromf", asks.with("Max-Forwards", "-4 or so")},
        {"cparam01", none.with("Contact", "sip:a@192.0.2.1;unknown;q=0.1")},
        {"cparam02", none.with("Contact", "<sip:a@192.0.2.1;unknown;q=0.1>")},
        {"regescrt", none.with("Contact", "<sip:a@192.0.2.1?Route=%3Csip:p%3Blr%3E&X=>")},
        {"sdp01", as_sdp(call.with("Accept", "text/nobodyknowsthis"))},
        {"inv2543",
         call.with("Via", "SIP/2.0/UDP 192.0.2.1").with("From", "<sip:a@example.com>").without("Max-Forwards")},
        {"test", call.starting("INVITE bob@example.com").also("Foo bar", "x")},
        {"test", call.also("no colon here\r\nX", "y").starting("INVITE bob@example.com SIP/2.0")},
        {"v6-ipv6-good",
         one.starting("REGISTER sip:[2001:db8::10] SIP/2.0").with("Via", "SIP/2.0/UDP [2001:db8::9:1]")},
        {"v6-ipv6-bad", one.starting("REGISTER sip:2001:db8::10 SIP/2.0")},
        {"v6-ipv6-bad", one.starting("REGISTER sip:[2001:db8::10 SIP/2.0")},
        {"v6-ipv6-bad", one.starting("REGISTER sip:[2001:db8::1::2] SIP/2.0")},
        {"v6-port-ambiguous", one.starting("REGISTER sip:[2001:db8::10:5070] SIP/2.0")},
        {"v6-port-unambiguous", one.starting("REGISTER sip:[2001:db8::10]:5070 SIP/2.0")},
        {"v6-via-received-param-with-delim",
         bye.with("Via", "SIP/2.0/UDP [::1];received=[2001:db8::9:255];branch=z9hG4bK{n}")},
        {"v6-via-received-param-no-delim",
         asks.with("Via", "SIP/2.0/UDP [::1];received=2001:db8::9:255;branch=z9hG4bK{n}")},
        {"v6-ipv6-in-sdp", as_sdp(call.with("Via", "SIP/2.0/UDP [::1]:5070;branch=z9hG4bK{n}"))},
        {"v6-mult-ip-in-header",
         bye.with("Via", "SIP/2.0/UDP [::1];branch=z9hG4bK{n},SIP/2.0/UDP 192.0.2.9,SIP/2.0/TCP h.x")},
        {"v6-mult-ip-in-sdp", as_sdp(two_vias)},
        {"v6-ipv4-mapped-ipv6", call.with("Via", "SIP/2.0/UDP [::ffff:192.0.2.1];branch=z9hG4bK{n}")
                                    .with("Contact", "<sip:a@[::FFFF:192.0.2.10]:19823>")},
        {"v6-ipv6-bug-abnf-3-colons",
         asks.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n};received=[2001:db8:::192.0.2.1]")},
        {"v6-ipv6-correct-abnf-2-colons",
         asks.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n};received=[2001:db8::192.0.2.1]")},
    };
    constexpr std::string_view rest =
        "\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>\n"
        "Call-ID: x\nCSeq: 1 REGISTER\nContact: <sip:a@b>;expires=";
    std::vector<hostile_message> made{
        {"unreason", with_crlf("SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe" + std::string{rest} + "3\n\n")},
        {"noreason", with_crlf("SIP/2.0 100 " + std::string{rest} + "3\n\n")},
        {"noreason", with_crlf("sip/2.0 200" + std::string{rest} + "3\n\n")},
        {"scalarlg", with_crlf("SIP/2.0 503 No\nRetry-After: 949302838503028349304023988" + std::string{rest} +
                               "9999999999999\n\n")},
        {"bigcode", with_crlf("SIP/2.0 4294967301 Better not break" + std::string{rest} + "3\n\n")},
        {"bigcode", with_crlf("SIP/2.0 000 X" + std::string{rest} + "3\n\n")},
        {"bcast", with_crlf("SIP/2.0 200 OK" + std::string{rest} + "3\nVia: SIP/2.0/UDP 255.255.255.255\n\n")},
    };
    unsigned number = 0;
    for (const auto& [name, asked] : requests) made.push_back({name, asked.text(++number)});
    return made;
}

} // namespace sipwhere_test

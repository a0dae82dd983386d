// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/uri.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

auto uri_taken_apart(std::string_view text) -> uri_view {
    const auto uri = parse_uri(text);
    CHECK_MESSAGE(uri, std::string{text});
    return uri ? *uri : uri_view{};
}

TEST_CASE("a SIP URI is taken apart into all its components (RFC 3261 §19.1.1)") {
    const auto uri = uri_taken_apart("sip:alice:secret@example.com:5070;transport=tcp;lr?subject=x&priority=urgent");

    CHECK(uri.kind == uri_scheme::sip);
    CHECK(uri.scheme == "sip");
    CHECK(uri.user == "alice");
    CHECK(uri.password == "secret");
    CHECK(uri.host.text == "example.com");
    CHECK(uri.port == 5070);
    CHECK(uri.params == "transport=tcp;lr");
    CHECK(uri.headers == "subject=x&priority=urgent");
    CHECK((uri.has_user && uri.has_password && uri.has_port));
}

TEST_CASE("what a SIP URI does not have is absent") {
    const auto uri = uri_taken_apart("SIPS:[2001:db8::1]");

    CHECK(uri.kind == uri_scheme::sips);
    CHECK(uri.host.kind == host_kind::ipv6);
    CHECK_FALSE((uri.has_user || uri.has_password || uri.has_port));
    CHECK(uri.params.empty());
    CHECK(uri.headers.empty());
}

TEST_CASE("headers may follow the host at once") {
    CHECK(uri_taken_apart("sip:example.com?to=sip:bob%40biloxi.com").headers == "to=sip:bob%40biloxi.com");
    CHECK(uri_taken_apart("sip:a@h?x=?/:[]+$").headers == "x=?/:[]+$");
}

TEST_CASE("the user may hold what looks like parameters, headers and escapes (RFC 4475 §3.1.1.9, §3.1.1.2)") {
    CHECK(uri_taken_apart("sip:user;par=u%40example.net@example.com").user == "user;par=u%40example.net");
    CHECK(uri_taken_apart("sip:sips%3Auser%40example.com@example.net").host.text == "example.net");
    const auto wild =
        uri_taken_apart("sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(x)@h");
    CHECK(wild.user == "1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    CHECK(wild.password == "&it+has=1,weird!*pas$wo~d_too.(x)");
    CHECK(uri_taken_apart("sip:null-%00-null@example.com").user == "null-%00-null");
}

TEST_CASE("a password may be empty, a user may not") {
    CHECK(uri_taken_apart("sip:a:@h").has_password);
    CHECK(parse_uri("sip:@h").error() == failure{errc::bad_uri, 4});
    CHECK(parse_uri("sip::x@h").error().code == errc::bad_uri);
}

TEST_CASE("a malformed SIP URI is an error, where reading stopped") {
    const auto code = [](std::string_view text) { return parse_uri(text).error().code; };
    for (const auto text : {""sv,
                            "sip"sv,
                            ":"sv,
                            "1sip:h"sv,
                            "s ip:h"sv,
                            "<sip:h>"sv,
                            " sip:h"sv,
                            "sip:a b@h"sv,
                            "sip:a<b@h"sv,
                            "sip:a%4@h"sv,
                            "sip:a%zz@h"sv,
                            "sip:a\"b@h"sv,
                            "sip:a:b:c@h"sv,
                            "sip:a:b;c@h"sv,
                            "sip:h>"sv,
                            "sip:h "sv,
                            "sip:h/x"sv,
                            "sip:\xc3\xa4@h"sv,
                            "sip:a\0b@h"sv,
                            "sip:a@b@c"sv})
        CHECK(code(text) == errc::bad_uri);
    for (const auto text : {"sip:"sv, "sip:a@"sv, "sip: h"sv, "sip:2001:db8::1"sv, "sip:;lr"sv})
        CHECK((code(text) == errc::bad_host || code(text) == errc::bad_port));
    for (const auto text : {"sip:h;"sv, "sip:h;;lr"sv, "sip:h;lr;"sv, "sip:h; lr"sv, "sip:h;lr;lr"sv, "sip:h?"sv,
                            "sip:h?a"sv, "sip:h;lr?a=1&"sv, "sip:h;a=\"b\""sv, "sip:h;?a=1"sv})
        CHECK(code(text) == errc::bad_params);
    CHECK(code("sip:h:0") == errc::bad_port);
    CHECK(parse_uri("sip:alice@example.com;lr;x=%zz").error() == failure{errc::bad_params, 25});
}

TEST_CASE("other schemes are read by their characters alone (RFC 3261 §25.1 absoluteURI)") {
    const auto tel = uri_taken_apart("tel:+1-201-555-0123;phone-context=example.com");
    CHECK(tel.kind == uri_scheme::tel);
    CHECK(tel.opaque == "+1-201-555-0123;phone-context=example.com");
    const auto other = uri_taken_apart("nobodyKnowsThisScheme:totallyopaquecontent");
    CHECK(other.kind == uri_scheme::other);
    CHECK(other.scheme == "nobodyKnowsThisScheme");
    CHECK_FALSE(other.is_sip());
    CHECK(uri_taken_apart("soap.beep://192.0.2.103:3002").opaque == "//192.0.2.103:3002");
    CHECK(uri_taken_apart("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6").kind == uri_scheme::other);
    for (const auto text : {"tel:"sv, "x:a b"sv, "x:<a>"sv, "x:%4"sv, "-x:a"sv})
        CHECK(parse_uri(text).error().code == errc::bad_uri);
}

TEST_CASE("a URI is read while compiling") {
    static_assert(parse_uri("sip:alice@192.0.2.1:5060;lr")->port == 5060);
    static_assert(!parse_uri("sip:alice@"));
}

TEST_CASE("what was read once is taken apart in the same way without being judged again") {
    for (const std::string_view text : {"sip:h", "sips:%61:p@h:5061;x=1;lr?a=b&c=", "sip:a@[2001:db8::1];x",
                                        "SIP:a;b@192.0.2.1?a=", "tel:+1;x=y", "x:a?b"}) {
        const auto read = parse_uri(text);
        REQUIRE(read);
        const auto split = split_uri(text);
        CHECK(split.text == read->text);
        CHECK(split.kind == read->kind);
        CHECK(split.scheme == read->scheme);
        CHECK(split.user == read->user);
        CHECK(split.password == read->password);
        CHECK(split.host.text == read->host.text);
        CHECK(split.host.kind == read->host.kind);
        CHECK(split.host.address == read->host.address);
        CHECK(split.port == read->port);
        CHECK(split.has_user == read->has_user);
        CHECK(split.has_password == read->has_password);
        CHECK(split.params == read->params);
        CHECK(split.headers == read->headers);
        CHECK(split.opaque == read->opaque);
    }
    CHECK(split_uri("sip:h;x;x").params == "x;x");
}

} // namespace

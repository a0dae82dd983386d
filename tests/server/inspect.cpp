// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/inspect.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using sipwhere_test::at;
using sipwhere_test::parsed_request;
using sipwhere_test::request;

/// Returns: the status of a refusal, `ok` when there is none.
auto code(const std::optional<refusal>& why) -> status { return why ? why->code : status::ok; }

auto code_of_line(std::string_view line) -> status {
    return code(inspect_version(*parsed_request{request{}.starting(line)}));
}

TEST_CASE("SIP/2.0 is served in any case, other versions are not (R3261-7.1-a, R3261-7.1-c)") {
    CHECK(code_of_line("REGISTER sip:example.com SIP/2.0") == status::ok);
    CHECK(code_of_line("REGISTER sip:example.com sip/2.0") == status::ok);
    CHECK(code_of_line("REGISTER sip:example.com SIP/3.0") == status::version_not_supported);
    CHECK(code_of_line("REGISTER sip:example.com SIP/2.00") == status::version_not_supported);
    CHECK(code_of_line("REGISTER sip:example.com SIP/7.0") == status::version_not_supported);
}

constexpr method_set registrar_methods{method::register_, method::options, method::cancel, method::ack};

auto code_of_method(std::string_view method) -> status {
    return code(inspect_method(*parsed_request{request{std::string{method}}}, registrar_methods));
}

TEST_CASE("the methods that are served pass") {
    for (const auto* method : {"REGISTER", "OPTIONS", "CANCEL", "ACK"}) CHECK(code_of_method(method) == status::ok);
}

TEST_CASE("a method that is known but not served is 405 (R3261-8.2.1-a)") {
    for (const auto* method :
         {"INVITE", "BYE", "SUBSCRIBE", "NOTIFY", "MESSAGE", "PUBLISH", "REFER", "INFO", "UPDATE", "PRACK"})
        CHECK(code_of_method(method) == status::method_not_allowed);
}

TEST_CASE("a method that nobody knows is 501, and their letters count (R3261-8.2.1-c)") {
    for (const auto* method : {"register", "FETCH", "!interesting-Method0123456789_*+`.%indeed'~"})
        CHECK(code_of_method(method) == status::not_implemented);
}

constexpr std::array<domain_rule, 1> example_com{"example.com"};

/// Returns: what becomes of a Request-URI where example.com is served.
auto admitted(std::string_view uri, request_target& out) -> std::optional<refusal> {
    const parsed_request asked{request{"REGISTER", std::string{uri}}};
    return inspect_request_uri(*asked, {.domains = example_com}, {.local = at("192.0.2.100")}, out);
}
auto code_of_uri(std::string_view uri) -> status {
    request_target out;
    return code(admitted(uri, out));
}

TEST_CASE("a Request-URI of a served domain passes, whatever its port, parameters and headers") {
    CHECK(code_of_uri("sip:example.com") == status::ok);
    CHECK(code_of_uri("sips:EXAMPLE.com") == status::ok);
    CHECK(code_of_uri("sip:example.com:5061;transport=tcp") == status::ok);
    CHECK(code_of_uri("sip:example.com?Route=%3Csip:example.org%3E") == status::ok);
    CHECK(code_of_uri("sip:192.0.2.100") == status::ok);
}

TEST_CASE("a Request-URI that is no more than a configured domain means what it means with a port") {
    const std::array<domain_rule, 5> domains{"example.com", "192.0.2.7", "2001:db8::1", "root.example.",
                                             with_subdomains("example.net")};
    const std::array<domain_alias, 2> aliases{{{"192.0.2.7", "example.com"}, {"a.example.net", "example.net"}}};
    const served_domains served{domains, aliases};
    for (const std::string host :
         {"example.com", "192.0.2.7", "2001:db8::1", "[2001:db8::1]", "root.example.", "root.example", "example.net",
          "a.example.net", "b.example.net", "example.org", "", "example.com:"}) {
        CAPTURE(host);
        request_target bare, with_port;
        const parsed_request without{request{"REGISTER", "sip:" + host}};
        const parsed_request with{request{"REGISTER", "sip:" + host + ":5060"}};
        const auto refused = inspect_request_uri(*without, served, {}, bare);
        CHECK(code(refused) == code(inspect_request_uri(*with, served, {}, with_port)));
        CHECK(same_domain(bare.domain, with_port.domain));
    }
    request_target alias;
    CHECK(!inspect_request_uri(*parsed_request{request{"REGISTER", "sip:192.0.2.7"}}, served, {}, alias));
    CHECK(alias.domain.text == "example.com");
}

TEST_CASE("a user in the Request-URI is ignored (R3261-10.2-b)") {
    const parsed_request asked{request{"REGISTER", "sip:alice@example.com"}};
    request_target out;
    CHECK(!inspect_request_uri(*asked, {.domains = example_com}, {}, out));
    CHECK(out.domain.text == "example.com");
}

TEST_CASE("a Request-URI of another domain is 404 (R3261-8.2.2.1-c)") {
    CHECK(code_of_uri("sip:example.org") == status::not_found);
    CHECK(code_of_uri("sip:192.0.2.101") == status::not_found);
}

TEST_CASE("a Request-URI of another scheme is 416 (R3261-8.2.2.1-b)") {
    CHECK(code_of_uri("tel:+12015550123") == status::unsupported_uri_scheme);
    CHECK(code_of_uri("http://example.com/") == status::unsupported_uri_scheme);
}

TEST_CASE("a Request-URI that can't be read is 400, with a reason") {
    request_target out;
    for (const auto* uri : {"sip:", "sip:@example.com", "<sip:example.com>", "example.com", "sip:example.com:99999"})
        CHECK(admitted(uri, out) == refusal{status::bad_request, "Malformed Request-URI"});
}

TEST_CASE("any extension that is required is 420, and Proxy-Require is not for a server (R3261-8.2.2.3-a)") {
    const auto refused = [](const request& asked) { return inspect_extensions(*parsed_request{asked}); };
    CHECK(refused(request{}) == std::nullopt);
    CHECK(code(refused(request{}.with("Require", "foo"))) == status::bad_extension);
    CHECK(code(refused(request{}.with("Require", "gruu, path"))) == status::bad_extension);
    CHECK(code(refused(request{}.with("Require", "").also("Require", "foo"))) == status::bad_extension);
    CHECK(refused(request{}.with("Require", "")) == std::nullopt);
    CHECK(refused(request{}.with("Proxy-Require", "foo")) == std::nullopt);
    CHECK(refused(request{}.with("Supported", "foo")) == std::nullopt);
    CHECK(refused(request{}.with("Require", "foo bar")) == refusal{status::bad_request, "Malformed Require"});
    CHECK(refused(request{}.with("Require", "foo,,bar")) == refusal{status::bad_request, "Malformed Require"});
}

TEST_CASE("a body with a type is 415, unless the request calls it optional (R3261-8.2.3-a)") {
    const auto refused = [](const request& asked) { return code(inspect_body(*parsed_request{asked})); };
    const auto typed = request{}.with("Content-Type", "application/sdp");
    const auto with_body = typed.carrying("v=0\r\n");
    CHECK(refused(typed) == status::ok);
    CHECK(refused(request{}.carrying("v=0\r\n")) == status::ok);
    CHECK(refused(with_body) == status::unsupported_media_type);
    CHECK(refused(with_body.with("Content-Disposition", "session")) == status::unsupported_media_type);
    CHECK(refused(with_body.with("Content-Disposition", "session;handling=required")) ==
          status::unsupported_media_type);
    CHECK(refused(with_body.with("Content-Disposition", "session;handling=optional")) == status::ok);
    CHECK(refused(with_body.with("Content-Disposition", "session;x=1; Handling = OPTIONAL")) == status::ok);
    CHECK(refused(with_body.with("Content-Disposition", "session;handling=\"")) == status::unsupported_media_type);
}

TEST_CASE("a body that Content-Length cuts off does not count") {
    const auto cut = request{}.with("Content-Type", "application/sdp").with("Content-Length", "0").carrying("v=0\r\n");
    CHECK(inspect_body(*parsed_request{cut}) == std::nullopt);
}

} // namespace

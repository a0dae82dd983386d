// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/name_addr.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::string_view_literals;

auto name_addr_of(std::string_view text) -> name_addr_view {
    cursor in{text};
    const auto value = parse_name_addr(in);
    CHECK_MESSAGE(value, std::string{text});
    CHECK((in.at_end() || in.peek() == ','));
    return value ? *value : name_addr_view{};
}

auto name_addr_failure(std::string_view text) -> failure {
    cursor in{text};
    const auto value = parse_name_addr(in);
    CHECK_FALSE(value);
    return value ? failure{} : value.error();
}

TEST_CASE("a name-addr has a display name, a URI and parameters of the field (RFC 3261 §20.20)") {
    const auto value = name_addr_of(R"("A. G. Bell, \"Alec\"" <sip:bell@example.com;lr>;tag=a48s)");

    CHECK(value.display == R"("A. G. Bell, \"Alec\"")");
    CHECK(value.uri.text == "sip:bell@example.com;lr");
    CHECK(value.uri.params == "lr");
    CHECK(tag_of(value.params) == "a48s");
}

TEST_CASE("a display name may be words, and no space need stand before the bracket (R3261-20.10-c)") {
    CHECK(name_addr_of("caller<sip:caller@example.com>;tag=323").display == "caller");
    CHECK(name_addr_of("\"caller\"<sip:caller@example.com>").display == "\"caller\"");
    CHECK(name_addr_of("token1~` token2'+_ \r\n token3*%!.- <sip:a@h>").display ==
          "token1~` token2'+_ \r\n token3*%!.-");
    CHECK(name_addr_of("  <sip:a@h>").display.empty());
    CHECK(name_addr_of("\"\" <sip:a@h>").display == "\"\"");
}

TEST_CASE("a display name may hold UTF-8 (R3261-25-a)") {
    CHECK(name_addr_of("\"J\xc3\xbcrgen\" <sip:a@h>").display == "\"J\xc3\xbcrgen\"");
    CHECK(name_addr_of("J\xc3\xbcrgen M. <sip:a@h>").display == "J\xc3\xbcrgen M.");
    CHECK(name_addr_of("\"BEL:\\\x07 NUL:\\\0\" <sip:a@h>"sv).uri.user == "a");
}

TEST_CASE("without brackets the parameters belong to the field (R3261-20.10-a)") {
    const auto value = name_addr_of("sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n");

    CHECK(value.uri.text == "sip:vivekg@chair-dnrc.example.com");
    CHECK(value.uri.params.empty());
    CHECK(tag_of(value.params) == "1918181833n");
    CHECK(name_addr_of("sip:a@[2001:db8::1]:5060;x").uri.port == 5060);
}

TEST_CASE("a URI with a question mark or comma wants brackets (R3261-20.10-b)") {
    CHECK(name_addr_failure("sip:user@example.com?Route=%3Csip:h%3E").code == errc::bad_params);
    CHECK(name_addr_of("<sip:user@example.com?Route=%3Csip:h%3E>").uri.headers == "Route=%3Csip:h%3E");
    CHECK(name_addr_of("<sip:a,b@h;c>").uri.user == "a,b");
    CHECK(name_addr_of("sip:a,b@h").uri.text == "sip:a");
}

TEST_CASE("reading stops at the comma before the next value (R3261-7.3.1-b)") {
    cursor in{"<sip:a@h>;q=1 , \"x, y\" <sip:b@h>,sip:c@h"};

    CHECK(parse_name_addr(in)->uri.user == "a");
    CHECK(in.take(','));
    CHECK(parse_name_addr(in)->uri.user == "b");
    CHECK(in.take(','));
    CHECK(parse_name_addr(in)->uri.user == "c");
    CHECK(in.at_end());
}

TEST_CASE("a malformed value is an error, where reading stopped") {
    CHECK(name_addr_failure("").code == errc::bad_name_addr);
    CHECK(name_addr_failure(",").code == errc::bad_name_addr);
    CHECK(name_addr_failure("<sip:a@h").code == errc::bad_name_addr);
    CHECK(name_addr_failure("\"a\" sip:a@h").code == errc::bad_name_addr);
    CHECK(name_addr_failure("\"Mr. J. User <sip:j.user@example.com>") == failure{errc::bad_quoting, 0});
    CHECK(name_addr_failure("Bell, Alexander <sip:a.g.bell@example.com>").code == errc::bad_uri);
    CHECK(name_addr_failure("\"Watson, Thomas\" < sip:t.watson@example.org >") == failure{errc::bad_uri, 22});
    CHECK(name_addr_failure("<sip:a@h> x").code == errc::bad_params);
    CHECK(name_addr_failure("<sip:a@h>;;;;").code == errc::bad_params);
    CHECK(name_addr_failure("<<sip:a@h>>").code == errc::bad_params);
    CHECK(name_addr_failure("<>").code == errc::bad_uri);
    CHECK(name_addr_failure("sip:a@h <sip:b@h>").code == errc::bad_params);
    CHECK(name_addr_failure("alan@jasomi.com").code == errc::bad_uri);
}

TEST_CASE("the URI can be cut out without being judged") {
    cursor in{"\"x\" < any thing >;tag=1"};
    const auto value = parse_name_addr_text(in);
    REQUIRE(value);
    CHECK(value->uri == " any thing ");
    CHECK(tag_of(value->params) == "1");
    CHECK(tag_of(params_view{}).empty());
}

} // namespace

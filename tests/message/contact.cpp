// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/contact.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;

auto contact_of(std::string_view text) -> contact_view {
    cursor in{text};
    const auto contact = parse_contact(in);
    REQUIRE(contact);
    return *contact;
}

auto contact_failure(std::string_view text) -> errc {
    cursor in{text};
    const auto contact = parse_contact(in);
    REQUIRE_FALSE(contact);
    return contact.error().code;
}

TEST_CASE("a contact has a URI and parameters, of which q and expires are read (RFC 3261 §20.10)") {
    const auto contact = contact_of(R"("Mr. Watson" <sip:watson@worcester.example;ob>;q=0.7; EXPIRES=3600;reg-id=1)");

    CHECK(contact.uri.user == "watson");
    CHECK(contact.uri.params == "ob");
    CHECK(contact.has_q);
    CHECK(contact.q == 700);
    CHECK(contact.has_expires);
    CHECK(contact.expires == 3600);
    CHECK(contact.expires_param == "; EXPIRES=3600");
    CHECK(contact.params.find("reg-id")->value == "1");
}

TEST_CASE("a contact without q is most wanted, and without expires leaves it to the field") {
    const auto contact = contact_of("sip:a@h");
    CHECK_FALSE(contact.has_q);
    CHECK(contact.q == 1000);
    CHECK_FALSE(contact.has_expires);
    CHECK(contact.expires_param.empty());
}

TEST_CASE("parameters inside the brackets belong to the URI, those outside to the contact (R3261-20.10-a)") {
    CHECK(contact_of("<sip:a@h;unknownparam>").params.empty());
    CHECK(contact_of("sip:a@h;unknownparam").params.find("unknownparam"));
    CHECK_FALSE(contact_of("<sip:a@h;expires=7>").has_expires);
    CHECK(contact_of("sip:a@h;expires=7").expires == 7);
}

TEST_CASE("q is 0 to 1 with at most three decimals (R3261-25-b)") {
    CHECK(*parse_q("0") == 0);
    CHECK(*parse_q("1") == 1000);
    CHECK(*parse_q("0.") == 0);
    CHECK(*parse_q("1.") == 1000);
    CHECK(*parse_q("0.5") == 500);
    CHECK(*parse_q("0.05") == 50);
    CHECK(*parse_q("0.333") == 333);
    CHECK(*parse_q("1.000") == 1000);
    for (const std::string_view text :
         {"", "2", "1.1", "1.001", "0.0000", "0.1234", ".5", "-1", "0,5", "0.x", "00.5", "10", "0 "})
        CHECK(parse_q(text).error().code == errc::bad_q);
    CHECK(contact_failure("<sip:a@h>;q=2") == errc::bad_q);
    CHECK(contact_failure("<sip:a@h>;q") == errc::bad_q);
    CHECK(contact_failure("<sip:a@h>;q=\"0.5\"") == errc::bad_q);
}

TEST_CASE("a malformed expires counts as an hour, one too large as the largest (RFC 3261 §10.2.1.1, R3261-20.19-a)") {
    CHECK(parse_expires("0") == 0);
    CHECK(parse_expires("4294967295") == 4294967295U);
    CHECK(parse_expires("4294967296") == 4294967295U);
    CHECK(parse_expires("1000000000000000000000") == 4294967295U);
    for (const std::string_view text : {"", "abc", "-1", "1.5", "\"60\"", "60 s"}) CHECK(parse_expires(text) == 3600);
    CHECK(contact_of("<sip:a@h>;expires=soon").expires == 3600);
    CHECK(contact_of("<sip:a@h>;expires").has_expires);
    CHECK(contact_of("<sip:a@h>;expires").expires == 3600);
}

TEST_CASE("the star stands alone (R3261-10.2.2-a)") {
    CHECK(is_star("*"));
    CHECK(is_star(" *\r\n "));
    CHECK_FALSE(is_star("*;expires=0"));
    CHECK_FALSE(is_star(""));
    CHECK_FALSE(is_star("**"));
    CHECK(contact_failure("*") == errc::bad_uri);
}

TEST_CASE("a malformed contact is an error") {
    CHECK(contact_failure("\"Joe\" <sip:joe@example.org>;;;;") == errc::bad_params);
    CHECK(contact_failure("<sip:joe@>") == errc::bad_host);
    CHECK(contact_failure("<sip:a@h>;expires=1;expires=2") == errc::bad_params);
    CHECK(contact_failure("") == errc::bad_name_addr);
}

} // namespace

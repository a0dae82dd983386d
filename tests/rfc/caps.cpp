// SPDX-License-Identifier: BSL-1.0
// Every limit has its answer, and which goes first when more than one thing is wrong.
#include <sipwhere/storage/fixed_storage.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

auto contact_number(int i) -> std::string { return "<sip:c" + std::to_string(i) + "@192.0.2.1>"; }

TEST_CASE("a contact more than an address-of-record may have is 403, a refresh is not") {
    world w{{.limits = {.max_contacts = 3}}};
    for (int i = 0; i < 3; ++i) CHECK(w.sends(alice_registers(contact_number(i))).status() == status::ok);
    const auto before = w.record();
    const auto refused = w.sends(alice_registers(contact_number(3)));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Too Many Contacts");
    CHECK(w.record() == before);
    CHECK(w.sends(alice_registers(contact_number(1))).status() == status::ok);
    CHECK(w.sends(alice_registers(contact_number(2) + ";expires=0, " + contact_number(3))).uris() ==
          "sip:c0@192.0.2.1 sip:c1@192.0.2.1 sip:c3@192.0.2.1");
}

TEST_CASE("what is due makes room") {
    world w{{.limits = {.max_contacts = 1}}};
    w.sends(alice_registers(contact_number(0), 60s));
    w.clock.advance(60s);
    CHECK(w.sends(alice_registers(contact_number(1))).uris() == "sip:c1@192.0.2.1");
}

TEST_CASE("with replace_oldest the binding refreshed longest ago gives way, and the observer hears of it") {
    world w{{.limits = {.max_contacts = 2, .when_full = when_full::replace_oldest}}};
    w.sends(alice_registers(contact_number(0)));
    w.clock.advance(1s);
    w.sends(alice_registers(contact_number(1)));
    w.clock.advance(1s);
    w.sends(alice_registers(contact_number(0)));
    w.clock.advance(1s);
    (void)w.observer.take_log();
    CHECK(w.sends(alice_registers(contact_number(2))).uris() == "sip:c0@192.0.2.1 sip:c2@192.0.2.1");
    CHECK(w.observer.take_log() == "answered\nremoved sip:c1@192.0.2.1\ncreated sip:c2@192.0.2.1\n");
}

TEST_CASE("with replace_all the last phone that registers takes everything") {
    world w{{.limits = {.max_contacts = 1, .when_full = when_full::replace_all}}};
    for (int i = 0; i < 3; ++i)
        CHECK(w.sends(alice_registers(contact_number(i))).uris() == "sip:c" + std::to_string(i) + "@192.0.2.1");
}

TEST_CASE("more contacts in one request than the cap are 403, also if they would only be removed") {
    world w{{.limits = {.max_request_contacts = 2}}};
    const auto three = contact_number(0) + "," + contact_number(1) + "," + contact_number(2);
    const auto refused = w.sends(alice_registers(three));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Too Many Contacts in Request");
    CHECK(w.sends(alice_registers(three, 0s)).status() == status::forbidden);
    CHECK(w.storage.size() == 0);
}

TEST_CASE("who wants to may let a request have more contacts than usual") {
    std::string contacts = contact_number(0);
    for (int i = 1; i < 64; ++i) contacts += "," + contact_number(i);
    world usual{{.limits = {.max_contacts = 64}}};
    CHECK(usual.sends(alice_registers(contacts)).reason() == "Too Many Contacts in Request");
    world more{{.limits = {.max_contacts = 64, .max_request_contacts = 64}}};
    CHECK(more.sends(alice_registers(contacts)).contacts().size() == 64);
    CHECK(more.sends(alice_registers(contacts, 0s)).contacts().empty());
}

TEST_CASE("a contact of more bytes than the cap is 403, its removal is not") {
    world w{{.limits = {.max_contact_bytes = 100}}};
    const auto long_contact = "<sip:" + std::string(90, 'x') + "@192.0.2.1>";
    const auto refused = w.sends(alice_registers(long_contact));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Contact Too Long");
    CHECK(w.sends(alice_registers(long_contact, 0s)).status() == status::ok);
    CHECK(w.sends(alice_registers(contact_number(0)).with("Call-ID", std::string(100, 'c'))).status() ==
          status::forbidden);
}

TEST_CASE("a Call-ID of more than 256 bytes is 403 by its name, unless it is not to be kept") {
    world w;
    const auto by = [](std::size_t bytes, const request& asked) {
        return asked.with("Call-ID", std::string(bytes, 'c'));
    };
    CHECK(w.sends(by(256, alice_registers(contact_number(0)))).status() == status::ok);
    const auto refused = w.sends(by(257, alice_registers(contact_number(1))));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Call-ID Too Long");
    CHECK(w.sends(by(257, alice_registers(contact_number(0)))).reason() == "Call-ID Too Long");
    CHECK(w.sends(by(1000, alice_asks())).status() == status::ok);
    CHECK(w.sends(by(1000, alice_registers(contact_number(0), 0s))).contacts().empty());
}

TEST_CASE("one request can't make the registrar compare for long: many parameters of many contacts are 403") {
    world w;
    std::string contacts;
    for (int i = 0; i < 17; ++i)
        contacts += (i == 0 ? "<sip:a@192.0.2.1;y;x=" : ", <sip:a@192.0.2.1;y;x=") + std::to_string(i) + ">";
    const auto refused = w.sends(alice_registers(contacts));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Too Many URI Parameters");
}

/// Returns: contacts that are equal but for one parameter, numbered from `first` on.
auto contacts_alike(int first, int count) -> std::string {
    std::string contacts;
    for (int i = first; i < first + count; ++i)
        contacts += (i == first ? "<sip:a@192.0.2.1;x=" : ", <sip:a@192.0.2.1;x=") + std::to_string(i) + ">";
    return contacts;
}

TEST_CASE("nor by contacts that are equal but for a parameter: more than 16 contacts alike are 403") {
    world w{{.limits = {.max_contacts = 0}}};
    const auto refused = w.sends(alice_registers(contacts_alike(0, 17)));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Too Many Contacts Alike");
    CHECK(w.sends(alice_registers(contacts_alike(0, 16))).contacts().size() == 16);
    CHECK(w.sends(alice_registers(contacts_alike(0, 17), 0s)).status() == status::forbidden);
    CHECK(w.sends(alice_registers(contacts_alike(0, 16), 0s)).status() == status::ok);
}

TEST_CASE("a 17th binding that is equal to the others but for a parameter is 403; others and refreshes pass") {
    world w{{.limits = {.max_contacts = 0}}};
    for (int i = 0; i < 16; ++i) CHECK(w.sends(alice_registers(contacts_alike(i, 1))).status() == status::ok);
    const auto before = w.record();
    const auto refused = w.sends(alice_registers(contacts_alike(16, 1)));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Too Many Contacts Alike");
    CHECK(w.record() == before);
    CHECK(w.sends(alice_registers(contacts_alike(3, 1))).status() == status::ok);
    CHECK(w.sends(alice_registers("<sip:a@192.0.2.1;x=16;transport=tcp>")).status() == status::ok);
    CHECK(w.sends(alice_registers(contacts_alike(3, 1) + ";expires=0, " + contacts_alike(17, 1))).contacts().size() ==
          17);
}

TEST_CASE("a contact of many URI parameters is kept, and equals what has the same octets there") {
    world w;
    const std::string many = ";pn-provider=a;pn-prid=b;pn-param=c;pn-timeout=0;pn-silent=1;app-id=d;gr;ob;lr";
    CHECK(w.sends(alice_registers("<sip:a@192.0.2.1" + many + ">")).status() == status::ok);
    CHECK(w.sends(alice_registers("<sip:a@192.0.2.1" + many + ">")).contacts().size() == 1);
    CHECK(w.sends(alice_registers("<SIP:%61@192.0.2.1" + many + ">")).contacts().size() == 1);
    CHECK(w.sends(alice_registers("<sip:a@192.0.2.1>")).contacts().size() == 2);
}

TEST_CASE("an address-of-record of more bytes than the cap is 403") {
    world w{{.limits = {.max_aor_bytes = 20}}};
    const auto refused = w.sends(as_user("a-name-that-is-long", alice_registers(contact_number(0))));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Address-of-Record Too Long");
    CHECK(w.sends(alice_registers(contact_number(0))).status() == status::ok);
}

TEST_CASE("what would make the answer too large is 403, removals still pass") {
    world w{{.limits = {.max_answer_bytes = 400}}};
    int fitted = 0;
    while (w.sends(alice_registers(contact_number(fitted))).status() == status::ok) ++fitted;
    CHECK(fitted > 1);
    CHECK(fitted < 10);
    const auto before = w.record();
    const auto refused = w.sends(alice_registers(contact_number(99)));
    CHECK(refused.status() == status::forbidden);
    CHECK(refused.reason() == "Answer Would Be Too Large");
    CHECK(w.record() == before);
    CHECK(w.sends(alice_registers(contact_number(0), 0s)).status() == status::ok);
    CHECK(w.sends(alice_registers("*", 0s)).status() == status::ok);
    CHECK(w.bound().empty());
}

TEST_CASE("a query whose answer is too large is 513 (R3261-21.4.11-a)") {
    world w{{.limits = {.max_answer_bytes = 400}}};
    for (int i = 0; w.sends(alice_registers(contact_number(i))).status() == status::ok;) ++i;
    const auto asks = alice_asks().with("From", "\"" + std::string(100, 'x') + "\" <sip:alice@example.com>;tag=1");
    CHECK(w.sends(asks).status() == status::message_too_large);
}

TEST_CASE("a request whose Via values leave no room for any answer gets none, and nothing has changed") {
    basic_world<fixed_storage<8, 16, 4096>> w;
    auto asked = alice_registers(contact_number(0));
    for (int i = 0; i < 20; ++i) asked = asked.also("Via", "SIP/2.0/UDP " + std::string(80, 'x') + ".example.com");
    CHECK(!w.sends(asked).was_sent());
    CHECK(w.observer.log == "unanswerable\n");
    CHECK(w.bound().empty());
}

TEST_CASE("a full registrar is 503 with Retry-After for the new, and serves those it knows (R3261-21.5.4-a)") {
    world w{{.limits = {.retry_after = 120s}}, hash_storage_limits{.max_aors = 2}};
    w.sends(alice_registers(contact_number(0)));
    w.sends(bob_registers(contact_number(0)));
    const auto refused = w.sends(as_user("eve", alice_registers(contact_number(0))));
    CHECK(refused.status() == status::service_unavailable);
    CHECK(refused.reason() == "Registrar Full");
    CHECK(refused.field("Retry-After") == "120");
    CHECK(w.sends(alice_registers(contact_number(1))).status() == status::ok);
    CHECK(w.sends(as_user("eve", alice_asks())).status() == status::ok);
    CHECK(w.sends(as_user("eve", alice_registers("*", 0s))).status() == status::ok);
    CHECK(w.storage.size() == 2);
}

/// What may be wrong with a request to a registrar where alice has one binding of CSeq 900, and no place for more.
struct wrong_in_two_ways {
    world w{{.limits = {.max_contacts = 1}}, hash_storage_limits{.max_aors = 1}};

    wrong_in_two_ways() { w.sends(alice_registers(contact_number(0)).with("CSeq", "900 REGISTER")); }

    auto code(const request& asked) -> status { return w.sends(asked).status(); }
};

TEST_CASE("400 goes before 482, 423, 500 and 403") {
    wrong_in_two_ways it;
    CHECK(it.code(alice_registers(contact_number(0) + ", <broken").with("CSeq", "900 REGISTER")) ==
          status::bad_request);
    CHECK(it.code(alice_registers(contact_number(1) + ";expires=5, <broken")) == status::bad_request);
    CHECK(it.code(alice_registers(contact_number(0) + ", <broken").with("CSeq", "1 REGISTER")) == status::bad_request);
    CHECK(it.code(alice_registers(contact_number(1) + ", <broken")) == status::bad_request);
}

TEST_CASE("482 goes before 423, 500 and 403") {
    wrong_in_two_ways it;
    const auto merged = alice_registers(contact_number(0)).with("CSeq", "900 REGISTER");
    CHECK(it.code(merged) == status::loop_detected);
    CHECK(it.code(merged.with("Contact", contact_number(0) + ";expires=5")) == status::loop_detected);
    CHECK(it.code(merged.with("Contact", contact_number(1))) == status::loop_detected);
}

TEST_CASE("423 goes before 500 and 403") {
    wrong_in_two_ways it;
    CHECK(it.code(alice_registers(contact_number(0) + ";expires=5").with("CSeq", "1 REGISTER")) ==
          status::interval_too_brief);
    CHECK(it.code(alice_registers(contact_number(0) + ", " + contact_number(1) + ";expires=5")
                      .with("CSeq", "1 REGISTER")) == status::interval_too_brief);
    CHECK(it.code(alice_registers(contact_number(1) + ";expires=5")) == status::interval_too_brief);
}

TEST_CASE("500 for a late CSeq goes before 403 for the caps") {
    wrong_in_two_ways it;
    CHECK(it.code(alice_registers(contact_number(1) + ", " + contact_number(0)).with("CSeq", "1 REGISTER")) ==
          status::server_internal_error);
}

TEST_CASE("403 for the caps, 423 and 400 go before 503 for a full registrar") {
    wrong_in_two_ways it;
    const auto eve = [](const std::string& contacts) { return as_user("eve", alice_registers(contacts)); };
    CHECK(it.code(eve(contact_number(0))) == status::service_unavailable);
    CHECK(it.code(eve(contact_number(0) + ", " + contact_number(1))) == status::forbidden);
    CHECK(it.code(eve(contact_number(0) + ";expires=5")) == status::interval_too_brief);
    CHECK(it.code(eve("<broken")) == status::bad_request);
}

TEST_CASE("version, form, method, Request-URI, Require and body are judged in this order, then To (R3261-8.2-b)") {
    world w{{.domains = {"example.com"}}};
    auto asked = request{}
                     .starting("INVITE tel:+1 SIP/3.0")
                     .with("CSeq", "nonsense")
                     .with("Require", "foo")
                     .with("Content-Type", "application/sdp")
                     .with("To", "<sip:alice@example.org>")
                     .carrying("v=0\r\n");
    CHECK(w.sends(asked).status() == status::version_not_supported);
    asked = asked.starting("INVITE tel:+1 SIP/2.0");
    CHECK(w.sends(asked).status() == status::bad_request);
    asked = asked.with("CSeq", "{n} INVITE");
    CHECK(w.sends(asked).status() == status::method_not_allowed);
    asked = asked.starting("REGISTER tel:+1 SIP/2.0").with("CSeq", "{n} REGISTER");
    CHECK(w.sends(asked).status() == status::unsupported_uri_scheme);
    asked = asked.starting("REGISTER sip:example.org SIP/2.0");
    CHECK(w.sends(asked).status() == status::not_found);
    asked = asked.starting("REGISTER sip:example.com SIP/2.0");
    CHECK(w.sends(asked).status() == status::bad_extension);
    asked = asked.without("Require");
    CHECK(w.sends(asked).status() == status::unsupported_media_type);
    asked = asked.carrying("");
    CHECK(w.sends(asked).status() == status::not_found);
    CHECK(w.sends(asked.with("To", "<sip:alice@example.com>")).status() == status::ok);
}

} // namespace

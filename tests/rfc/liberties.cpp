// SPDX-License-Identifier: BSL-1.0
// What a user may choose against the letter of RFC 3261, each beside what the letter says.
#include <support/world.hpp>

#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// Returns: the seconds that the only binding got; 0 when there is none or several.
auto granted(const reply& told) -> std::uint32_t {
    const auto contacts = told.contacts();
    return contacts.size() == 1 ? contacts.front().expires : 0;
}

TEST_CASE("who asks for too little is 423, or gets the shortest lifetime if the user chose so (R3261-10.3-7f)") {
    world strict;
    CHECK(strict.sends(alice_registers("sip:a@192.0.2.1", 29s)).status() == status::interval_too_brief);
    world raising{{.limits = {.when_brief = when_brief::raise}}};
    CHECK(granted(raising.sends(alice_registers("sip:a@192.0.2.1", 1s))) == 30);
    CHECK(granted(raising.sends(alice_registers("<sip:a@192.0.2.1>;expires=29"))) == 30);
    CHECK(granted(raising.sends(alice_registers("sip:a@192.0.2.1", 31s))) == 31);
    CHECK(raising.sends(alice_registers("sip:a@192.0.2.1", 0s)).contacts().empty());
}

TEST_CASE("a body that nobody asked for is 415, or not looked at if the user chose so (R3261-8.2.3-a)") {
    const auto carries =
        alice_registers("sip:a@192.0.2.1").with("Content-Type", "application/3gpp-ims+xml").carrying("<ims-3gpp/>");
    world strict;
    CHECK(strict.sends(carries).status() == status::unsupported_media_type);
    world ignoring{{.unasked_body = unasked_body::ignore}};
    CHECK(ignoring.sends(carries).uris() == "sip:a@192.0.2.1");
    CHECK(ignoring.sends(carries.with("Content-Length", "99")).status() == status::bad_request);
}

TEST_CASE(
    "OPTIONS is 200 for every user of a domain, or for those with a binding if the user chose so (R3261-11.2-a)") {
    const auto asks = [](world& w, std::string_view uri) {
        return w.sends(request{"OPTIONS", std::string{uri}}).status();
    };
    world any{{.domains = {"example.com"}}};
    CHECK(asks(any, "sip:nobody@example.com") == status::ok);

    world bound{
        {.domains = {"example.com"}, .aliases = {{"example.net", "example.com"}}, .options_user = options_user::bound}};
    bound.sends(alice_registers("sip:a@192.0.2.1", 60s));
    const auto before = bound.record();
    CHECK(asks(bound, "sip:alice@example.com") == status::ok);
    CHECK(asks(bound, "sip:a%6cice@example.net:5060") == status::ok);
    CHECK(asks(bound, "sip:nobody@example.com") == status::not_found);
    CHECK(asks(bound, "sip:ALICE@example.com") == status::not_found);
    CHECK(asks(bound, "sip:" + std::string(2000, 'x') + "@example.com") == status::not_found);
    CHECK(asks(bound, "sip:example.com") == status::ok);
    CHECK(asks(bound, "sip:example.com:5060") == status::ok);
    CHECK(bound.record() == before);
    bound.clock.advance(61s);
    CHECK(asks(bound, "sip:alice@example.com") == status::not_found);
}

/// Returns: the User-Agents of alice's bindings, each with a comma behind it.
auto user_agents(world& w) -> std::string {
    std::string told;
    const auto note = [&](const binding_view& binding) { told.append(binding.user_agent).append(","); };
    CHECK(w.registrar.query("sip:alice@example.com", note));
    return told;
}

TEST_CASE("a binding keeps the User-Agent of its last REGISTER, if the user chose so") {
    const auto from = [](std::string_view contact, std::string_view agent) {
        return alice_registers(contact).with("User-Agent", agent);
    };
    world forgetful;
    forgetful.sends(from("sip:a@192.0.2.1", "Phone/1"));
    CHECK(user_agents(forgetful) == ",");

    world w{{.keep_user_agent = true}};
    w.sends(from("sip:a@192.0.2.1", "Phone/1"));
    w.sends(from("sip:b@192.0.2.1", "Desk/2 (x)"));
    CHECK(user_agents(w) == "Phone/1,Desk/2 (x),");
    w.sends(from("sip:a@192.0.2.1", "Phone/1.1"));
    CHECK(user_agents(w) == "Phone/1.1,Desk/2 (x),");
    w.sends(alice_registers("sip:b@192.0.2.1"));
    CHECK(user_agents(w) == "Phone/1.1,,");
    CHECK(w.bound() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
    w.sends(from("sip:a@192.0.2.1", std::string(250, 'x') + " y z123 45"));
    CHECK(user_agents(w) == std::string(250, 'x') + " y,,");
    w.sends(from("sip:a@192.0.2.1", std::string(255, 'x')));
    CHECK(user_agents(w) == std::string(255, 'x') + ",,");
    w.sends(from("sip:a@192.0.2.1", std::string(256, 'x')));
    CHECK(user_agents(w) == ",,");
    w.sends(from("sip:a@192.0.2.1", std::string(255, 'x') + " y"));
    CHECK(user_agents(w) == std::string(255, 'x') + ",,");
}

TEST_CASE("the 200 to OPTIONS names the address that was asked, if the user chose so (R3261-11.2-b)") {
    world silent;
    CHECK_FALSE(silent.sends(request{"OPTIONS"}).has("Contact"));
    world w{{.options_contact = true}};
    CHECK(w.sends(request{"OPTIONS"}).field("Contact") == "<sip:192.0.2.100:5060>");
    CHECK_FALSE(w.sends(alice_asks()).has("Contact"));
    w.flow.over = protocol::tls;
    w.flow.local = at("[2001:db8::100]", 5061);
    w.flow.connection = 1;
    CHECK(w.sends(request{"OPTIONS"}.with("Content-Length", "0")).field("Contact") ==
          "<sip:[2001:db8::100]:5061;transport=tls>");
    w.flow.over = protocol::tcp;
    CHECK(w.sends(request{"OPTIONS"}.with("Content-Length", "0")).field("Contact") ==
          "<sip:[2001:db8::100]:5061;transport=tcp>");
    w.flow.over = protocol::wss;
    CHECK(w.sends(request{"OPTIONS"}).field("Contact") == "<sip:[2001:db8::100]:5061;transport=ws>");
    for (const auto& unknown : {endpoint{}, at("0.0.0.0"), at("[::]"), at("192.0.2.100", 0)}) {
        w.flow.local = unknown;
        CHECK_FALSE(w.sends(request{"OPTIONS"}).has("Contact"));
    }
}

TEST_CASE("a board that leaves out the code for some settings says so when it is started") {
    using board = fixed_storage<4, 8, 2048>;
    using larger_board = fixed_storage<4, 8, 2048, memory_sizes{.all_settings = true}>;
    manual_clock clock;
    capturing_transport transport;
    const auto starts = [&](auto&& storage, const settings& config) {
        seeded_random random{7};
        basic_registrar registrar{config, clock, storage, transport, random};
        const auto started = registrar.start();
        return started ? errc{} : started.error().code;
    };
    for (const auto& config :
         {settings{.limits = {.same_cseq = same_cseq::show}}, settings{.options_user = options_user::bound},
          settings{.options_contact = true}, settings{.keep_user_agent = true}}) {
        CHECK(starts(board{}, config) == errc::left_out);
        CHECK(starts(larger_board{}, config) == errc{});
        CHECK(starts(hash_storage{}, config) == errc{});
    }
    CHECK(starts(board{}, {.limits = {.when_brief = when_brief::raise}, .unasked_body = unasked_body::ignore}) ==
          errc{});

    basic_world<larger_board> w{settings{.options_contact = true}};
    CHECK(w.sends(request{"OPTIONS"}).field("Contact") == "<sip:192.0.2.100:5060>");
}

/// A registrar that shows what is there to who asks for it again with the same CSeq, and one to the letter.
struct with_same_cseq {
    world strict;
    world showing{{.limits = {.same_cseq = same_cseq::show}}};

    /// Returns: what the one that shows answers to a request with CSeq 7; the other has to refuse it, if it is told so.
    auto sends(const request& asked, const char* branch, bool strict_too = false) -> reply {
        const auto numbered = asked.with("CSeq", "7 REGISTER")
                                  .with("Via", std::string{"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-"} + branch);
        const auto refused = strict.sends(numbered);
        if (strict_too) CHECK(code_of(refused.status()) >= 300);
        return showing.sends(numbered);
    }
};

TEST_CASE(
    "a REGISTER sent again with the same CSeq by a new branch is refused, or hears 200 if it asks for nothing new "
    "(R3261-10.3-7o)") {
    with_same_cseq it;
    const auto binds = alice_registers("<sip:a@192.0.2.1>;x=y;expires=60, <sip:b@192.0.2.1>;expires=90;q=0.5");
    CHECK(it.sends(binds, "1").contacts().size() == 2);
    const auto before = it.showing.record();
    for (const auto wait : {0s, 1s, 40s}) {
        it.showing.clock.advance(wait);
        it.strict.clock.advance(wait);
        const auto branch = std::to_string(2 + wait.count());
        const auto told = it.sends(binds, branch.c_str(), true);
        CHECK(told.status() == status::ok);
        CHECK(told.uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
        CHECK(it.showing.record() == before);
    }
    CHECK(it.showing.observer.take_log().ends_with("answered\nanswered\nanswered\n"));
}

TEST_CASE("a REGISTER with the same CSeq that asks for anything else is refused, and changes nothing (R3261-10.3-7o)") {
    with_same_cseq it;
    it.sends(alice_registers("<sip:a@192.0.2.1>;x=y;expires=60"), "1");
    const auto before = it.showing.record();
    const request others[] = {alice_registers("<sip:a@192.0.2.1>;x=z;expires=60"),
                              alice_registers("<sip:a@192.0.2.1>;x=y;expires=61"),
                              alice_registers("<sip:a@192.0.2.1>;x=y;expires=58"),
                              alice_registers("<sip:a@192.0.2.1>;x=y;expires=0"),
                              alice_registers("<sip:a@192.0.2.1;z>;x=y;expires=60"),
                              alice_registers("<sip:a@192.0.2.1>;x=y;expires=60, <sip:b@192.0.2.1>"),
                              alice_registers("<sip:b@192.0.2.1>;x=y;expires=60"),
                              alice_registers("*", 0s)};
    unsigned number = 2;
    for (const auto wait : {0s, 40s}) {
        it.showing.clock.advance(wait);
        it.strict.clock.advance(wait);
        for (const auto& other : others) {
            const bool is_other_contact = &other == &others[6] && wait != 0s; // which is new to both after the 482
            if (is_other_contact) continue;
            const auto branch = std::to_string(number++);
            CHECK(code_of(it.sends(other, branch.c_str(), true).status()) >= 400);
            CHECK(it.showing.record() == before);
        }
    }
}

TEST_CASE("a removal sent again with the same CSeq by a new branch hears 200 when it is done (R3261-10.3-7o)") {
    with_same_cseq it;
    for (const auto& removal : {alice_registers("<sip:a@192.0.2.1>", 0s), alice_registers("*", 0s)}) {
        it.showing.sends(alice_registers("<sip:a@192.0.2.1>").with("Call-ID", "x").with("From", "<sip:a@b>;tag=x"));
        it.strict.sends(alice_registers("<sip:a@192.0.2.1>").with("Call-ID", "x").with("From", "<sip:a@b>;tag=x"));
        CHECK(it.sends(removal, "1").status() == status::ok);
        const auto told = it.sends(removal, "2", true);
        CHECK(told.status() == status::ok);
        CHECK(told.contacts().empty());
        it.showing.clock.advance(40s);
        it.strict.clock.advance(40s);
    }
}

} // namespace

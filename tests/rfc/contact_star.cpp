// SPDX-License-Identifier: BSL-1.0
// Contact: * — RFC 3261 §10.2.2 and §10.3 step 6.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

auto star() -> request { return alice_registers("*", 0s); }

/// The same as another phone of alice's would send it.
auto from_other_call(const request& asked) -> request { return asked.with("Call-ID", "other-call@192.0.2.2"); }

TEST_CASE("* with Expires 0 removes every binding, whatever Call-ID it has (R3261-10.3-6e)") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>"));
    w.sends(from_other_call(alice_registers("sip:c@192.0.2.1")).with("CSeq", "4000000000 REGISTER"));
    w.sends(bob_registers("sip:bob@192.0.2.1"));

    const auto told = w.sends(star());

    CHECK(told.status() == status::ok);
    CHECK(!told.has("Contact"));
    CHECK(w.bound().empty());
    CHECK(w.bound("bob") == "sip:bob@192.0.2.1");
}

TEST_CASE("* removes what has its Call-ID if its CSeq is higher (R3261-10.3-6f)") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1").with("CSeq", "7 REGISTER"));
    CHECK(w.sends(star().with("CSeq", "8 REGISTER")).status() == status::ok);
    CHECK(w.bound().empty());
}

TEST_CASE("* fails whole when one binding has its Call-ID and a CSeq not lower (R3261-10.3-6g)") {
    world w;
    w.sends(from_other_call(alice_registers("sip:a@192.0.2.1")));
    w.sends(alice_registers("sip:b@192.0.2.1").with("CSeq", "7 REGISTER").with("From", "<sip:x@example.com>;tag=1"));
    const auto before = w.record();
    for (const auto* cseq : {"7 REGISTER", "6 REGISTER", "0 REGISTER"}) {
        const auto failed = w.sends(star().with("CSeq", cseq));
        CHECK(failed.status() == status::server_internal_error);
        CHECK(w.record() == before);
    }
}

TEST_CASE("* for someone without bindings is 200 without contacts") {
    world w;
    const auto told = w.sends(star());
    CHECK(told.status() == status::ok);
    CHECK(told.contacts().empty());
}

TEST_CASE("* beside any other Contact is 400, in one row or several (R3261-10.3-6b)") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto before = w.record();
    CHECK(w.sends(star().also("Contact", "<sip:b@192.0.2.1>")).status() == status::bad_request);
    CHECK(w.sends(alice_registers("<sip:b@192.0.2.1>", 0s).also("m", "*")).status() == status::bad_request);
    CHECK(w.sends(star().also("Contact", "*")).status() == status::bad_request);
    CHECK(w.sends(alice_registers("*, <sip:b@192.0.2.1>", 0s)).status() == status::bad_request);
    CHECK(w.sends(alice_registers("<sip:b@192.0.2.1>, *", 0s)).status() == status::bad_request);
    CHECK(w.record() == before);
}

TEST_CASE("* with another Expires than 0 is 400 (R3261-10.3-6c)") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto before = w.record();
    CHECK(w.sends(alice_registers("*", 1s)).status() == status::bad_request);
    CHECK(w.sends(alice_registers("*", 3600s)).status() == status::bad_request);
    CHECK(w.sends(alice_registers("*").with("Expires", "nonsense")).status() == status::bad_request);
    CHECK(w.record() == before);
}

TEST_CASE("* without Expires is 400, a parameter does not make up for it (R3261-10.3-6d)") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto refused = w.sends(alice_registers("*"));
    CHECK(refused.status() == status::bad_request);
    CHECK(refused.reason() == "Contact * Needs Expires 0");
    CHECK(w.sends(alice_registers("*;expires=0")).status() == status::bad_request);
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

TEST_CASE("* tells an observer each binding that it removed") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>;expires=90"));
    w.clock.advance(60s);
    (void)w.observer.take_log();
    w.sends(star());
    CHECK(w.observer.take_log() == "answered\nexpired sip:a@192.0.2.1\nremoved sip:b@192.0.2.1\n");
}

TEST_CASE("a replayed * never undoes what came after it, from whatever source and with the ring long gone") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto text = w.write(star());
    CHECK(w.sends(text).status() == status::ok);
    w.sends(from_other_call(alice_registers("sip:b@192.0.2.2")));

    CHECK(w.sends(text).verdict == verdict{handling::repeated, {}});
    CHECK(w.bound() == "sip:b@192.0.2.2");
    w.flow.remote = at("192.0.2.66", 4000);
    CHECK(w.sends(text).uris() == "sip:b@192.0.2.2");
    CHECK(w.bound() == "sip:b@192.0.2.2");
}

} // namespace

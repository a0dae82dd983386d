// SPDX-License-Identifier: BSL-1.0
// Retransmissions, replays, merged and late requests: RFC 3261 §8.2.2.2, §8.2.7, §17.2.2, §17.2.3.
#include <sipwhere/storage/fixed_storage.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

// A ring holds 4,096 responses; a build for debugging has no patience for more than twice as many.
#if defined(NDEBUG)
constexpr unsigned very_many = 100'000;
#else
constexpr unsigned very_many = 8'192;
#endif

constexpr verdict is_repeated{handling::repeated, {}};

/// Lets another phone register so many times, to push every response out that is remembered.
template <typename World>
void flood(World& w, unsigned requests) {
    auto text = w.write(as_user("other", alice_registers("sip:o@192.0.2.9"))
                            .with("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-000000")
                            .with("CSeq", "9000000 REGISTER"));
    const auto branch = text.find("000000");
    const auto cseq = text.find("9000000") + 1;
    for (unsigned i = 1; i <= requests; ++i) {
        for (unsigned digit = 6, rest = i; digit-- > 0; rest /= 10)
            text[branch + digit] = text[cseq + digit] = static_cast<char>('0' + rest % 10);
        (void)w.registrar.receive(datagram{w.flow, text});
        w.transport.sent.clear();
    }
    CHECK(w.bound("other") == "sip:o@192.0.2.9");
}

TEST_CASE("a retransmission hears the same bytes, and nothing is done again (R3261-17.2.2-c, R3261-17.2.2-e, "
          "R3261-18.2.1-e)") {
    world w;
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    const auto first = w.sends(text);
    const auto before = w.record();
    w.clock.advance(5s);
    (void)w.observer.take_log();

    const auto again = w.sends(text);

    CHECK(again.verdict == is_repeated);
    CHECK(again.text == first.text);
    CHECK(again.flow == first.flow);
    CHECK(w.record() == before);
    CHECK(w.observer.take_log() == "repeated\n");
}

TEST_CASE("a retransmission hears what it heard first, even if more has been registered since") {
    world w;
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    const auto first = w.sends(text);
    w.sends(alice_registers("sip:b@192.0.2.1"));
    CHECK(w.sends(text).text == first.text);
}

TEST_CASE("a retransmission of a removal hears the same, and removes nothing that came after it") {
    world w;
    w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>"));
    const auto text = w.write(alice_registers("sip:a@192.0.2.1", 0s));
    const auto first = w.sends(text);
    w.sends(alice_registers("sip:a@192.0.2.1").with("Call-ID", "later"));
    CHECK(w.sends(text).text == first.text);
    CHECK(w.bound() == "sip:b@192.0.2.1 sip:a@192.0.2.1");
}

TEST_CASE("after 32 s a retransmission is a new request, and late by its CSeq (R3261-17.2.2-d, R3261-17.2.2-f)") {
    world w;
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    w.sends(text);
    w.clock.advance(32s - 1ms);
    CHECK(w.sends(text).verdict == is_repeated);
    w.clock.advance(1ms);
    CHECK(w.sends(text).verdict == verdict{handling::answered, status::ok}); // the record still knows it

    world later;
    const auto late = later.write(alice_registers("sip:a@192.0.2.1"));
    later.sends(late);
    later.clock.advance(33s);
    CHECK(later.sends(late).status() == status::server_internal_error);
}

TEST_CASE(
    "a query changes nothing, so that nothing of it is kept: its retransmission is answered anew, with the same tag") {
    world w;
    const auto text = w.write(alice_asks());
    const auto first = w.sends(text);
    CHECK(w.sends(text).text == first.text);
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto again = w.sends(text);
    CHECK(again.verdict == verdict{handling::answered, status::ok});
    CHECK(again.to_tag() == first.to_tag());
    CHECK(again.uris() == "sip:a@192.0.2.1");
}

TEST_CASE(
    "requests that change nothing push no answer out: not queries, refusals, OPTIONS or repeats (R3261-17.2.2-c)") {
    basic_world<fixed_storage<8, 16, 8192>> w; // remembers four answers
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    const auto first = w.sends(text);
    const auto known = w.write(as_user("bob", alice_registers("sip:b@192.0.2.1")));
    w.sends(known);
    for (int i = 0; i < 20; ++i) {
        w.sends(alice_asks());
        w.sends(request{"OPTIONS"});
        w.sends(alice_registers("sip:a@192.0.2.1").with("Expires", "1"));
        w.sends(as_user("nobody", alice_registers("*", 0s)).with("CSeq", "1 REGISTER").with("Call-ID", "gone"));
        w.sends(known);
    }
    CHECK(w.sends(text).verdict == is_repeated);
    CHECK(w.sends(text).text == first.text);
}

TEST_CASE("a client that never changes its branch is heard each time (R3261-17.2.3-a)") {
    world w;
    const auto one_branch = [](const request& asked) {
        return asked.with("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKforever");
    };
    const auto first = one_branch(alice_registers("sip:a@192.0.2.1"));
    CHECK(w.sends(first).uris() == "sip:a@192.0.2.1");
    CHECK(w.sends(one_branch(alice_registers("sip:b@192.0.2.1"))).uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
    CHECK(w.sends(one_branch(alice_registers("sip:c@192.0.2.1").with("Call-ID", "another"))).contacts().size() == 3);
    CHECK(w.sends(one_branch(alice_registers("*", 0s))).contacts().empty());
}

TEST_CASE("a repeat pushed out by very many other requests is still 200, and changes nothing (R3261-8.2.7-c)") {
    world w;
    const auto text = w.write(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>;expires=0"));
    const auto first = w.sends(text);
    flood(w, very_many);
    const auto before = w.record();
    w.clock.advance(1s);

    const auto again = w.sends(text);

    CHECK(again.verdict == verdict{handling::answered, status::ok});
    CHECK(again.to_tag() == first.to_tag());
    CHECK(again.uris() == "sip:a@192.0.2.1");
    CHECK(again.contacts()[0].expires == 299);
    CHECK(w.record() == before);
}

TEST_CASE("a repeat is known although nothing is left of its record") {
    basic_world<fixed_storage<8, 16, 8192>> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto removal = w.write(alice_registers("*", 0s));
    w.sends(removal);
    flood(w, 100);
    w.sends(alice_registers("sip:b@192.0.2.1").with("Call-ID", "later"));
    const auto again = w.sends(removal);
    CHECK(again.verdict.kind == handling::answered);
    CHECK(again.status() == status::ok);
    CHECK(again.uris() == "sip:b@192.0.2.1");
}

TEST_CASE("a replayed registration does not revive what was removed since") {
    basic_world<fixed_storage<8, 16, 8192>> w;
    const auto registration = w.write(alice_registers("sip:a@192.0.2.1"));
    w.sends(registration);
    w.sends(alice_registers("*", 0s).with("Call-ID", "other-phone"));
    flood(w, 100);
    CHECK(w.sends(registration).status() == status::ok);
    CHECK(w.bound().empty());
    w.flow.remote = at("192.0.2.66", 6666);
    CHECK(w.sends(registration).contacts().empty());
    CHECK(w.bound().empty());
}

TEST_CASE("the record of a repeat goes when no repeat can come any more") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.sends(alice_registers("*", 0s));
    CHECK(w.storage.size() == 1);
    w.clock.advance(40s);
    for (int i = 0; i < 10; ++i) w.registrar.expire();
    CHECK(w.storage.size() == 0);
}

TEST_CASE("the same request by another way is 482 for 32 s, and changes nothing (R3261-8.2.2.2-a, R3261-8.2.2.2-b)") {
    world w;
    const auto one = alice_registers("sip:a@192.0.2.1").with("CSeq", "7 REGISTER");
    w.sends(one);
    const auto before = w.record();
    const auto merged = w.sends(one);
    CHECK(merged.status() == status::loop_detected);
    CHECK(merged.reason() == "Merged Request");
    CHECK(w.sends(one.with("Contact", "sip:b@192.0.2.1")).status() == status::loop_detected);
    CHECK(w.record() == before);
    w.clock.advance(33s);
    CHECK(w.sends(one).status() == status::server_internal_error);
    CHECK(w.sends(one.with("Contact", "sip:b@192.0.2.1")).status() == status::ok);
}

TEST_CASE("what has a To tag is no merged request, but late all the same (R3261-8.2.2.2-a)") {
    world w;
    const auto one = alice_registers("sip:a@192.0.2.1").with("CSeq", "7 REGISTER");
    w.sends(one);
    CHECK(w.sends(one.with("To", "<sip:alice@example.com>;tag=1")).status() == status::server_internal_error);
}

TEST_CASE("a refusal is not remembered: the same bytes are judged anew") {
    world w{{.limits = {.max_contacts = 1}}};
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    const auto text = w.write(alice_registers("sip:b@192.0.2.1"));
    const auto first = w.sends(text);
    CHECK(first.status() == status::forbidden);
    CHECK(w.sends(text).text == first.text);
    w.clock.advance(60s);
    CHECK(w.sends(text).status() == status::ok);
}

TEST_CASE(
    "the same branch with another sent-by, method or source is another transaction (R3261-17.2.3-b, R3261-17.2.3-c)") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1").with("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKsame"));
    const auto other = alice_registers("sip:b@192.0.2.1").with("Via", "SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bKsame");
    CHECK(w.sends(other).uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1");
    CHECK(!w.sends(request{"OPTIONS"}.with("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKsame")).has("Contact"));
    w.flow.remote = at("192.0.2.2");
    CHECK(w.sends(alice_asks().with("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKsame")).verdict.kind ==
          handling::answered);
}

TEST_CASE("nobody else's branch gives anyone another's answer") {
    world w;
    w.sends(alice_registers("sip:secret@192.0.2.1").with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKguessed"));
    w.flow.remote = at("192.0.2.66");
    const auto told = w.sends(as_user("eve", alice_asks()).with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKguessed"));
    CHECK(told.text.find("secret") == std::string::npos);
}

TEST_CASE("a client of RFC 2543, without cookie or branch, is known by all else (R3261-17.2.3-d, R3261-20.42-a)") {
    world w;
    for (const auto* via : {"SIP/2.0/UDP 192.0.2.1:5060", "SIP/2.0/UDP 192.0.2.1:5060;branch=1"}) {
        const auto old = alice_registers("sip:a@192.0.2.1").with("Via", via).with("From", "<sip:alice@example.com>");
        const auto text = w.write(old);
        const auto first = w.sends(text);
        CHECK(first.status() == status::ok);
        CHECK(w.sends(text).text == first.text);
        CHECK(w.sends(old).verdict == verdict{handling::answered, status::ok}); // its next CSeq, the same Via
    }
}

TEST_CASE("32 s later all memory of transactions is gone from the bytes of a record") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    const auto one_tag = w.record().size();
    for (int i = 0; i < 40; ++i) w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(w.record().size() == one_tag + 19 * transaction_tag::packed_size); // two for each of ten bindings
    w.clock.advance(33s);
    w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(w.record().size() == one_tag);
}

/// A registrar that remembers no answers: what it knows of a repeat is in its records.
using forgetful_world = basic_world<fixed_storage<8, 32, 16'384, memory_sizes{.record = 8192, .responses = 0}>>;

TEST_CASE("a repeat is 200 and changes nothing after 8, 9 or 19 later updates of its AOR (R3261-17.2.2-e)") {
    for (const bool by_others : {false, true})
        for (const unsigned updates : {8U, 9U, 19U}) {
            forgetful_world w;
            const auto first = w.write(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>;expires=0"));
            CHECK(w.sends(first).status() == status::ok);
            for (unsigned i = 0; i < updates; ++i) {
                auto later = alice_registers(i % 3 == 0 ? "sip:a@192.0.2.1" : "sip:c@192.0.2.1");
                if (by_others) later = later.with("Call-ID", "other-" + std::to_string(i));
                REQUIRE(w.sends(later).status() == status::ok);
            }
            const auto before = w.record();
            const auto again = w.sends(first);
            CHECK(again.status() == status::ok);
            CHECK(again.uris() == "sip:a@192.0.2.1 sip:c@192.0.2.1");
            CHECK(w.record() == before);
        }
}

TEST_CASE("a late duplicate never revives what was removed since, however many updates of its phone came between") {
    for (unsigned updates = 0; updates < 70; updates += 3) {
        forgetful_world w;
        const auto first = w.write(alice_registers("sip:a@192.0.2.1"));
        w.sends(first);
        w.sends(alice_registers("sip:b@192.0.2.1").with("Call-ID", "quiet"));
        for (unsigned i = 0; i < updates; ++i) w.sends(alice_registers("sip:a@192.0.2.1"));
        REQUIRE(w.sends(alice_registers("sip:a@192.0.2.1", 0s)).status() == status::ok);
        for (unsigned i = 0; i < updates; ++i) w.sends(alice_registers("sip:c@192.0.2.1").with("Call-ID", "busy"));
        const auto before = w.record();
        w.clock.advance(31s);

        const auto late = w.sends(first).status();

        CHECK((late == status::ok || (late == status::server_internal_error && updates > 8)));
        CHECK(w.record() == before);
    }
}

TEST_CASE(
    "a late duplicate of a removal wipes nothing that came since, however many updates of its phone came between") {
    for (unsigned updates = 0; updates < 70; updates += 3) {
        forgetful_world w;
        const auto removal = w.write(alice_registers("*", 0s));
        w.sends(removal);
        for (unsigned i = 0; i < updates; ++i) w.sends(alice_registers("sip:a@192.0.2.1"));
        w.sends(alice_registers("sip:b@192.0.2.1").with("Call-ID", "other"));
        const auto before = w.record();

        const auto late = w.sends(removal).status();

        CHECK((late == status::ok || (late == status::server_internal_error && updates > 17)));
        CHECK(w.record() == before);
    }
}

TEST_CASE("one phone's many updates never push out what is known of another's") {
    forgetful_world w;
    const auto quiet = w.write(alice_registers("sip:a@192.0.2.1").with("Call-ID", "quiet"));
    w.sends(quiet);
    w.sends(alice_registers("*", 0s).with("Call-ID", "remover"));
    for (int i = 0; i < 100; ++i) w.sends(alice_registers("sip:b@192.0.2.1"));
    const auto before = w.record();
    CHECK(w.sends(quiet).status() == status::ok);
    CHECK(w.record() == before);
}

TEST_CASE("of more phones than are remembered those go first whose bindings are still there") {
    forgetful_world w{{.limits = {.max_contacts = 2}}}; // four transactions
    const auto removed = w.write(alice_registers("sip:x@192.0.2.1").with("Call-ID", "removed"));
    w.sends(removed);
    const auto removal = w.write(alice_registers("*", 0s).with("Call-ID", "remover"));
    w.sends(removal);
    const auto kept = w.write(alice_registers("sip:a@192.0.2.1").with("Call-ID", "kept"));
    w.sends(kept);
    for (const char* const phone : {"p1", "p2"})
        CHECK(w.sends(alice_registers("sip:b@192.0.2.1").with("Call-ID", phone)).status() == status::ok);
    const auto before = w.record();

    CHECK(w.sends(removed).status() == status::ok);
    CHECK(w.sends(removal).status() == status::ok);
    CHECK(w.sends(kept).status() == status::server_internal_error); // forgotten, but late by its binding

    CHECK(w.record() == before);
}

TEST_CASE("a request that is late for a while is taken again after 32 s") {
    forgetful_world w{{.limits = {.max_contacts = 1}}};
    const auto old = alice_registers("sip:b@192.0.2.1").with("CSeq", "1 REGISTER");
    w.sends(old);
    w.sends(alice_registers("sip:b@192.0.2.1", 0s));
    CHECK(w.sends(old.with("From", "<sip:alice@example.com>;tag=new")).status() == status::ok); // none was forgotten
    w.sends(alice_registers("sip:b@192.0.2.1", 0s).with("CSeq", "7 REGISTER"));
    const auto late = w.sends(old.with("From", "<sip:alice@example.com>;tag=newer"));
    CHECK(late.status() == status::server_internal_error);
    CHECK(late.reason() == "CSeq Is Not Higher");
    CHECK(w.sends(alice_asks()).status() == status::ok);
    w.clock.advance(33s);
    CHECK(w.sends(old).status() == status::ok);
}

} // namespace

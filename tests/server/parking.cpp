// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/parking.hpp>

#include <sipwhere/storage/fixed_storage.hpp>

#include <support/slow_world.hpp>

#include <doctest/doctest.h>

#include <string>

namespace parking_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

constexpr testing::slow_options slow{};
constexpr testing::slow_options fast{.at_once = 1};

TEST_CASE("a request whose storage answers later is answered when it does, and its events come then") {
    slow_world<> w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")) == verdict{handling::parked, {}});
    CHECK(w.transport.sent.empty());
    CHECK(w.observer.log.empty());
    CHECK(w.stored().empty());
    w.settle();
    CHECK(w.statuses() == "200");
    CHECK(w.stored() == "sip:a@192.0.2.1");
    CHECK(w.observer.log == "answered\ncreated sip:a@192.0.2.1\n");
    CHECK(w.transport.wakes == 2); // once to run the job, once when it was done
}

TEST_CASE("a request whose access answers later is answered when it does") {
    slow_world<> w{{}, fast, slow};
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).kind == handling::parked);
    w.turn(); // it has been authenticated
    CHECK(w.transport.sent.empty());
    w.settle();
    CHECK(w.statuses() == "200");
    CHECK(w.stored() == "sip:a@192.0.2.1");
}

TEST_CASE("an answer that is held goes to where its request came from, whoever came meanwhile") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.from.remote = at("192.0.2.2");
    w.sends(bob_registers("sip:b@192.0.2.2"));
    w.settle();
    REQUIRE(w.transport.sent.size() == 2);
    for (const auto& [to, text] : w.transport.sent) {
        const bool is_bobs = text.find("bob@example.com") != std::string::npos;
        CHECK(to.remote == (is_bobs ? at("192.0.2.2") : at("192.0.2.1")));
    }
}

TEST_CASE("a retransmission of a request that waits is absorbed, and one after its answer hears that again "
          "(R3261-17.2.2-a)") {
    slow_world<> w;
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    w.sends(text);
    CHECK(w.sends(text) == verdict{handling::dropped, {}});
    CHECK(w.observer.take_log() == "absorbed\n");
    w.turn();
    w.hear(); // now it is held
    CHECK(w.sends(text).kind == handling::dropped);
    w.settle();
    CHECK(w.statuses() == "200");
    CHECK(w.sends(text).kind == handling::repeated);
    CHECK(w.statuses() == "200 200");
}

TEST_CASE("a CANCEL of a request that waits is answered, and changes nothing (RFC 3261 §9.2)") {
    slow_world<> w;
    const auto via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcancelled";
    w.sends(alice_registers("sip:a@192.0.2.1").with("Via", via).with("CSeq", "7 REGISTER"));
    w.sends(request{"CANCEL"}.with("Via", via).with("CSeq", "7 CANCEL"));
    CHECK(w.statuses() == "200");
    w.settle();
    CHECK(w.stored() == "sip:a@192.0.2.1");
}

TEST_CASE("updates of one record take place in the order in which their requests came") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.sends(alice_registers("sip:a@192.0.2.1", 0s));
    w.sends(alice_registers("sip:b@192.0.2.1"));
    w.settle();
    CHECK(w.stored() == "sip:b@192.0.2.1");
    CHECK(w.observer.log == "answered\ncreated sip:a@192.0.2.1\nanswered\nremoved sip:a@192.0.2.1\nanswered\n"
                            "created sip:b@192.0.2.1\n");
}

TEST_CASE("when as many requests wait as may, the next is 503, and when they are answered others may wait") {
    slow_world<> w{{.limits = {.retry_after = 9s}}};
    for (int round = 0; round < 50; ++round) {
        const auto before = w.transport.sent.size();
        for (const auto* contact : {"sip:a@192.0.2.1", "sip:b@192.0.2.1", "sip:c@192.0.2.1"})
            CHECK(w.sends(alice_registers(contact)).kind == handling::parked);
        CHECK(w.sends(bob_registers("sip:x@192.0.2.1")) == verdict{handling::answered, status::service_unavailable});
        CHECK(w.transport.sent.back().second.find("Retry-After: 9\r\n") != std::string::npos);
        CHECK(w.sends(request{"OPTIONS"}).code == status::ok); // which waits for nobody
        w.settle();
        CHECK(w.transport.sent.size() == before + 5);
        CHECK(w.stored("bob").empty());
    }
    CHECK(w.stored() == "sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1");
}

TEST_CASE("a storage that fails later is a 500, and nothing has changed") {
    slow_world<> w{{}, {.failure = 1}};
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    w.sends(text);
    w.settle();
    CHECK(w.statuses() == "500");
    CHECK(w.observer.log == "rejected 500\n");
    CHECK(w.stored().empty());
    CHECK(w.sends(text).kind == handling::parked); // it was not remembered as done
}

TEST_CASE("an access that fails later is what it says, and nothing has changed") {
    slow_world<> w{{}, fast, {.failure = 1}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle();
    CHECK(w.statuses() == "500");
    CHECK(w.stored().empty());
}

TEST_CASE("a request that waits for 32 s ends, and what is said about it later is ignored") {
    slow_world<> w{{}, {.max_delay = 0ms}};
    const auto text = w.write(alice_registers("sip:a@192.0.2.1"));
    w.sends(text);
    w.clock.advance(32s - 1ms);
    w.access.answer_due(w.clock.now());
    CHECK(w.sends(text).kind == handling::dropped);
    w.clock.advance(1ms);
    (void)w.observer.take_log();
    (void)w.registrar.tick(); // which lets the storage answer, but too late
    CHECK(w.observer.take_log() == "timed-out\n");
    w.settle();
    CHECK(w.transport.sent.empty());
    CHECK(w.stored().empty());
    CHECK(w.sends(text).kind == handling::parked);
    w.settle();
    CHECK(w.statuses() == "200");
}

TEST_CASE("what is decided is carried out after 32 s too, but nobody waits for the answer") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.turn();
    w.hear(); // the job has run
    w.clock.advance(32s);
    w.settle();
    CHECK(w.stored() == "sip:a@192.0.2.1");
    CHECK(w.observer.log == "timed-out\ncreated sip:a@192.0.2.1\n");
    CHECK(w.transport.sent.empty());
}

TEST_CASE("a registrar that stops forgets the requests that wait, and can start again") {
    slow_world<> w;
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.sends(bob_registers("sip:b@192.0.2.1"));
    w.registrar.stop();
    CHECK(w.observer.log == "forgotten\nforgotten\n");
    CHECK(w.storage.is_idle());
    w.settle();
    CHECK(w.transport.sent.empty());
    REQUIRE(w.registrar.start());
    for (const auto* contact : {"sip:a@192.0.2.1", "sip:b@192.0.2.1", "sip:c@192.0.2.1"})
        CHECK(w.sends(alice_registers(contact)).kind == handling::parked);
    w.settle();
    CHECK(w.statuses() == "200 200 200");
}

TEST_CASE("a connection that goes takes the requests along that wait for a decision, but not what is decided") {
    slow_world<> w;
    const auto udp = w.from;
    w.from.over = protocol::tcp;
    w.from.connection = 7;
    w.sends(alice_registers("sip:a@10.0.0.1").with("Content-Length", "0")); // who may be reached by another, too
    w.turn();
    w.hear(); // the job has run
    w.sends(bob_registers("sip:b@192.0.2.1").with("Content-Length", "0"));
    const auto lost = w.from;
    w.from = udp;
    w.sends(as_user("carol", alice_registers("sip:c@192.0.2.1")));
    w.transport.receiver->closed(lost);
    CHECK(w.observer.take_log() == "forgotten\n");
    w.settle();
    CHECK(w.stored() == "sip:a@10.0.0.1");
    CHECK(w.stored("bob").empty());
    CHECK(w.stored("carol") == "sip:c@192.0.2.1");
    CHECK(w.statuses() == "200"); // carol's
}

TEST_CASE("OPTIONS for a user waits for a storage that does not know the record now, and then is answered") {
    slow_world<> w{{.options_user = options_user::bound}, {.at_once = 1, .slow_reads = true}};
    w.sends(alice_registers("sip:a@192.0.2.1"));
    w.settle();
    CHECK(w.sends(request{"OPTIONS", "sip:alice@example.com"}).kind == handling::parked);
    w.settle();
    CHECK(w.sends(request{"OPTIONS", "sip:bob@example.com"}).kind == handling::parked);
    w.settle();
    CHECK(w.statuses() == "200 200 404");
}

TEST_CASE("a message that is larger than the memory of a request that waits is dropped and told") {
    slow_world<fixed_storage<4, 8, 2048, memory_sizes{.parked = 1, .request = 500}>> w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1").with("Subject", std::string(500, 'x'))).kind == handling::dropped);
    CHECK(w.observer.reasons == "Too Long\n");
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).kind == handling::parked);
    w.settle();
    CHECK(w.statuses() == "200");
}

} // namespace parking_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/chain.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A handler that takes what has its word in it, and lets time pass.
struct word_handler {
    std::string word;
    result<void> when_preparing{};
    std::chrono::milliseconds next{5000};
    unsigned taken = 0;
    unsigned ticks = 0;
    unsigned prepared = 0;

    auto offer(const datagram& arrived) -> verdict {
        if (arrived.bytes.find(word) == std::string_view::npos) return {};
        ++taken;
        return {handling::answered, status::accepted};
    }
    auto prepare() -> result<void> {
        ++prepared;
        return when_preparing;
    }
    auto tick() -> std::chrono::milliseconds {
        ++ticks;
        return next;
    }
};

/// A handler of the least: it takes nothing.
struct idle_handler {
    auto offer(const datagram&) -> verdict { return {}; }
};

/// A chain of a registrar of example.com and two others.
struct chained {
    manual_clock clock;
    hash_storage storage;
    capturing_transport transport;
    seeded_random random{7};
    recording_observer observer;
    basic_registrar<manual_clock, hash_storage, capturing_transport, seeded_random, open_access, recording_observer>
        registrar{{.domains = {"example.com"}}, clock, storage, transport, random, observer};
    word_handler first{.word = "first"};
    idle_handler idle;
    word_handler second{.word = "second"};
    chain<capturing_transport, decltype(registrar), word_handler, idle_handler, word_handler> all{transport, registrar,
                                                                                                  first, idle, second};

    auto sends(const request& asked, unsigned number = 1) -> verdict {
        const auto text = asked.text(number);
        return all.receive(datagram{{.remote = at("192.0.2.1"), .local = at("192.0.2.100")}, text});
    }
};

TEST_CASE("a chain tells its registrar what was lost") {
    chained it;
    REQUIRE(it.all.start());
    it.transport.receiver->overrun({.local = at("192.0.2.100")}, 3);
    CHECK(it.observer.take_log() == "overrun\n");
}

TEST_CASE("a chain gives its registrar what is a registrar's business") {
    chained it;
    REQUIRE(it.all.start());
    CHECK(it.sends(alice_registers("sip:first@192.0.2.1")) == verdict{handling::answered, status::ok});
    CHECK(it.sends(request{"OPTIONS"}, 2).code == status::ok);
    CHECK(it.first.taken == 0);
    CHECK(it.storage.size() == 1);
}

TEST_CASE("what is not a registrar's business goes to the first handler that takes it") {
    chained it;
    REQUIRE(it.all.start());
    CHECK(it.sends(request{"INVITE"}.with("Subject", "first, second")).code == status::accepted);
    CHECK(it.first.taken == 1);
    CHECK(it.second.taken == 0);
    CHECK(it.sends(request{"INVITE"}.with("Subject", "second")).code == status::accepted);
    CHECK(it.second.taken == 1);
    CHECK(it.transport.sent.empty());
}

TEST_CASE("a REGISTER or OPTIONS for a domain or a user that is not the registrar's goes to the others") {
    chained it;
    REQUIRE(it.all.start());
    CHECK(it.sends(request{"REGISTER", "sip:example.org"}.with("Subject", "first")).code == status::accepted);
    CHECK(it.sends(request{"OPTIONS", "sip:example.org"}.with("Subject", "first")).code == status::accepted);
    CHECK(it.sends(request{"OPTIONS", "sip:alice@example.com"}.with("Subject", "first")).code == status::accepted);
    CHECK(it.sends(request{"OPTIONS", "nonsense"}.with("Subject", "first")).code == status::accepted);
    CHECK(it.sends(request{"CANCEL"}.with("Subject", "first")).code == status::accepted);
    CHECK(it.first.taken == 5);
}

TEST_CASE("a REGISTER whose Request-URI nobody can read is the registrar's to refuse") {
    chained it;
    REQUIRE(it.all.start());
    CHECK(it.sends(request{"REGISTER", "nonsense"}.with("Subject", "first")).code == status::bad_request);
}

TEST_CASE("responses, keep-alives and what is no SIP are offered to the others too") {
    chained it;
    REQUIRE(it.all.start());
    it.first.word = "\n";
    const auto sends = [&](std::string_view bytes) { return it.all.receive(datagram{{}, bytes}).code; };
    CHECK(sends("SIP/2.0 200 OK\r\n\r\n") == status::accepted);
    CHECK(sends("\r\n\r\n") == status::accepted);
    CHECK(sends("anything\n") == status::accepted);
    CHECK(it.observer.log.empty());
}

TEST_CASE("what nobody takes is answered as the registrar alone would have done, and told once") {
    chained it;
    REQUIRE(it.all.start());
    CHECK(it.sends(request{"INVITE"}).code == status::method_not_allowed);
    CHECK(it.sends(request{"REGISTER", "sip:example.org"}, 2).code == status::not_found);
    CHECK(it.sends(request{"CANCEL"}, 3).code == status::call_does_not_exist);
    CHECK(it.all.receive(datagram{{}, "\r\n"}).kind == handling::dropped);
    CHECK(it.all.receive(datagram{{}, "anything"}).kind == handling::dropped);
    CHECK(it.transport.sent.size() == 3);
    CHECK(it.observer.log == "rejected 405\nrejected 404\nrejected 481\nkeep-alive\nnot-sip\n");
}

TEST_CASE("starting a chain prepares each handler and listens in its place") {
    chained it;
    CHECK(it.all.start());
    CHECK(it.first.prepared == 1);
    CHECK(it.second.prepared == 1);
    REQUIRE(it.transport.receiver);
    const auto text = request{"INVITE"}.with("Subject", "first").text(1);
    const datagram both[] = {{{}, text}, {{}, text}};
    it.transport.receiver->receive(both);
    CHECK(it.first.taken == 2);
    it.all.stop();
    CHECK(!it.transport.receiver);
    CHECK(it.transport.stops == 1);
    it.all.stop();
    CHECK(it.transport.stops == 1);
}

TEST_CASE("a chain starts once, and again after it was stopped") {
    chained it;
    CHECK(it.all.start());
    const auto again = it.all.start();
    REQUIRE(!again);
    CHECK(again.error().code == errc::already_started);
    it.all.stop();
    CHECK(it.all.start());
}

TEST_CASE("a chain does not listen when one of its handlers can't be prepared") {
    chained it;
    it.first.when_preparing = fail(errc::bad_domain);
    const auto started = it.all.start();
    REQUIRE(!started);
    CHECK(started.error().code == errc::bad_domain);
    CHECK(it.second.prepared == 0);
    CHECK(!it.transport.receiver);

    it.first.when_preparing = {};
    it.transport.when_listening = fail(errc::address_in_use);
    CHECK(it.all.start().error().code == errc::address_in_use);
    it.transport.when_listening = {};
    CHECK(it.all.start());
}

TEST_CASE("a registrar with contradictory settings keeps its chain from starting") {
    chained it;
    decltype(it.registrar) registrar{
        {.limits = {.min_expires = 9s, .max_expires = 1s}}, it.clock, it.storage, it.transport, it.random, it.observer};
    chain<capturing_transport, decltype(registrar)> all{it.transport, registrar};
    CHECK(all.start().error().code == errc::contradicting_limits);
}

TEST_CASE("a tick of a chain lets time pass for all, and asks for the soonest") {
    chained it;
    REQUIRE(it.all.start());
    it.first.next = 300ms;
    CHECK(it.transport.receiver->tick() == 300ms);
    it.first.next = 5000ms;
    it.second.next = 200ms;
    CHECK(it.all.tick() == 200ms);
    it.second.next = 5000ms;
    CHECK(it.all.tick() == 1000ms);
    CHECK(it.first.ticks == 3);
    CHECK(it.second.ticks == 3);
}

TEST_CASE("a chain stops its transport when it goes") {
    chained it;
    {
        chain<capturing_transport, decltype(it.registrar)> all{it.transport, it.registrar};
        REQUIRE(all.start());
    }
    CHECK(!it.transport.receiver);
    CHECK(it.transport.stops == 1);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/basic_server.hpp>

#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/registrar/registration_handler.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace basic_server_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A handler of two methods that takes what has its word as Subject, and notes what its server asks of it.
template <method First, method Second>
struct word_handler {
    static constexpr method_set methods{First, Second};

    std::string word;
    result<void> when_preparing{};
    std::chrono::milliseconds next{5000};
    unsigned asked = 0;
    unsigned taken = 0;
    unsigned prepared = 0;
    unsigned ticks = 0;
    std::vector<std::size_t> batches{}; ///< how many datagrams each had
    std::vector<flow> lost{};
    const server_core* server = nullptr;

    void attach(server_core& of) { server = &of; }
    auto prepare() -> result<void> {
        ++prepared;
        return when_preparing;
    }
    auto tick() -> std::chrono::milliseconds {
        ++ticks;
        return next;
    }
    void prefetch(std::span<const datagram> some) { batches.push_back(some.size()); }
    void closed(const flow& connection) { lost.push_back(connection); }
    auto handle(exchange& request) -> verdict {
        ++asked;
        if (request.request().value(header_name::subject).find(word) == std::string_view::npos)
            return request.not_mine();
        ++taken;
        return request.answer(status::accepted);
    }
};

/// A handler of the least, which takes nothing.
struct idle_handler {
    static constexpr method_set methods{method::subscribe};
    auto handle(exchange& request) -> verdict { return request.not_mine(); }
};

/// A server of example.com with three handlers.
struct served {
    settings config{.domains = {"example.com"}};
    manual_clock clock;
    capturing_transport transport;
    seeded_random random{7};
    recording_observer observer;
    word_handler<method::invite, method::message> first{.word = "first"};
    idle_handler idle;
    word_handler<method::message, method::options> second{.word = "second"};
    basic_server<heap_memory, manual_clock, capturing_transport, seeded_random, recording_observer,
                 std::tuple<word_handler<method::invite, method::message>&, idle_handler&,
                            word_handler<method::message, method::options>&>>
        server{config, clock, transport, first, random, idle, observer, second};

    auto sends(std::string_view bytes) -> reply {
        const auto before = transport.sent.size();
        const auto verdict = server.receive(datagram{{.remote = at("192.0.2.1"), .local = at("192.0.2.100")}, bytes});
        if (transport.sent.size() == before) return {verdict, {}, {}};
        return {verdict, transport.sent.back().first, transport.sent.back().second};
    }
    auto sends(const request& asked) -> reply { return sends(asked.text(++number_)); }

private:
    unsigned number_ = 0;
};

/// Returns: a request about a word.
auto about(std::string_view word, std::string method = "MESSAGE", std::string uri = "sip:example.com") -> request {
    return request{std::move(method), std::move(uri)}.with("Subject", word);
}

TEST_CASE("a server is told by its arguments: handlers in their order, and random and observer policies among them") {
    served it;
    basic_server deduced{it.config, it.clock, it.transport, it.first, it.random, it.idle, it.observer, it.second};
    static_assert(std::same_as<decltype(deduced), decltype(it.server)>);

    basic_server least{it.config, it.clock, it.transport};
    static_assert(std::same_as<decltype(least), basic_server<heap_memory, manual_clock, capturing_transport, os_random,
                                                             null_observer, std::tuple<>>>);
    CHECK(least.start());
    CHECK(least.receive(datagram{{.remote = at("192.0.2.1")}, request{"OPTIONS"}.text(1)}) ==
          verdict{handling::answered, status::ok});
}

TEST_CASE("a server has the memory that a handler over a storage asks for") {
    using board = fixed_storage<4, 8, 2048>;
    served it;
    board storage;
    registration_handler registrar{it.config, it.clock, storage};
    basic_server of_board{it.config, it.clock, it.transport, it.idle, registrar};
    static_assert(std::same_as<decltype(of_board),
                               basic_server<board::memory, manual_clock, capturing_transport, os_random, null_observer,
                                            std::tuple<idle_handler&, registration_handler<manual_clock, board>&>>>);
    CHECK(of_board.start());
}

TEST_CASE("a server borrows its settings, so that it takes none that go") {
    using server = decltype(served::server);
    using first = decltype(served::first);
    using second = decltype(served::second);
    static_assert(std::is_constructible_v<server, settings&, manual_clock&, capturing_transport&, first&,
                                          seeded_random&, idle_handler&, recording_observer&, second&>);
    static_assert(!std::is_constructible_v<server, settings, manual_clock&, capturing_transport&, first&,
                                           seeded_random&, idle_handler&, recording_observer&, second&>);
    CHECK(true);
}

TEST_CASE("Allow is the union of what the handlers serve, and what the server answers itself") {
    served it;
    REQUIRE(it.server.start());
    constexpr auto all = "INVITE, MESSAGE, SUBSCRIBE, OPTIONS, CANCEL, ACK";
    CHECK(it.sends(request{"OPTIONS"}).field("Allow") == all);
    CHECK(it.sends(request{"BYE"}).field("Allow") == all);
    CHECK(it.sends(request{"SUBSCRIBE"}).field("Allow") == all);
}

TEST_CASE("a request goes to the first handler that takes it, among those that serve its method") {
    served it;
    REQUIRE(it.server.start());
    CHECK(it.sends(about("first, second")).verdict == verdict{handling::answered, status::accepted});
    CHECK(it.first.taken == 1);
    CHECK(it.second.asked == 0);
    CHECK(it.sends(about("second")).verdict == verdict{handling::answered, status::accepted});
    CHECK(it.first.asked == 2);
    CHECK(it.second.taken == 1);
    CHECK(it.sends(about("second", "OPTIONS")).status() == status::accepted);
    CHECK(it.first.asked == 2); // which does not serve it
    CHECK(it.transport.sent.size() == 3);
}

TEST_CASE("a method that is served but that no handler takes is 405, like one that none serves") {
    served it;
    REQUIRE(it.server.start());
    CHECK(it.sends(about("nobody", "INVITE")).status() == status::method_not_allowed);
    CHECK(it.first.asked == 1);
    CHECK(it.sends(request{"SUBSCRIBE"}).status() == status::method_not_allowed);
    CHECK(it.sends(request{"REGISTER"}).status() == status::method_not_allowed);
    CHECK(it.sends(request{"FETCH"}).status() == status::not_implemented);
    CHECK(it.observer.take_log() == "rejected 405\nrejected 405\nrejected 405\nrejected 501\n");
}

TEST_CASE("OPTIONS that no handler takes is answered by the server (RFC 3261 §11.2)") {
    served it;
    REQUIRE(it.server.start());
    const auto told = it.sends(request{"OPTIONS"});
    CHECK(told.status() == status::ok);
    CHECK(told.field("Accept-Encoding") == "identity");
    CHECK(it.second.asked == 1);
    CHECK(it.second.taken == 0);
}

TEST_CASE("a domain that is not served is 404 before any handler is asked (RFC 3261 §8.2.2.1)") {
    served it;
    REQUIRE(it.server.start());
    for (const auto* method : {"INVITE", "MESSAGE", "SUBSCRIBE", "OPTIONS"})
        CHECK(it.sends(about("first, second", method, "sip:example.org")).status() == status::not_found);
    CHECK(it.sends(about("first", "INVITE", "tel:+12015550123")).status() == status::unsupported_uri_scheme);
    CHECK(it.sends(about("first", "INVITE").with("Require", "foo")).status() == status::bad_extension);
    CHECK(it.first.asked + it.second.asked == 0);
}

TEST_CASE("CANCEL, ACK, responses, keep-alives and what is no SIP are the server's own business") {
    served it;
    REQUIRE(it.server.start());
    CHECK(it.sends(about("first", "CANCEL")).status() == status::call_does_not_exist);
    for (const auto* bytes : {"SIP/2.0 200 OK\r\n\r\n", "\r\n\r\n", "anything\n"})
        CHECK(it.sends(std::string_view{bytes}).verdict == verdict{handling::dropped, {}});
    CHECK(it.sends(about("first", "ACK")).verdict.kind == handling::dropped);
    CHECK(it.first.asked == 0);
    CHECK(it.observer.take_log() == "rejected 481\nresponse\nkeep-alive\nnot-sip\nack\n");
}

TEST_CASE("what a handler remembers is answered again with the same bytes, and its handler not asked again") {
    served it;
    auto remembers = on<method::invite>([](exchange& call) {
        writer out{call.memory().answer};
        CHECK(write_short_answer(out, call.context(), refusal{status::busy_here}));
        return call.answer(status::busy_here, out.text(), remembered::yes);
    });
    basic_server server{it.config, it.clock, it.transport, remembers, it.first, it.random, it.observer};
    REQUIRE(server.start());
    const auto text = about("first", "INVITE").text(1);
    const datagram invite{{.remote = at("192.0.2.1")}, text};
    CHECK(server.receive(invite) == verdict{handling::answered, status::busy_here});
    CHECK(server.receive(invite) == verdict{handling::repeated, {}});
    REQUIRE(it.transport.sent.size() == 2);
    CHECK(it.transport.sent[0].second == it.transport.sent[1].second);
    CHECK(it.observer.take_log() == "rejected 486\nrepeated\n");
    CHECK(it.first.asked == 0);
}

TEST_CASE("a message is parsed once: each handler is shown what was read before the first was asked") {
    served it;
    auto bytes = request{"INVITE"}.text(1);
    const message_view* seen = nullptr;
    auto first = on<method::invite>([&](exchange& call) {
        seen = &call.request();
        CHECK(call.request().request_uri().data() == bytes.data() + std::string_view{"INVITE "}.size());
        bytes.replace(0, 6, "FETCH!"); // which another look at the bytes would find
        return call.not_mine();
    });
    auto second = on<method::invite>([&](exchange& call) {
        CHECK(&call.request() == seen);
        CHECK(call.request().method() == method::invite);
        CHECK(call.fields().cseq.number == 1);
        CHECK(call.target().domain.text == "example.com");
        return call.answer(status::decline);
    });
    basic_server server{it.config, it.clock, it.transport, first, second};
    REQUIRE(server.start());
    CHECK(server.receive(datagram{{.remote = at("192.0.2.1")}, bytes}).code == status::decline);
    CHECK(seen != nullptr);
}

TEST_CASE("starting a server prepares each handler and listens; stopping ends that") {
    served it;
    CHECK(it.first.server == &it.server);
    CHECK(it.second.server == &it.server);
    CHECK(it.server.start());
    CHECK(it.first.prepared == 1);
    CHECK(it.second.prepared == 1);
    REQUIRE(it.transport.receiver);
    const auto text = about("first").text(1);
    const datagram both[] = {{{.remote = at("192.0.2.1")}, text}, {{.remote = at("192.0.2.2")}, text}};
    it.transport.receiver->receive(both);
    CHECK(it.first.taken == 2);
    it.server.stop();
    CHECK(!it.transport.receiver);
    CHECK(it.transport.stops == 1);
    it.server.stop();
    CHECK(it.transport.stops == 1);
}

TEST_CASE("a server starts once, and again after it was stopped") {
    served it;
    CHECK(it.server.start());
    const auto again = it.server.start();
    REQUIRE(!again);
    CHECK(again.error().code == errc::already_started);
    it.server.stop();
    CHECK(it.server.start());
}

TEST_CASE("a server does not listen when a handler can't be prepared, and says what the first of them said") {
    served it;
    it.first.when_preparing = fail(errc::bad_domain);
    it.second.when_preparing = fail(errc::capacity_exceeded);
    const auto started = it.server.start();
    REQUIRE(!started);
    CHECK(started.error().code == errc::bad_domain);
    CHECK(it.second.prepared == 0);
    CHECK(!it.transport.receiver);
    it.first.when_preparing = {};
    CHECK(it.server.start().error().code == errc::capacity_exceeded);

    it.second.when_preparing = {};
    it.transport.when_listening = fail(errc::address_in_use);
    CHECK(it.server.start().error().code == errc::address_in_use);
    it.transport.when_listening = {};
    CHECK(it.server.start());
}

TEST_CASE("settings that can't hold keep a server from starting, before a handler is prepared") {
    served it;
    it.config.domains = {"not a domain"};
    CHECK(it.server.start().error().code == errc::bad_domain);
    CHECK(it.first.prepared == 0);
}

TEST_CASE("a tick lets time pass for each handler, and asks for the soonest, a second at most") {
    served it;
    REQUIRE(it.server.start());
    it.first.next = 300ms;
    CHECK(it.transport.receiver->tick() == 300ms);
    it.first.next = 5000ms;
    it.second.next = 200ms;
    CHECK(it.server.tick() == 200ms);
    it.second.next = 5000ms;
    CHECK(it.server.tick() == 1000ms);
    CHECK(it.first.ticks == 3);
    CHECK(it.second.ticks == 3);
}

TEST_CASE("handlers see each batch before it is served, 32 datagrams at a time, but no datagram that comes alone") {
    served it;
    REQUIRE(it.server.start());
    const std::vector<datagram> batch(67, datagram{{}, "\r\n"});
    it.server.receive(std::span{batch});
    CHECK(it.first.batches == std::vector<std::size_t>{32, 0, 32, 0, 3, 0});
    CHECK(it.second.batches == it.first.batches);
    it.server.receive(std::span{batch}.first(33));
    CHECK(it.first.batches == std::vector<std::size_t>{32, 0, 32, 0, 3, 0, 32, 0});
    CHECK(it.observer.log.size() == 100 * std::string_view{"keep-alive\n"}.size());
}

TEST_CASE("handlers hear of a connection that went") {
    served it;
    REQUIRE(it.server.start());
    const flow gone{.over = protocol::tcp, .connection = 7};
    it.transport.receiver->closed(gone);
    CHECK(it.first.lost == std::vector{gone});
    CHECK(it.second.lost == std::vector{gone});
}

TEST_CASE("the observer is told what was lost before it was received") {
    served it;
    REQUIRE(it.server.start());
    it.transport.receiver->overrun({.local = at("192.0.2.100")}, 3);
    CHECK(it.observer.log == "overrun\n");
}

TEST_CASE("a server stops its transport when it goes, if it listened") {
    served it;
    {
        basic_server server{it.config, it.clock, it.transport, it.idle};
        basic_server other{it.config, it.clock, it.transport, it.idle};
        REQUIRE(server.start());
    }
    CHECK(!it.transport.receiver);
    CHECK(it.transport.stops == 1);
}

TEST_CASE("To tags are the same in each run if the settings hold the secret, and else new ones") {
    served it;
    const auto tag = [&](seeded_random random) {
        basic_server server{it.config, it.clock, it.transport, it.idle, random};
        REQUIRE(server.start());
        CHECK(server.receive(datagram{{.remote = at("192.0.2.1")}, request{"BYE"}.text(1)}).kind == handling::answered);
        return reply{.text = it.transport.sent.back().second}.to_tag();
    };
    CHECK(tag(seeded_random{1}) != tag(seeded_random{2}));
    it.config.secrets = secrets{{1, 2, 3}};
    const auto first = tag(seeded_random{1});
    CHECK(first == tag(seeded_random{2}));
    it.config.secrets = secrets{{1, 2, 4}};
    CHECK(first != tag(seeded_random{2}));
}

} // namespace basic_server_test

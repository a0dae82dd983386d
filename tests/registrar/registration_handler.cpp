// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/registration_handler.hpp>

#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/server/basic_server.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <concepts>
#include <string>
#include <type_traits>

namespace registration_handler_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

static_assert(request_handler<registration_handler<manual_clock, hash_storage>>);

/// Lets in alice alone.
struct alice_in {
    auto authorize(const access_request& asked, writer&) -> access_result {
        if (asked.aor.user == "alice") return grant;
        return refusal{status::forbidden, {}};
    }
};

/// All that a handler and its server are made of.
struct served {
    settings config{.domains = {"example.com"}};
    manual_clock clock;
    hash_storage storage;
    capturing_transport transport;
    seeded_random random{7};
    recording_observer observer;
    alice_in access;
};

TEST_CASE("a registrar's handler is told by its arguments, its access and observer policy in any order") {
    served it;
    registration_handler both{it.config, it.clock, it.storage, it.observer, it.access};
    static_assert(
        std::same_as<decltype(both), registration_handler<manual_clock, hash_storage, alice_in, recording_observer>>);
    registration_handler none{it.config, it.clock, it.storage};
    static_assert(
        std::same_as<decltype(none), registration_handler<manual_clock, hash_storage, open_access, null_observer>>);
    CHECK(none.methods.has(method::register_));
    CHECK(!none.methods.has(method::invite));
}

TEST_CASE("a registrar and a handler of calls share a server: who calls a user is sent where they are bound") {
    served it;
    registration_handler registrar{it.config, it.clock, it.storage, it.observer, it.access};
    auto redirect = on<method::invite>([&](exchange& call) {
        std::string contacts;
        const auto found = registrar.query(call.request().request_uri(), [&](const binding_view& binding) {
            contacts.append("Contact: <").append(binding.uri).append(">\r\n");
        });
        if (!found || *found == 0) return call.answer(status::not_found);
        return call.answer(status::moved_temporarily, contacts);
    });
    basic_server server{it.config, it.clock, it.transport, registrar, redirect, it.random, it.observer};
    REQUIRE(server.start());
    const auto sends = [&](const request& asked, unsigned number) {
        (void)server.receive(datagram{{.remote = at("192.0.2.1")}, asked.text(number)});
        return reply{.text = it.transport.sent.back().second};
    };

    CHECK(sends(request{"INVITE", "sip:alice@example.com"}, 1).status() == status::not_found);
    CHECK(sends(alice_registers("sip:a@192.0.2.7"), 2).uris() == "sip:a@192.0.2.7");
    CHECK(sends(bob_registers("sip:b@192.0.2.7"), 3).status() == status::forbidden);
    const auto told = sends(request{"INVITE", "sip:alice@example.com"}, 4);
    CHECK(told.status() == status::moved_temporarily);
    CHECK(told.field("Contact") == "<sip:a@192.0.2.7>");
    CHECK(sends(request{"OPTIONS"}, 5).field("Allow") == "INVITE, REGISTER, OPTIONS, CANCEL, ACK");
    CHECK(it.observer.take_log() ==
          "rejected 404\nanswered\ncreated sip:a@192.0.2.7\nrejected 403\nrejected 302\nanswered\n");

    it.clock.advance(300s);
    (void)server.tick();
    CHECK(it.observer.take_log() == "expired sip:a@192.0.2.7\n");
}

TEST_CASE("a registrar whose limits contradict each other keeps its server from starting") {
    served it;
    const settings config{.limits = {.min_expires = 9s, .max_expires = 1s}};
    registration_handler registrar{config, it.clock, it.storage};
    basic_server server{config, it.clock, it.transport, registrar};
    CHECK(server.start().error().code == errc::contradicting_limits);
    CHECK(!it.transport.receiver);
}

TEST_CASE("a handler's settings may go once it is made; a server's are borrowed") {
    served it;
    registration_handler registrar{{.limits = {.max_contacts = 1}}, it.clock, it.storage};
    basic_server server{it.config, it.clock, it.transport, registrar};
    REQUIRE(server.start());
    const auto two = alice_registers("sip:a@192.0.2.7, sip:b@192.0.2.7").text(1);
    CHECK(server.receive(datagram{{.remote = at("192.0.2.1")}, two}).code == status::forbidden);
}

} // namespace registration_handler_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/access.hpp>

#include <sipwhere/storage/fixed_storage.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <string>

namespace access_test {

using namespace sipwhere;
using namespace sipwhere_test;

/// Refuses those who are not alice, and asks strangers for their name.
struct alice_only {
    auto authorize(const access_request& asked, writer& fields) -> access_result {
        if (asked.aor == aor_view{"alice", "example.com"}) return grant;
        if (asked.aor.user == "bob") return refusal{status::forbidden, "Not You"};
        fields.put("WWW-Authenticate: Digest realm=\"example.com\"\r\n");
        return refusal{status::unauthorized, {}};
    }
};

TEST_CASE("an access policy that refuses ends the request, with its fields, and nothing changes (R3261-10.3-4b)") {
    basic_world<hash_storage, alice_only> w;
    CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).status() == status::ok);
    const auto bob = w.sends(bob_registers("sip:b@192.0.2.1"));
    CHECK(bob.status() == status::forbidden);
    CHECK(bob.reason() == "Not You");
    const auto eve = w.sends(as_user("eve", alice_registers("sip:e@192.0.2.1")));
    CHECK(eve.status() == status::unauthorized);
    CHECK(eve.field("WWW-Authenticate") == "Digest realm=\"example.com\"");
    CHECK(w.storage.size() == 1);
    CHECK(w.sends(as_user("bob", alice_asks())).status() == status::forbidden);
}

/// Asks for more than fits.
template <std::size_t Bytes>
struct talkative_access {
    auto authorize(const access_request&, writer& fields) -> access_result {
        fields.put("WWW-Authenticate: Digest realm=\"").put(std::string(Bytes, 'x')).put("\"\r\n");
        return refusal{status::unauthorized, {}};
    }
};

TEST_CASE("a refusal whose fields do not fit is 500, never a refusal without them (R3261-22.1-a)") {
    basic_world<hash_storage, talkative_access<200'000>> w; // too much for the memory of fields
    const auto refused = w.sends(alice_asks());
    CHECK(refused.status() == status::server_internal_error);
    CHECK(!refused.has("WWW-Authenticate"));
    CHECK(w.observer.rejections.back().reason == "Challenge Too Long");

    using cramped = fixed_storage<4, 8, 2048, memory_sizes{.challenge = 600, .answer = 700}>;
    basic_world<cramped, talkative_access<500>> answer; // too much for an answer alone
    const auto unsent = answer.sends(alice_asks());
    CHECK(unsent.status() == status::server_internal_error);
    CHECK(unsent.reason() == "Challenge Too Long");
}

struct world_of_known_callers;

/// Lets in whose From is registered itself, for which it asks the registrar.
struct known_callers {
    world_of_known_callers* asks = nullptr;
    errc edited{};

    auto authorize(const access_request& asked, writer&) -> access_result;
};

struct world_of_known_callers : basic_world<hash_storage, known_callers> {
    world_of_known_callers() { access.asks = this; }
};

auto known_callers::authorize(const access_request& asked, writer&) -> access_result {
    const auto from = asked.request.value(header_name::from); // <sip:…>;tag=1
    const auto known = asks->registrar.query(from.substr(1, from.find('>') - 1), [](const binding_view&) {});
    if (const auto removed = asks->registrar.remove("sip:boss@example.com"); !removed) edited = removed.error().code;
    if (known && *known > 0) return grant;
    return refusal{status::forbidden, "From Is Not Registered"};
}

TEST_CASE("an access policy may query the registrar, and the request keeps its own address-of-record") {
    world_of_known_callers w;
    REQUIRE(w.registrar.add("sip:%62oss@example.com", "sip:boss@192.0.2.9"));
    const auto asked = alice_registers("sip:a@192.0.2.1")
                           .with("From", "<sip:%62oss@example.com>;tag=1")
                           .with("To", "<sip:%61lice@example.com>");
    CHECK(w.sends(asked).uris() == "sip:a@192.0.2.1");
    CHECK(w.record("alice").find("sip:a@192.0.2.1") != std::string::npos);
    CHECK(w.record("boss").find("sip:a@192.0.2.1") == std::string::npos);
    CHECK(w.sends(asked.with("From", "<sip:%65ve@example.com>;tag=1")).status() == status::forbidden);
}

TEST_CASE("an edit within a callback of the registrar is refused as busy, and changes nothing") {
    world_of_known_callers w;
    REQUIRE(w.registrar.add("sip:boss@example.com", "sip:boss@192.0.2.9"));
    w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(w.access.edited == errc::busy);
    CHECK(w.record("boss").find("sip:boss@192.0.2.9") != std::string::npos);
    CHECK(*w.registrar.remove("sip:boss@example.com") == 1); // outside of one it is done
}

/// Wants to answer later, and does not say that it may.
struct hasty_access {
    auto authorize(const access_request& asked, writer&) -> access_result {
        CHECK(!asked.ticket);
        return answer_later;
    }
};

TEST_CASE("a policy that wants to answer later without saying that it may has failed, and grants nothing") {
    basic_world<hash_storage, hasty_access> w;
    const auto failed = w.sends(alice_registers("sip:a@192.0.2.1"));
    CHECK(failed.status() == status::server_internal_error);
    CHECK(failed.reason() == "Access Failed");
    CHECK(w.storage.size() == 0);
}

/// Knows everyone by their From, and lets nobody register another.
struct by_name_access {
    auto authenticate(const access_request& asked, writer& lines) -> access_result {
        CHECK(asked.aor == aor_view{}); // nothing has been read of it yet
        const auto from = asked.request.value(header_name::from);
        if (from.find("eve@") != std::string_view::npos) return refusal{status::forbidden, "Not You"};
        lines.put("X-Known: yes\r\n");
        return user_identity{from.find("bob@") != std::string_view::npos ? "bob" : "alice", "example.com"};
    }
    auto authorize(const access_request& asked, writer&) -> access_result {
        if (asked.user.name == asked.aor.user) return grant;
        return refusal{status::forbidden, "Not Yours"};
    }
};

TEST_CASE("who was authenticated is told to authorize, and its lines go with the 200 alone (R3261-10.3-4b)") {
    basic_world<hash_storage, by_name_access> w;
    const auto from = [](std::string_view who) { return "<sip:" + std::string{who} + "@example.com>;tag=1"; };
    const auto answered = w.sends(alice_registers("sip:a@192.0.2.1").with("From", from("alice")));
    CHECK(answered.status() == status::ok);
    CHECK(answered.field("X-Known") == "yes");
    const auto refused = w.sends(alice_registers("sip:b@192.0.2.1").with("From", from("bob")));
    CHECK(refused.reason() == "Not Yours");
    CHECK(!refused.has("X-Known"));
    CHECK(w.sends(alice_registers("sip:e@192.0.2.1").with("From", from("eve"))).reason() == "Not You");
    CHECK(w.sends(request{}.with("From", from("eve")).with("To", "nonsense")).reason() == "Not You"); // asked first
    CHECK(w.bound() == "sip:a@192.0.2.1");
}

} // namespace access_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/heap_digest_memory.hpp>

#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/htdigest_table.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <support/capturing_transport.hpp>
#include <support/digest_client.hpp>
#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>

namespace heap_digest_memory_test {

using namespace sipwhere;
using namespace sipwhere_test;

[[nodiscard]] auto standing(heap_digest_memory& of, const nonce_text& nonce) -> nonce_standing {
    return of.nonces.recognise({nonce.data(), nonce.size()}, {}, 60, 7, "r").standing;
}

TEST_CASE(
    "a memory with secrets of its own knows no other's nonces, one with shared ones knows that they are genuine") {
    heap_digest_memory a, b{{.max_nonces = 0, .max_guessers = 0}};
    CHECK(standing(a, a.nonces.issue({}, 7, "r")) == nonce_standing::ours);
    CHECK(standing(b, b.nonces.issue({}, 7, "r")) == nonce_standing::ours);
    CHECK(standing(b, a.nonces.issue({}, 7, "r")) == nonce_standing::unknown);
    const secrets shared{std::array<std::uint8_t, secrets::size>{1, 2, 3}};
    heap_digest_memory c{shared}, d{shared};
    CHECK(standing(d, c.nonces.issue({}, 7, "r")) == nonce_standing::foreign);
}

TEST_CASE("digest access needs nothing but its users; a user may register what a line grants, and no more") {
    htdigest_table users;
    builtin_hash hash;
    REQUIRE(!users.add("alice:example.com:" +
                       std::string{hash_password(hash, digest_hash::md5, "alice", "example.com", "wonderland").view()} +
                       "\nalice:example.com:sip:sales@example.com\n"));
    digest_access access{users};
    manual_clock clock;
    hash_storage storage;
    capturing_transport transport;
    seeded_random random{1};
    basic_registrar registrar{settings{}, clock, storage, transport, random, access};
    REQUIRE(registrar.start());
    digest_client alice;
    unsigned number = 0;
    const auto status_of = [&](std::string_view user) {
        const auto asks = as_user(user, alice_registers("sip:a@192.0.2.1"));
        reply last;
        for (const bool knows : {false, true}) {
            const auto text = (knows ? asks.with("Authorization", alice.credentials()) : asks).text(++number);
            (void)registrar.receive(datagram{{.remote = at("192.0.2.1")}, text});
            last.text = transport.sent.back().second;
            if (!knows) alice.hears(last);
        }
        return last.status();
    };
    CHECK(status_of("alice") == status::ok);
    CHECK(status_of("sales") == status::ok);
    CHECK(status_of("bob") == status::forbidden);
}

} // namespace heap_digest_memory_test

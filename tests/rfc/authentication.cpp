// SPDX-License-Identifier: BSL-1.0
//
// When a request is asked for credentials, and what is not done before they are there (RFC 3261 §8.2, §10.3, §22).

#include <sipwhere/storage/hash_storage.hpp>

#include <support/digest_world.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace authentication_test {

using namespace sipwhere;
using namespace sipwhere_test;

const auto asks = alice_registers("sip:a@192.0.2.1");

/// A storage that counts how often it is asked for a record.
struct counting_storage : hash_storage {
    unsigned updates = 0;
    mutable unsigned reads = 0;

    auto update(const aor_view& key, record_job job) -> outcome {
        ++updates;
        return hash_storage::update(key, job);
    }
    auto update(const aor_view& key, std::uint64_t hash, record_job job) -> outcome {
        ++updates;
        return hash_storage::update(key, hash, job);
    }
    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        ++reads;
        hash_storage::read(key, now, visit);
    }
    void read(const aor_view& key, std::uint64_t hash, instant now, bindings_visitor visit) const {
        ++reads;
        hash_storage::read(key, hash, now, visit);
    }
};

template <typename World>
auto logs_in(World& w, const request& asked, digest_client alice = {}) -> reply {
    alice.hears(w.sends(asked));
    return w.sends(asked.with("Authorization", alice.credentials()));
}

TEST_CASE("Request-URI and Require are judged before who asks (R3261-8.2-b)") {
    digest_world w{{.domains = {"example.com"}}};
    CHECK(w.sends(asks.starting("REGISTER tel:+1 SIP/2.0")).status() == status::unsupported_uri_scheme);
    CHECK(w.sends(asks.starting("REGISTER sip:example.org SIP/2.0")).status() == status::not_found);
    CHECK(w.sends(asks.with("Require", "fly")).status() == status::bad_extension);
    CHECK(w.sends(asks).status() == status::unauthorized);
}

TEST_CASE("what a request says is judged behind who asks and whether they may (R3261-8.2-b, R3261-10.3-4a)") {
    digest_world w{{.domains = {"example.com"}}};
    const auto elsewhere = asks.with("To", "<sip:alice@example.org>");
    CHECK(w.sends(elsewhere).status() == status::unauthorized);
    CHECK(logs_in(w, elsewhere).status() == status::not_found);
    const auto odd = alice_registers("sip:a@192.0.2.1, *");
    CHECK(w.sends(odd).status() == status::unauthorized);
    CHECK(logs_in(w, odd).status() == status::bad_request);
    const auto brief = alice_registers("sip:a@192.0.2.1", std::chrono::seconds{1});
    CHECK(w.sends(brief).status() == status::unauthorized);
    CHECK(logs_in(w, brief).status() == status::interval_too_brief);
    const auto of_bob = bob_registers("sip:a@192.0.2.1").with("Expires", "1");
    CHECK(logs_in(w, of_bob).status() == status::forbidden);
}

TEST_CASE("a wrong password with a too short lifetime is 401") {
    digest_world w;
    const auto brief = alice_registers("sip:a@192.0.2.1", std::chrono::seconds{1});
    CHECK(logs_in(w, brief, {.password = "x"}).status() == status::unauthorized);
}

TEST_CASE("ACK and CANCEL are never asked for credentials (R3261-22.1-c)") {
    digest_world w;
    CHECK(!w.sends(request{"ACK"}).was_sent());
    CHECK(w.sends(request{"CANCEL"}).status() == status::call_does_not_exist);
}

TEST_CASE("a request without credentials touches no storage, and its 401 is not remembered") {
    basic_world<counting_storage, guarded> w;
    const auto bytes = w.write(asks);
    const auto first = w.sends(bytes);
    const auto second = w.sends(bytes);
    CHECK(first.status() == status::unauthorized);
    CHECK(second.status() == status::unauthorized);
    CHECK(param(first.rows("WWW-Authenticate").front(), "nonce") !=
          param(second.rows("WWW-Authenticate").front(), "nonce"));
    CHECK(first.to_tag() == second.to_tag());
    CHECK(logs_in(w, asks, {.password = "x"}).status() == status::unauthorized);
    CHECK(logs_in(w, asks, {.user = "bob", .password = "builder"}).status() == status::forbidden);
    CHECK(w.storage.updates == 0);
    CHECK(w.storage.reads == 0);
    CHECK(logs_in(w, asks).status() == status::ok);
    CHECK(w.storage.updates == 1);
}

TEST_CASE("a query is asked for credentials as well, and its repeat is answered without another") {
    digest_world w;
    CHECK(logs_in(w, asks).status() == status::ok);
    CHECK(w.sends(alice_asks()).status() == status::unauthorized);
    digest_client alice;
    alice.hears(w.sends(alice_asks()));
    const auto bytes = w.write(alice_asks().with("Authorization", alice.credentials()));
    for (int i = 0; i < 3; ++i) CHECK(w.sends(bytes).uris() == "sip:a@192.0.2.1");
    // the same credentials in another transaction are not let in
    CHECK(is_stale(w.sends(alice_asks().with("Authorization", alice.again()))));
}

TEST_CASE("a phone that keeps its branch and counts CSeq up with the credentials is let in") {
    digest_world w;
    const auto same = asks.with("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKsame");
    CHECK(logs_in(w, same).status() == status::ok);
}

TEST_CASE("several Authorization fields: the one of the realm counts, wherever it stands") {
    digest_world w;
    digest_client alice, elsewhere{.realm = "example.org"};
    for (const bool is_first : {false, true}) {
        alice.hears(w.sends(asks));
        elsewhere.nonce = "of-theirs";
        const auto both =
            is_first ? asks.with("Authorization", alice.credentials()).also("Authorization", elsewhere.credentials())
                     : asks.with("Authorization", elsewhere.credentials()).also("Authorization", alice.credentials());
        CHECK(w.sends(both).status() == status::ok);
    }
}

TEST_CASE("where the case of users is nothing, that of their names is nothing either, and else it is") {
    for (const bool ignores_case : {true, false}) {
        digest_world w{{.case_insensitive_user = ignores_case}};
        w.access.users[0].user = "Alice";
        CHECK(logs_in(w, asks, {.user = "Alice"}).status() == (ignores_case ? status::ok : status::forbidden));
    }
}

TEST_CASE("who asked is told to the observer, with a binding and with a refusal") {
    digest_world w;
    CHECK(logs_in(w, asks).status() == status::ok);
    CHECK(w.observer.changes.back().by == "alice@example.com");
    CHECK(logs_in(w, alice_registers("sip:a@192.0.2.1", std::chrono::seconds{1})).status() ==
          status::interval_too_brief);
    CHECK(w.observer.rejections.back().by == "alice@example.com");
    CHECK(logs_in(w, bob_registers("sip:b@192.0.2.1")).status() == status::forbidden);
    CHECK(w.observer.rejections.back().by == "alice@example.com");
    CHECK(w.sends(asks).status() == status::unauthorized);
    CHECK(w.observer.rejections.back().by == "@");
}

} // namespace authentication_test

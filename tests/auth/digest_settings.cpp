// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/digest_settings.hpp>

#include <sipwhere/auth/htdigest_table.hpp>

#include <support/digest_world.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace digest_settings_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

const auto asks = alice_registers("sip:a@192.0.2.1");

/// Lets alice answer a challenge.
auto logs_in(digest_world& w, digest_client& alice, const request& asked = asks) -> reply {
    alice.hears(w.sends(asked));
    return w.sends(asked.with("Authorization", alice.credentials()));
}

TEST_CASE("each algorithm that is offered is taken, in its session form as well (R7616-3.4-e, R8760-2.3-a)") {
    for (const auto hash : {digest_hash::md5, digest_hash::sha256, digest_hash::sha512_256})
        for (const bool is_session : {false, true}) {
            const digest_algorithm algorithm{hash, is_session};
            CAPTURE(name_of(algorithm));
            digest_world w;
            w.access.settings().algorithms = {algorithm};
            digest_client alice{.algorithm = algorithm};
            const auto challenge = w.sends(asks).rows("WWW-Authenticate");
            REQUIRE(challenge.size() == 1);
            CHECK(param(challenge[0], "algorithm") == name_of(algorithm));
            CHECK(logs_in(w, alice).status() == status::ok);
            alice.password = "x";
            CHECK(logs_in(w, alice).status() == status::unauthorized);
        }
}

TEST_CASE_FIXTURE(digest_world, "qop auth-int protects the body, an empty one too, and is offered by a setting alone "
                                "(R3261-22.4-f, R8760-2.6-d)") {
    digest_client alice{.qop = digest_qop::auth_int};
    CHECK(logs_in(*this, alice).status() == status::unauthorized);
    access.settings().offer_auth_int = true;
    CHECK(param(sends(asks).rows("WWW-Authenticate").front(), "qop") == "auth,auth-int");
    for (const auto hash : {digest_hash::md5, digest_hash::sha256}) {
        alice.algorithm = {hash};
        alice.body = "";
        CHECK(logs_in(*this, alice).status() == status::ok);
        alice.body = "another";
        CHECK(logs_in(*this, alice).status() == status::unauthorized);
    }
    const auto with_body =
        asks.with("Content-Type", "text/plain").with("Content-Disposition", "render;handling=optional");
    alice.body = "hello";
    CHECK(logs_in(*this, alice, with_body.carrying("hello").with("Content-Length", "5")).status() == status::ok);
    CHECK(logs_in(*this, alice, with_body.carrying("hullo").with("Content-Length", "5")).status() ==
          status::unauthorized);
    digest_client plain;
    CHECK(logs_in(*this, plain).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world,
                  "a response without qop is taken by a setting alone, and once (R3261-22.4-b, R8760-2.6-c)") {
    digest_client alice{.qop = digest_qop::none};
    CHECK(logs_in(*this, alice).status() == status::unauthorized);
    access.settings().allow_no_qop = true;
    CHECK(param(sends(asks).rows("WWW-Authenticate").front(), "qop") == "auth");
    CHECK(logs_in(*this, alice).status() == status::ok);
    CHECK(is_stale(sends(asks.with("Authorization", alice.again()))));
}

TEST_CASE_FIXTURE(digest_world, "opaque is sent along, quoted, and no client has to send it back (R7616-3.3-d)") {
    CHECK(sends(asks).text.find("opaque") == std::string::npos);
    access.settings().opaque = "of \"ours\"";
    CHECK(sends(asks).text.find(", opaque=\"of \\\"ours\\\"\"") != std::string::npos);
    digest_client alice;
    CHECK(logs_in(*this, alice).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "a digest URI other than the Request-URI is refused by a setting (R3261-22.4-e)") {
    digest_client alice{.uri = "sip:example.com:5060"};
    CHECK(logs_in(*this, alice).status() == status::ok);
    access.settings().require_same_uri = true;
    CHECK(logs_in(*this, alice).status() == status::bad_request);
    alice.uri = "sip:example.com";
    CHECK(logs_in(*this, alice).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "the realm may be the same for all domains") {
    access.settings().realm = "telephones";
    digest_client alice{.realm = "telephones"};
    CHECK(param(sends(asks).rows("WWW-Authenticate").front(), "realm") == "telephones");
    CHECK(logs_in(*this, alice).status() == status::ok);
    const auto elsewhere = asks.starting("REGISTER sip:example.net SIP/2.0")
                               .with("To", "<sip:alice@example.net>")
                               .with("Call-ID", "another");
    alice.uri = "sip:example.net";
    CHECK(logs_in(*this, alice, elsewhere).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "a nonce lasts as long as it was set to") {
    access.settings().nonce_lifetime = 60s;
    digest_client alice;
    CHECK(logs_in(*this, alice).status() == status::ok);
    clock.advance(60s);
    CHECK(sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
    clock.advance(1s);
    CHECK(is_stale(sends(asks.with("Authorization", alice.credentials()))));
}

TEST_CASE_FIXTURE(digest_world,
                  "the 200 proves that the registrar knows the password, if it is set to, and hands out a "
                  "new nonce in time (R7616-3.5-a, R7616-3.5-b)") {
    digest_client alice;
    CHECK(!logs_in(*this, alice).has("Authentication-Info"));
    access.settings().authentication_info = true;
    const auto info = logs_in(*this, alice).field("Authentication-Info");
    CHECK(info == "qop=auth, rspauth=\"" + alice.response("", "") + "\", cnonce=\"abc\", nc=00000001");
    access.settings().nonce_lifetime = 100s;
    clock.advance(51s);
    const auto later = sends(asks.with("Authorization", alice.credentials())).field("Authentication-Info");
    const auto next = param(" " + later, "nextnonce");
    REQUIRE(next.size() == 36);
    CHECK(later.ends_with("rspauth=\"" + alice.response("", "") + "\", cnonce=\"abc\", nc=00000002"));
    alice.nonce = next;
    alice.nc = 0;
    clock.advance(60s);
    CHECK(sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
}

/// Digest access over a table that knows its users by the hashes of their names too.
struct hashed_guard {
    htdigest_table table{hashed_names::found};
    seeded_random random{3};
    fixed_digest_memory<> memory{random};
    digest_settings how{.offer_userhash = true};

    hashed_guard() {
        builtin_hash hash;
        std::string text;
        for (const auto which : {digest_hash::md5, digest_hash::sha256})
            text += "alice:example.com:" +
                    std::string{hash_password(hash, which, "alice", "example.com", "wonderland").view()} + "\n";
        REQUIRE(!table.add(text));
    }
    auto authenticate(const access_request& asked, writer& fields) -> access_result {
        return digest_access{table, memory, how}.authenticate(asked, fields);
    }
    auto authorize(const access_request& asked, writer& fields) -> access_result {
        return digest_access{table, memory, how}.authorize(asked, fields);
    }
};

TEST_CASE("a user name may come as its hash, if that is offered, and is known by its own then (R7616-3.3-e)") {
    for (const auto which : {digest_hash::md5, digest_hash::sha256}) {
        basic_world<hash_storage, hashed_guard> w;
        const auto challenge = w.sends(asks);
        CHECK(param(challenge.rows("WWW-Authenticate").front(), "userhash") == "true");
        digest_client alice{.algorithm = {which}};
        alice.hears(challenge);
        builtin_hash hash;
        auto credentials = alice.credentials();
        const std::string_view name = "username=\"alice\"";
        const auto hashed =
            "username=\"" + std::string{hash_name(hash, which, "alice", "example.com").view()} + "\", userhash=true";
        credentials.replace(credentials.find(name), name.size(), hashed);
        CHECK(w.sends(asks.with("Authorization", credentials)).status() == status::ok);
        CHECK(w.observer.changes.back().user == "alice");
        credentials.replace(credentials.find("userhash=true"), 13, "userhash=false");
        CHECK(w.sends(asks.with("Authorization", credentials)).status() == status::unauthorized);
        for (const bool is_offered : {true, false}) {
            w.access.how.offer_userhash = is_offered;
            alice.hears(w.sends(asks));
            credentials = alice.credentials();
            credentials.replace(credentials.find(name), name.size(), hashed);
            CHECK(w.sends(asks.with("Authorization", credentials)).status() ==
                  (is_offered ? status::ok : status::unauthorized));
        }
    }
}

TEST_CASE("an algorithm that the hash policy does not know is not offered") {
    struct md5_alone : basic_builtin_hash<digest_hash::md5> {};
    std::array<user_password, 1> users{{{"alice", "wonderland"}}};
    listed_credentials credentials{users};
    seeded_random random{3};
    fixed_digest_memory<> memory{random};
    digest_access access{credentials, memory, digest_settings{}, md5_alone{}};
    std::array<char, 1024> room{};
    writer fields{room};
    const auto text = asks.text(1);
    heap_request_memory parts;
    auto view = parts.view();
    REQUIRE(parse_message(text, view.message, *view.map));
    const auto from = flow{.remote = at("192.0.2.1")};
    CHECK(access.authenticate({view.message, from, {}}, fields).is(access_result::kind::refused));
    CHECK(fields.text().find("algorithm=MD5") != std::string_view::npos);
    CHECK(fields.text().find("SHA-256") == std::string_view::npos);
}

} // namespace digest_settings_test

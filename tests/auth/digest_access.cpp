// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/digest_access.hpp>

#include <sipwhere/auth/htdigest_table.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/message/parse_message.hpp>

#include <support/digest_world.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace digest_access_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

const auto asks = alice_registers("sip:a@192.0.2.1");

TEST_CASE_FIXTURE(digest_world, "who comes without credentials is asked for them, by SHA-256 and last by MD5 "
                                "(R3261-10.3-3a, R3261-22.1-b, R3261-22.2-a, R8760-2.4-a, R8760-2.4-b, R7616-3.3-c, "
                                "R7616-3.7-a, R8760-2.7-a, R3261-22.4-c)") {
    const auto answer = sends(asks);
    CHECK(answer.status() == status::unauthorized);
    const auto rows = answer.rows("WWW-Authenticate");
    REQUIRE(rows.size() == 2);
    CHECK(param(rows[0], "algorithm") == "SHA-256");
    CHECK(param(rows[1], "algorithm") == "MD5");
    for (const auto& row : rows) {
        CHECK(row.starts_with("Digest realm=\"example.com\", nonce=\""));
        CHECK(param(row, "qop") == "auth");
        CHECK(param(row, "nonce").size() == 36);
        CHECK(row.find("stale") == std::string::npos);
    }
    CHECK(bound() == "");
    CHECK(record().empty());
    CHECK(answer.text.size() < 700);
}

TEST_CASE_FIXTURE(digest_world, "each 401 has another nonce (R7616-3.3-a)") {
    const auto one = param(sends(asks).rows("WWW-Authenticate").front(), "nonce");
    CHECK(one != param(sends(asks).rows("WWW-Authenticate").front(), "nonce"));
}

TEST_CASE("the right password lets in, by each algorithm that was offered (R8760-2.6-a, R7616-3.6-a)") {
    for (const digest_algorithm algorithm : {digest_algorithm{digest_hash::md5}, {digest_hash::sha256}}) {
        digest_world w;
        digest_client alice{.algorithm = algorithm};
        alice.hears(w.sends(asks));
        const auto answer = w.sends(asks.with("Authorization", alice.credentials()));
        CHECK(answer.status() == status::ok);
        CHECK(answer.uris() == "sip:a@192.0.2.1");
        for (int i = 0; i < 3; ++i)
            CHECK(w.sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
    }
}

TEST_CASE_FIXTURE(digest_world, "an algorithm that was not offered is none (R8760-2.6-a, R7616-3.4-f)") {
    digest_client alice;
    for (const digest_algorithm algorithm :
         {digest_algorithm{digest_hash::sha512_256}, {digest_hash::md5, true}, {digest_hash::sha256, true}}) {
        alice.algorithm = algorithm;
        alice.hears(sends(asks));
        CHECK(sends(asks.with("Authorization", alice.credentials())).status() == status::unauthorized);
    }
    CHECK(record().empty());
}

TEST_CASE_FIXTURE(digest_world, "a wrong password and an unknown user are told the same (R7616-5.1-a, R3261-22.1-d)") {
    digest_client wrong{.password = "wanderland"}, stranger{.user = "eve"};
    std::vector<std::string> answers;
    for (auto* one : {&wrong, &stranger}) {
        one->hears(sends(asks));
        auto answer = sends(asks.with("Authorization", one->credentials()));
        CHECK(answer.status() == status::unauthorized);
        for (const auto& row : answer.rows("WWW-Authenticate")) CHECK(row.find("stale") == std::string::npos);
    }
    CHECK(record().empty());
}

TEST_CASE("digest URIs and algorithms that change from request to request are each held to their own") {
    digest_world w{{.domains = {"example.com"}}};
    w.access.settings().max_wrong_passwords = 0;
    digest_client alice;
    alice.hears(w.sends(asks));
    const std::string long_uri = "sip:example.com;" + std::string(60, 'x');
    const std::array<std::string, 4> uris{"sip:example.com;z", "sip:example.com;y", long_uri, "sip:example.com"};
    seeded_random order{5};
    unsigned let_in = 0;
    for (unsigned i = 0; i < 60; ++i) {
        const bool is_of_another = i % 5 == 4;
        alice.uri = uris[order.next() % 4] + (is_of_another ? "x" : "");
        alice.algorithm = {order.next() % 2 == 0 ? digest_hash::md5 : digest_hash::sha256};
        auto credentials = alice.credentials();
        if (is_of_another) credentials.replace(credentials.find("x\", response"), 1, "");
        let_in += w.sends(asks.with("Authorization", credentials)).status() == status::ok;
    }
    CHECK(let_in == 48);
}

/// Counts what is hashed.
struct counting_hash : builtin_hash {
    std::string* log = nullptr;

    [[nodiscard]] auto digest(digest_hash which, std::span<const std::string_view> pieces, digest_bytes& out) -> bool {
        std::size_t bytes = 0;
        for (const auto piece : pieces) bytes += piece.size();
        log->append(std::to_string(static_cast<int>(which))).append(" ").append(std::to_string(bytes)).append("\n");
        return builtin_hash::digest(which, pieces, out);
    }
};

TEST_CASE("an unknown user takes the same hashes as a wrong password (R7616-5.1-a)") {
    const std::array<user_password, 1> in_clear{{{"alice", "wonderl"}}}; // as long as the decoy
    htdigest_table hashed;
    builtin_hash hash;
    REQUIRE(!hashed.add("alice:example.com:" +
                        std::string{hash_password(hash, digest_hash::md5, "alice", "example.com", "x").view()}));
    listed_credentials listed{in_clear};
    seeded_random random{1};
    const auto work = [&](auto& users, const char* user) {
        fixed_digest_memory<> memory{random};
        std::string log;
        digest_access access{users, memory, digest_settings{}, counting_hash{{}, &log}};
        digest_client client{.user = user, .password = "wrong"};
        const auto nonce = memory.nonces.issue({}, network_of(at("192.0.2.1").address), "example.com");
        client.nonce = {nonce.data(), nonce.size()};
        const auto text = asks.with("Authorization", client.credentials()).text(1);
        heap_request_memory parts;
        auto held = parts.view();
        REQUIRE(parse_message(text, held.message, *held.map));
        const sipwhere::flow from{.remote = at("192.0.2.1")};
        std::array<char, 1024> room{};
        writer fields{room};
        access_request asked{held.message, from, {}};
        asked.to_uri = "sip:alice@example.com";
        CHECK(access.authenticate(asked, fields).why().code == status::unauthorized);
        return log;
    };
    CHECK(!work(listed, "alice").empty());
    CHECK(work(listed, "alice") == work(listed, "malic"));
    CHECK(work(hashed, "alice") == work(hashed, "malic"));
}

TEST_CASE_FIXTURE(digest_world,
                  "a nonce count that was used is stale, and changes nothing (R7616-3.4-b, R7616-3.3-b)") {
    digest_client alice;
    alice.hears(sends(asks));
    REQUIRE(sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
    const auto before = record();
    const auto other = alice_registers("sip:evil@192.0.2.66").with("Authorization", alice.again());
    const auto answer = sends(other);
    CHECK(answer.status() == status::unauthorized);
    for (const auto& row : answer.rows("WWW-Authenticate")) CHECK(param(row, "stale") == "true");
    CHECK(record() == before);
    alice.hears(answer);
    CHECK(sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "a nonce of somebody else, of another network or of long ago is stale for who has the "
                                "password, and worth nothing to who has not (R7616-3.3-b)") {
    digest_client alice;
    alice.nonce = "of-our-own";
    CHECK(is_stale(sends(asks.with("Authorization", alice.credentials()))));
    alice.hears(sends(asks));
    flow.remote = at("198.51.100.1");
    CHECK(is_stale(sends(asks.with("Authorization", alice.credentials()))));
    flow.remote = at("192.0.2.200");
    CHECK(sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
    alice.hears(sends(asks));
    clock.advance(3601s);
    CHECK(is_stale(sends(asks.with("Authorization", alice.credentials()))));
    alice.password = "x";
    CHECK(!is_stale(sends(asks.with("Authorization", alice.credentials()))));
}

TEST_CASE_FIXTURE(digest_world, "a user changes what is theirs, and nothing of others (R3261-10.3-4a)") {
    digest_client bob{.user = "bob", .password = "builder"};
    bob.hears(sends(asks));
    const auto answer = sends(asks.with("Authorization", bob.credentials()));
    CHECK(answer.status() == status::forbidden);
    CHECK(record().empty());
    CHECK(sends(bob_registers("sip:b@192.0.2.1").with("Authorization", bob.credentials())).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "a repeat that the answers are forgotten of is let in, and changes nothing") {
    digest_client alice;
    alice.hears(sends(asks));
    const auto bytes = write(asks.with("Authorization", alice.credentials()));
    REQUIRE(sends(bytes).status() == status::ok);
    const auto before = record();
    for (unsigned i = 0; i < 5000; ++i) // so that the ring of answers holds others
        (void)sends(bob_registers("sip:b@192.0.2.1").with("Call-ID", std::to_string(i)));
    const auto answer = sends(bytes);
    CHECK(answer.status() == status::ok);
    CHECK(record() == before);
}

TEST_CASE_FIXTURE(digest_world, "credentials that can't be read are 400, those of other schemes and realms are none "
                                "(R7616-3.4-a, R8760-2.6-b, R7616-3.4-f, R3261-22.4-a, R3261-7.3.1-c)") {
    CHECK(sends(asks.with("Authorization", "Digest username=\"alice")).status() == status::bad_request);
    CHECK(sends(asks.with("Authorization", "Digest username=\"alice\"")).status() == status::bad_request);
    for (const auto* other : {"Basic x=y", "Basic YWxpY2U6d29uZGVybGFuZA=="}) {
        const auto answer = sends(asks.with("Authorization", other));
        CHECK(answer.status() == status::unauthorized);
        CHECK(answer.text.find("Basic") == std::string::npos);
    }
    digest_client alice{.realm = "example.org"};
    alice.hears(sends(asks));
    CHECK(sends(asks.with("Authorization", alice.credentials())).status() == status::unauthorized);
    digest_client good;
    good.hears(sends(asks));
    const auto joined = good.credentials() + ", " + good.credentials(); // no row may have two
    CHECK(sends(asks.with("Authorization", joined)).status() == status::bad_request);
    CHECK(sends(asks.with("Authorization", alice.credentials()).also("Authorization", good.credentials())).status() ==
          status::ok);
}

TEST_CASE_FIXTURE(digest_world, "the digest URI has to name what is served, and need not be the Request-URI "
                                "(R3261-22.4-d, R3261-22.4-e)") {
    digest_world w{{.domains = {"example.com", "example.net"}}};
    digest_client alice{.uri = "sip:example.net:5070;transport=tcp"};
    alice.hears(w.sends(asks));
    CHECK(w.sends(asks.with("Authorization", alice.credentials())).status() == status::ok);
    for (const auto* other : {"sip:example.org", "http://example.com/", "example.com", "*", ""}) {
        alice.uri = other;
        CHECK(w.sends(asks.with("Authorization", alice.credentials())).status() == status::bad_request);
    }
}

TEST_CASE_FIXTURE(digest_world, "a name is the bytes that it stands for (R7616-3.4-d)") {
    digest_client js{.user = "j\"s", .password = "quoted"};
    js.hears(sends(asks));
    auto credentials = js.credentials();
    const std::string_view name = "username=\"j\"s\"";
    credentials.replace(credentials.find(name), name.size(), "username=\"j\\\"\\s\"");
    const auto registers = asks.with("To", "<sip:j%22s@example.com>").with("From", "<sip:j%22s@example.com>;tag=1");
    CHECK(sends(registers.with("Authorization", credentials)).status() == status::ok);
}

} // namespace digest_access_test

// SPDX-License-Identifier: BSL-1.0
//
// Credentials and nonces that answer later, and what becomes of a request meanwhile.

#include <sipwhere/policy/credentials.hpp>

#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/fixed_digest_memory.hpp>
#include <sipwhere/auth/listed_credentials.hpp>

#include <support/digest_client.hpp>
#include <support/slow_world.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace credentials_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

constexpr std::array<user_password, 1> users{{{"alice", "wonderland"}}};

/// Whoever asks has to wait, and ask again with the same ticket.
class desk {
public:
    /// Returns: whether a ticket has waited; if not, it does from now on.
    [[nodiscard]] auto has_waited(const ticket& by) -> bool {
        if (!by) return true;
        const auto known = std::ranges::find(waiting_, by);
        if (known == waiting_.end()) {
            waiting_.push_back(by);
            return false;
        }
        waiting_.erase(known);
        return true;
    }
    void serve() {
        for (const auto& each : waiting_) (void)each.resume();
    }
    void abandon(const completion_queue& queue) {
        std::erase_if(waiting_, [&](const ticket& each) { return each.queue() == &queue; });
    }
    [[nodiscard]] auto size() const -> std::size_t { return waiting_.size(); }

private:
    std::vector<ticket> waiting_;
};

struct slow_credentials {
    static constexpr bool may_wait = true;
    desk at{};
    unsigned asked = 0;
    credentials_answer last = credentials_answer::found; ///< what is said instead

    auto find(const credentials_query& about, credentials_visitor visit) -> credentials_answer {
        ++asked;
        if (!at.has_waited(about.ticket)) return credentials_answer::pending;
        if (last != credentials_answer::found) return last;
        return listed_credentials{users}.find(about, visit);
    }
    void abandon(const completion_queue& queue) { at.abandon(queue); }
};
static_assert(waiting_credentials<slow_credentials>);

/// Nonces that are kept somewhere else.
struct slow_nonces : nonce_authority<> {
    using nonce_authority::nonce_authority;
    static constexpr bool may_wait = true;
    desk at{};
    bool fail = false;

    auto use(const nonce_claim& claim) -> nonce_use {
        if (!at.has_waited(claim.ticket)) return nonce_use::pending;
        return fail ? nonce_use::failed : nonce_authority::use(claim);
    }
    void abandon(const completion_queue& queue) { at.abandon(queue); }
};
static_assert(waiting_nonces<slow_nonces>);

struct slow_memory {
    seeded_random random{5};
    std::array<nonce_bucket, 2> buckets{};
    std::array<guess_count, 8> counts{};
    slow_nonces nonces{random, buckets};
    guess_limiter<> guesses{random, counts};
};

struct world {
    using access_type = digest_access<slow_credentials, slow_memory&>;

    manual_clock clock;
    cramped_storage storage;
    slow_credentials credentials;
    slow_memory memory;
    access_type access{credentials, memory};
    woken_transport transport;
    seeded_random random{7};
    recording_observer observer;
    flow from{.remote = at("192.0.2.1"), .local = at("192.0.2.100")};
    basic_registrar<manual_clock, cramped_storage, woken_transport, seeded_random, access_type, recording_observer>
        registrar{{}, clock, storage, transport, random, access, observer};
    digest_client alice;
    unsigned number = 0;

    world() { REQUIRE(registrar.start()); }

    auto sends(const request& asked) -> verdict {
        const auto bytes = asked.text(++number);
        return registrar.receive(datagram{from, bytes});
    }
    [[nodiscard]] auto last() const -> reply {
        return transport.sent.empty() ? reply{} : reply{{}, {}, transport.sent.back().second};
    }
    void serve() {
        credentials.at.serve();
        memory.nonces.at.serve();
        (void)registrar.tick();
    }
    /// Sends a REGISTER with credentials, and waits for nothing.
    auto asks(const request& what = alice_registers("sip:a@192.0.2.1")) -> verdict {
        sends(what);
        alice.hears(last());
        return sends(what.with("Authorization", alice.credentials()));
    }
};

TEST_CASE_FIXTURE(world, "a request waits for the credentials and for the nonce, and each is asked for once more") {
    CHECK(asks().kind == handling::parked);
    CHECK(credentials.asked == 1);
    const auto before = transport.sent.size();
    serve();
    CHECK(credentials.asked == 2);
    CHECK(transport.sent.size() == before); // it waits for the nonce now
    CHECK(memory.nonces.at.size() == 1);
    serve(); // which begins by the credentials again
    for (int turns = 0; turns < 5 && transport.sent.size() == before; ++turns) serve();
    CHECK(last().status() == status::ok);
    CHECK(observer.changes.back().by == "alice@example.com");
    CHECK(credentials.at.size() == 0);
    CHECK(memory.nonces.at.size() == 0);
}

TEST_CASE_FIXTURE(world, "a wrong password is known to be one later, and counted then") {
    alice.password = "x";
    for (int i = 0; i < 10; ++i) {
        CHECK(asks().kind == handling::parked);
        serve();
        CHECK(last().status() == status::unauthorized);
        CHECK(observer.rejections.back().reason == "Wrong User or Password");
    }
    CHECK(asks().kind == handling::answered);
    CHECK(last().status() == status::forbidden);
    CHECK(storage.size() == 0);
}

TEST_CASE_FIXTURE(world, "credentials or nonces that fail later are 500, never 401") {
    credentials.last = credentials_answer::failed;
    CHECK(asks().kind == handling::parked);
    serve();
    CHECK(last().status() == status::server_internal_error);
    credentials.last = credentials_answer::found;
    memory.nonces.fail = true;
    CHECK(asks().kind == handling::parked);
    for (int turns = 0; turns < 5; ++turns) serve();
    CHECK(last().status() == status::server_internal_error);
    CHECK(storage.size() == 0);
}

TEST_CASE_FIXTURE(world,
                  "repeats of a request that waits are absorbed, and requests beyond those that may wait are 503") {
    sends(alice_registers("sip:a@192.0.2.1"));
    alice.hears(last());
    const auto what = alice_registers("sip:a@192.0.2.1").with("Authorization", alice.credentials());
    const auto bytes = what.text(++number);
    CHECK(registrar.receive(datagram{from, bytes}).kind == handling::parked);
    CHECK(registrar.receive(datagram{from, bytes}).kind != handling::parked);
    CHECK(credentials.asked == 1);
    unsigned parked = 1;
    while (sends(alice_registers("sip:a@192.0.2.1").with("Authorization", alice.credentials())).kind ==
           handling::parked)
        ++parked;
    CHECK(parked == 3);
    CHECK(last().status() == status::service_unavailable);
}

TEST_CASE_FIXTURE(world, "a request that waits too long is dropped, and what is said later is ignored") {
    CHECK(asks().kind == handling::parked);
    const auto before = transport.sent.size();
    clock.advance(33s);
    (void)registrar.tick();
    serve();
    CHECK(transport.sent.size() == before);
    CHECK(storage.size() == 0);
}

TEST_CASE_FIXTURE(world, "a registrar that stops is forgotten by credentials and nonces") {
    CHECK(asks().kind == handling::parked);
    registrar.stop();
    CHECK(credentials.at.size() == 0);
}

} // namespace credentials_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/guess_limiter.hpp>

#include <sipwhere/random/seeded_random.hpp>

#include <support/digest_world.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace guess_limiter_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

TEST_CASE("so many wrong passwords are allowed in a minute, and each is forgotten in its part of it") {
    seeded_random random{1};
    std::array<guess_count, 8> counts{};
    guess_limiter<> limiter{random, counts};
    const auto alice = limiter.who(1, "alice");
    instant now{5'000};
    for (int i = 0; i < 10; ++i) {
        CHECK(limiter.may_guess(alice, 10, now));
        limiter.note(alice, 10, now);
    }
    CHECK(!limiter.may_guess(alice, 10, now));
    CHECK(!limiter.may_guess(alice, 10, now + 5'999ms));
    CHECK(limiter.may_guess(alice, 10, now + 6s));
    for (int i = 0; i < 1000; ++i) limiter.note(alice, 10, now); // more are no longer held against them
    CHECK(!limiter.may_guess(alice, 10, now + 5'999ms));
    CHECK(limiter.may_guess(alice, 10, now + 6s));
    CHECK(limiter.may_guess(limiter.who(1, "bob"), 10, now));
    CHECK(limiter.may_guess(limiter.who(2, "alice"), 10, now));
    CHECK(limiter.may_guess(limiter.who(1), 10, now));
    CHECK(limiter.may_guess(alice, 0, now));
}

TEST_CASE("where there are more guessers than places, those who guessed most are remembered") {
    seeded_random random{1};
    std::array<guess_count, 8> counts{};
    guess_limiter<> limiter{random, counts};
    const instant now{5'000};
    const auto worst = limiter.who(0);
    for (int i = 0; i < 10; ++i) limiter.note(worst, 10, now);
    for (std::uint64_t network = 1; network < 1000; ++network) limiter.note(limiter.who(network), 10, now);
    CHECK(!limiter.may_guess(worst, 10, now));
    const auto worst_user = limiter.who(0, "alice");
    for (int i = 0; i < 10; ++i) limiter.note(worst_user, 10, now);
    for (std::uint64_t network = 1; network < 1000; ++network) limiter.note(limiter.who(network, "bob"), 10, now);
    CHECK(!limiter.may_guess(worst_user, 10, now));
    CHECK(!limiter.may_guess(worst, 10, now));
}

TEST_CASE("without memory nobody has to wait") {
    seeded_random random{1};
    guess_limiter<> limiter{random, {}};
    limiter.note(limiter.who(1), 1, {});
    CHECK(limiter.may_guess(limiter.who(1), 1, {}));
}

/// Sends wrong passwords for alice, each with a nonce that was asked for; the last answer comes back.
auto guesses(digest_world& w, int times) -> reply {
    digest_client guesser;
    reply last;
    for (int i = 0; i < times; ++i) {
        guesser.password = "guess " + std::to_string(i);
        guesser.hears(w.sends(alice_registers("sip:evil@192.0.2.66")));
        last = w.sends(alice_registers("sip:evil@192.0.2.66").with("Authorization", guesser.credentials()));
    }
    return last;
}

/// Registers alice with her password; the last answer comes back.
auto logs_in(digest_world& w) -> reply {
    digest_client alice;
    alice.hears(w.sends(alice_registers("sip:a@192.0.2.1")));
    return w.sends(alice_registers("sip:a@192.0.2.1").with("Authorization", alice.credentials()));
}

TEST_CASE_FIXTURE(digest_world, "who guesses has to wait, even with the right password in the end") {
    CHECK(guesses(*this, 10).status() == status::unauthorized);
    CHECK(guesses(*this, 1).status() == status::forbidden);
    CHECK(observer.rejections.back().reason == "Too Many Wrong Passwords");
    CHECK(logs_in(*this).status() == status::forbidden);
    CHECK(record().empty());
    clock.advance(6s);
    CHECK(logs_in(*this).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "who comes from elsewhere with the right password is let in meanwhile, and so are "
                                "others from there") {
    (void)guesses(*this, 50);
    digest_client bob{.user = "bob", .password = "builder"};
    bob.hears(sends(bob_registers("sip:b@192.0.2.1")));
    CHECK(sends(bob_registers("sip:b@192.0.2.1").with("Authorization", bob.credentials())).status() == status::ok);
    flow.remote = at("198.51.100.7");
    CHECK(logs_in(*this).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world, "who tries one password with many names has to wait as well") {
    digest_client guesser;
    for (int i = 0; i < 101; ++i) {
        guesser.user = "user" + std::to_string(i);
        guesser.hears(sends(alice_registers("sip:evil@192.0.2.66")));
        const auto answer = sends(alice_registers("sip:evil@192.0.2.66").with("Authorization", guesser.credentials()));
        CHECK(answer.status() == (i < 100 ? status::unauthorized : status::forbidden));
    }
}

TEST_CASE_FIXTURE(digest_world, "who forges a victim's address, and so never sees a nonce, locks nobody out") {
    digest_client liar{.password = "guess"};
    for (int i = 0; i < 1000; ++i) {
        liar.nonce = "made-up-" + std::to_string(i);
        (void)sends(alice_registers("sip:evil@192.0.2.66").with("Authorization", liar.credentials()));
    }
    const auto own = flow.remote;
    flow.remote = at("198.51.100.7");
    liar.hears(sends(alice_registers("sip:evil@192.0.2.66"))); // a nonce for the liar's own network
    flow.remote = own;
    for (int i = 0; i < 1000; ++i)
        (void)sends(alice_registers("sip:evil@192.0.2.66").with("Authorization", liar.credentials()));
    CHECK(logs_in(*this).status() == status::ok);
    for (const auto& each : observer.rejections) CHECK(each.reason != "Wrong User or Password");
}

TEST_CASE_FIXTURE(digest_world, "passwords can't be guessed with nonces that were never issued: only some a minute are "
                                "looked at, and then right and wrong ones hear the same") {
    digest_client guesser;
    const auto tries = [&](const char* password) {
        guesser.password = password;
        guesser.nonce = "made-up";
        return is_stale(sends(alice_registers("sip:evil@192.0.2.66").with("Authorization", guesser.credentials())));
    };
    for (int i = 0; i < 5; ++i) CHECK(!tries("guess"));
    for (int i = 0; i < 5; ++i) CHECK(tries("wonderland"));
    for (int i = 0; i < 50; ++i) CHECK(tries(i % 2 == 0 ? "guess" : "wonderland"));
    CHECK(record().empty());
    CHECK(logs_in(*this).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world,
                  "a phone whose password was changed is told so, and its user gets in with the new one") {
    access.users[0].password = "looking-glass";
    for (int i = 0; i < 20; ++i) (void)logs_in(*this);
    CHECK(logs_in(*this).status() == status::forbidden);
    access.users[0].password = "wonderland";
    clock.advance(6s);
    CHECK(logs_in(*this).status() == status::ok);
}

TEST_CASE_FIXTURE(digest_world,
                  "a wrong password is logged with its source, for who bans it, and without itself (R7616-3.4-h)") {
    (void)guesses(*this, 1);
    CHECK(observer.rejections.front().reason == "Unauthorized");
    CHECK(observer.rejections.back().reason == "Wrong User or Password");
    CHECK(observer.rejections.back().event.from.remote == flow.remote);
}

} // namespace guess_limiter_test

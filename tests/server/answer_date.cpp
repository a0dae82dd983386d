// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/answer_date.hpp>

#include <sipwhere/observer/null_observer.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A clock that counts how often somebody asked for the date.
struct asked_clock {
    static constexpr bool survives_restart = false;
    mutable int asked = 0;
    std::chrono::seconds reading{1'000'000'000};

    [[nodiscard]] auto now() const noexcept -> instant { return {}; }
    [[nodiscard]] auto unix_time() const noexcept -> std::chrono::seconds {
        ++asked;
        return reading;
    }
};

/// A clock that knows no date.
struct boot_clock {
    static constexpr bool survives_restart = false;
    [[nodiscard]] auto now() const noexcept -> instant { return {}; }
};

TEST_CASE("a date is written as RFC 1123 has it, from the first millisecond on (R3261-20.17-a)") {
    const asked_clock clock;
    answer_date<asked_clock> date;
    CHECK(date.at(clock, {0}) == "Sun, 09 Sep 2001 01:46:40 GMT");
}

TEST_CASE("the wall clock is asked once a second") {
    asked_clock clock;
    answer_date<asked_clock> date;
    for (std::uint64_t i = 0; i < 1000; ++i) CHECK(date.at(clock, {5000 + i}) == "Sun, 09 Sep 2001 01:46:40 GMT");
    CHECK(clock.asked == 1);
    clock.reading += 1s;
    CHECK(date.at(clock, {6000}) == "Sun, 09 Sep 2001 01:46:41 GMT");
    CHECK(clock.asked == 2);
}

TEST_CASE("a clock that knows no date gives none") {
    CHECK(answer_date<boot_clock>{}.at(boot_clock{}, {5000}).empty());
}

TEST_CASE("without a wall clock there is no Date") {
    boot_clock clock;
    hash_storage storage;
    capturing_transport transport;
    seeded_random random{7};
    basic_registrar registrar{{}, clock, storage, transport, random};
    REQUIRE(registrar.start());
    (void)registrar.receive(datagram{{.remote = at("192.0.2.1")}, alice_registers("sip:a@192.0.2.1").text(1)});
    const reply told{.text = transport.sent.at(0).second};
    CHECK(told.status() == status::ok);
    CHECK(!told.has("Date"));
}

TEST_CASE("a step of the wall clock changes the Date and nothing else") {
    world w;
    w.sends(alice_registers("sip:a@192.0.2.1", 60s));
    w.clock.advance(10s);
    w.clock.set_unix_time(1'700'000'000s);
    const auto told = w.sends(alice_asks());
    CHECK(told.field("Date") == "Tue, 14 Nov 2023 22:13:20 GMT");
    CHECK(told.contacts().at(0).expires == 50);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <reference/history.hpp>
#include <reference/quiet_transport.hpp>

#include <support/at_once.hpp>
#include <support/crashing_disk.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/sqlite_storage.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// Registrars on threads of their own over one file.
namespace sqlite_threads_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

constexpr std::size_t registrars = 3;

/// A transport that the thread of the storage may wake.
struct woken_quietly : quiet_transport {
    std::atomic<unsigned> wakes{0};
    void wake() noexcept { ++wakes; }
};

struct worker {
    manual_clock clock;
    woken_quietly transport;
    seeded_random random;
    counting_observer counts;
    basic_registrar<manual_clock, sqlite_storage, woken_quietly, seeded_random, open_access, counting_observer>
        registrar;
    reference::dice chance;
    std::uint32_t cseq = 0;
    std::size_t number;

    worker(sqlite_storage& storage, std::size_t which)
        : random(which),
          registrar({.limits = {.max_contacts = 40}, .answer_budget = 0}, clock, storage, transport, random, counts),
          chance(which), number(which) {
        REQUIRE(registrar.start());
    }

    /// Registers, refreshes or removes one of its own contacts of a user whom all share.
    void act() {
        const auto user = chance.below(5);
        const auto contact = "<sip:r" + std::to_string(number) + "p" + std::to_string(chance.below(6)) + "@192.0.2.1>" +
                             (chance.percent(30) ? ";expires=0" : "");
        const plain_register asked{user * 10 + number, ++cseq, contact};
        auto text = std::string{asked.text()};
        const auto own = "<sip:u" + std::to_string(user * 10 + number) + "@example.com>\r\n"; // Call-IDs stay apart
        const auto to = text.find("To: " + own);
        text.replace(to + 4, own.size() - 2, "<sip:u" + std::to_string(user) + "@example.com>");
        const flow from{.remote = {ip_address::v4({192, 0, 2, 1}), 5060},
                        .local = {ip_address::v4({192, 0, 2, 100}), 5060}};
        (void)registrar.receive(datagram{from, text});
    }
};

/// Returns: all that is bound, in a text.
auto held_in(const sqlite_storage& storage, std::size_t& count) -> std::map<std::string, std::string> {
    std::map<std::string, std::string> all;
    storage.scan({}, 1000, {}, [&](const aor_view& key, const live_bindings& live) {
        for (const auto binding : live) {
            all[std::string{key.user}].append(binding.uri).append(std::to_string(binding.cseq)).append("\n");
            ++count;
        }
    });
    return all;
}

TEST_CASE("three registrars over one file lose nothing, tell every commit, and the file has what memory has") {
    crashing_disk disk;
    auto storage = std::make_unique<sqlite_storage>("bindings", sqlite_options{.vfs = disk.name()});
    std::vector<std::unique_ptr<worker>> workers;
    for (std::size_t i = 0; i < registrars; ++i) workers.push_back(std::make_unique<worker>(*storage, i));
    std::atomic<std::size_t> done{0};
    at_once(registrars, [&](std::size_t which) {
        auto& one = *workers[which];
        for (std::uint64_t i = 1; i <= 300; ++i) {
            one.act();
            const auto most = one.chance.below(20);
            while (i - one.transport.count() > most) (void)one.registrar.tick();
        }
        ++done; // others may still wait for what this one has to write
        while (done < registrars || !storage->is_idle()) (void)one.registrar.tick();
    });
    std::uint64_t created = 0, gone = 0;
    for (auto& one : workers) {
        (void)one->registrar.tick();
        created += one->counts.count(change::created);
        gone += one->counts.count(change::removed) + one->counts.count(change::expired);
        CHECK(one->counts.count(traffic::answered) == 300);
    }
    CHECK(created > 100);
    CHECK(gone > 50);
    std::size_t count = 0;
    const auto held = held_in(*storage, count);
    CHECK(created - gone == count);

    workers.clear();
    storage.reset();
    sqlite_storage next{"bindings", {.vfs = disk.name()}};
    REQUIRE(next.open({}));
    std::size_t again = 0;
    CHECK(held_in(next, again) == held);
}

TEST_CASE("a registrar may stop, start and go while requests wait for their commits") {
    crashing_disk disk;
    sqlite_storage storage{"bindings", {.vfs = disk.name()}};
    at_once(registrars, [&](std::size_t which) {
        for (int round = 0; round < 20; ++round) {
            auto one = std::make_unique<worker>(storage, which);
            one->cseq = static_cast<std::uint32_t>(round) * 100;
            for (int i = 0; i < 12; ++i) one->act();
            (void)one->registrar.tick();
            if (one->chance.percent(50)) {
                one->registrar.stop();
                CHECK(one->registrar.start());
                for (int i = 0; i < 12; ++i) one->act();
            }
        }
    });
    CHECK(storage.size() <= 5);
}

} // namespace sqlite_threads_test

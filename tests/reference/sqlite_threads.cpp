// SPDX-License-Identifier: BSL-1.0
#include <reference/shared_worker.hpp>

#include <support/at_once.hpp>
#include <support/crashing_disk.hpp>

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

using worker = reference::shared_worker<sqlite_storage>;

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
            (void)one.act();
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
            for (int i = 0; i < 12; ++i) (void)one->act();
            (void)one->registrar.tick();
            if (one->chance.percent(50)) {
                one->registrar.stop();
                CHECK(one->registrar.start());
                for (int i = 0; i < 12; ++i) (void)one->act();
            }
        }
    });
    CHECK(storage.size() <= 5);
}

} // namespace sqlite_threads_test

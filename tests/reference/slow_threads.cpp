// SPDX-License-Identifier: BSL-1.0
#include <reference/shared_worker.hpp>

#include <support/at_once.hpp>
#include <support/slow_world.hpp>

#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/testing/slow_storage.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

/// Registrars on four threads over one storage that answers on a fifth.
namespace slow_threads_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

constexpr std::size_t registrars = 4;

using shared_hash = hash_storage_with<16>;
using slow_hash = testing::slow_storage<shared_hash, std::mutex>;

using worker = reference::shared_worker<slow_hash>;

/// Lets the storage answer on a thread of its own, until it is told to end.
class back_end {
public:
    explicit back_end(slow_hash& storage)
        : thread_([this, &storage] {
              while (!ends_) {
                  storage.answer_due({});
                  std::this_thread::yield();
              }
          }) {}
    ~back_end() {
        ends_ = true;
        thread_.join();
    }
    back_end(const back_end&) = delete;
    auto operator=(const back_end&) -> back_end& = delete;

private:
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

auto held_in(const slow_hash& storage) -> std::size_t {
    std::size_t sum = 0;
    storage.scan({}, 1000, {}, [&](const aor_view&, const live_bindings& live) {
        for (auto at = live.begin(); at != live.end(); ++at) ++sum;
    });
    return sum;
}

TEST_CASE("four registrars over a storage that answers on another thread lose nothing and tell every commit") {
    shared_hash inner;
    slow_hash storage{inner, {.seed = 3, .at_once = 0.1, .failure = 0.05}};
    std::vector<std::unique_ptr<worker>> workers;
    for (std::size_t i = 0; i < registrars; ++i) workers.push_back(std::make_unique<worker>(storage, i));
    {
        std::atomic<std::size_t> done{0};
        const back_end answering{storage};
        at_once(registrars, [&](std::size_t which) {
            auto& one = *workers[which];
            for (std::uint64_t i = 1; i <= 400; ++i) {
                (void)one.act();
                const auto most = one.chance.below(20); // more than may wait, now and then
                while (i - one.transport.count() > most) (void)one.registrar.tick();
            }
            ++done; // others may still wait for what this one has to write
            while (done < registrars || !storage.is_idle()) (void)one.registrar.tick();
        });
    }
    for (auto& one : workers) (void)one->registrar.tick();

    std::uint64_t created = 0, gone = 0, answered = 0, said_500 = 0;
    for (auto& one : workers) {
        created += one->counts.count(change::created);
        gone += one->counts.count(change::removed) + one->counts.count(change::expired);
        answered += one->counts.count(traffic::answered);
        said_500 += one->counts.count(status::server_internal_error);
    }
    CHECK(created > 200);
    CHECK(gone > 100);
    CHECK(said_500 > 10);
    CHECK(answered > 500);
    CHECK(created - gone == held_in(storage));
    for (auto& one : workers) {
        const auto& it = one->counts;
        CHECK(it.count(traffic::answered) + it.count(status::server_internal_error) +
                  it.count(status::service_unavailable) ==
              one->transport.count());
        CHECK(one->transport.count() == 400);
    }
}

TEST_CASE("a registrar may stop, start and go while requests wait for a storage on another thread") {
    shared_hash inner;
    slow_hash storage{inner, {.seed = 5}};
    const back_end answering{storage};
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
    CHECK(storage.is_idle());
}

} // namespace slow_threads_test

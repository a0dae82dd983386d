// SPDX-License-Identifier: BSL-1.0
//
// How far threads that share a sharded storage would wait for each other with a core for each, reckoned from what one
// thread does: bench_contention. It measures for how long a REGISTER holds the lock of a shard and how long it takes
// else, and plays that with more threads, each REGISTER in a shard drawn at random; who asks first is served first.
//
// Prints one line of JSON: nanoseconds of both, and how many times the rate of one thread so many have. What a lock or
// a record costs that another core wrote last is not in it.

#include <support/lane.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/storage/sharded_storage.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <mutex>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere_bench;
using nanoseconds = std::chrono::duration<double, std::nano>;
using std::chrono::steady_clock;

constexpr std::size_t shards = 64;

/// Notes for how long it was held; one thread alone may use it.
struct timing_mutex {
    static inline nanoseconds held{};

    std::mutex inner{};
    steady_clock::time_point since{};

    void lock() {
        inner.lock();
        since = steady_clock::now();
    }
    void unlock() {
        held += steady_clock::now() - since;
        inner.unlock();
    }
};

/// What a REGISTER takes, in nanoseconds.
struct taken {
    double held; ///< with the lock of a shard
    double other;
};

/// Returns: the time between two looks at the clock that nothing happens between.
auto time_of_looking() -> nanoseconds {
    std::array<nanoseconds, 1001> each{};
    for (auto& one : each) {
        const auto begin = steady_clock::now();
        one = steady_clock::now() - begin;
    }
    std::ranges::nth_element(each, each.begin() + each.size() / 2);
    return each[each.size() / 2];
}

/// Returns: the times of so many batches, each divided by its REGISTERs.
auto measure(std::size_t batches) -> std::vector<taken> {
    using storage_type = sipwhere::sharded_storage<sipwhere::hash_storage, shards, timing_mutex>;
    constexpr std::uint32_t users = 100'000;
    storage_type storage;
    lane<storage_type> one{storage, 0, users};
    const auto looking = time_of_looking();
    std::vector<taken> found;
    for (std::size_t i = 0; i < batches; ++i) {
        one.prepare();
        timing_mutex::held = {};
        const auto begin = steady_clock::now();
        one.run();
        const nanoseconds all = (steady_clock::now() - begin) / lane<storage_type>::batch;
        const auto held = timing_mutex::held / lane<storage_type>::batch - looking;
        found.push_back({held.count(), (all - held - 2 * looking).count()});
    }
    if (!one.is_good() || storage.size() != users) die("users are missing");
    return found;
}

/// Returns: REGISTERs in a nanosecond that so many threads serve.
auto rate_of(std::size_t threads, const std::vector<taken>& times) -> double {
    constexpr std::size_t count = 1'000'000;
    using arrival = std::pair<double, std::size_t>; // when a thread asks for a lock, and what its REGISTER takes
    std::priority_queue<arrival, std::vector<arrival>, std::greater<>> asking;
    sipwhere::xoshiro256 random{1};
    std::array<double, shards> free_at{};
    const auto draw = [&] { return static_cast<std::size_t>(random.next() % times.size()); };
    for (std::size_t i = 0; i < threads; ++i) asking.emplace(times[draw()].other, draw());
    double last = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto [asked, what] = asking.top();
        asking.pop();
        auto& free = free_at[random.next() % shards];
        free = std::max(asked, free) + times[what].held;
        last = std::max(last, free);
        const auto next = draw();
        asking.emplace(free + times[next].other, next);
    }
    return count / last;
}

} // namespace

int main() {
    const auto times = measure(2000);
    const auto mean = [&](auto part) {
        return std::accumulate(times.begin(), times.end(), 0.0,
                               [&](double sum, const taken& each) { return sum + each.*part; }) /
               static_cast<double>(times.size());
    };
    std::printf("{\"held\": %.0f, \"other\": %.0f, \"times\": {", mean(&taken::held), mean(&taken::other));
    const auto alone = rate_of(1, times);
    const char* comma = "";
    for (const std::size_t threads : {1U, 2U, 8U, 16U, 64U}) {
        std::printf("%s\"%zu\": %.2f", comma, threads, rate_of(threads, times) / alone);
        comma = ", ";
    }
    std::puts("}}");
}

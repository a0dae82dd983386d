// SPDX-License-Identifier: BSL-1.0
//
// How many refreshes several threads do, each with a registrar of its own, without a network: `together` over one
// storage, `apart` over one for each, which is all that the machine allows. With Google Benchmark, which knows nothing
// of batches: `wall` is the nanoseconds that a REGISTER takes on its thread, and `cpu` those in which the thread has a
// processor. They are more with two threads than with one as far as the two get into each other's way.

#include <support/lane.hpp>

#include <sipwhere/storage/sharded_storage.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <time.h>

namespace {

using namespace sipwhere_bench;

constexpr std::uint32_t users = 100'000;

using storage_type = sipwhere::sharded_storage<sipwhere::hash_storage, 64>;

/// Returns: the time that this thread has had a processor.
auto processor_time() -> std::chrono::duration<double, std::nano> {
    ::timespec read{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &read);
    return std::chrono::seconds{read.tv_sec} + std::chrono::nanoseconds{read.tv_nsec};
}

using lane = sipwhere_bench::lane<storage_type>;

/// Whether threads share a storage.
enum class sharing : std::uint8_t { together, apart };

/// Registrars that divide the users among them, and what they store them in.
struct crew {
    sharing how;
    std::vector<std::unique_ptr<storage_type>> storages;
    std::vector<std::unique_ptr<lane>> lanes;

    crew(sharing chosen, std::uint32_t threads) : how(chosen) {
        for (std::uint32_t i = 0; i < threads; ++i) {
            if (i == 0 || how == sharing::apart) storages.push_back(std::make_unique<storage_type>());
            lanes.push_back(std::make_unique<lane>(*storages.back(), users / threads * i, users / threads));
        }
    }

    [[nodiscard]] auto size() const -> std::size_t {
        std::size_t sum = 0;
        for (const auto& each : storages) sum += each->size();
        return sum;
    }
};

std::unique_ptr<crew> kept; ///< for the next repetition, as a crew takes long to make

template <sharing How>
void make_crew(const benchmark::State& state) {
    const auto threads = static_cast<std::uint32_t>(state.threads());
    if (kept && kept->how == How && kept->lanes.size() == threads) return;
    kept.reset();
    kept = std::make_unique<crew>(How, threads);
}

void refresh(benchmark::State& state) {
    auto& own = *kept->lanes[static_cast<std::size_t>(state.thread_index())];
    double wall = 0, cpu = 0;
    for (auto _ : state) {
        own.prepare();
        const auto begin = std::chrono::steady_clock::now();
        const auto busy = processor_time();
        own.run();
        cpu += (processor_time() - busy).count();
        const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
        wall += taken.count();
        state.SetIterationTime(taken.count() / 1e9);
    }
    state.counters["wall"] = benchmark::Counter{wall / lane::batch, benchmark::Counter::kAvgIterations};
    state.counters["cpu"] = benchmark::Counter{cpu / lane::batch, benchmark::Counter::kAvgIterations};
    if (!own.is_good()) state.SkipWithError("some answers were no 200");
    if (state.thread_index() == 0 && kept->size() != users) state.SkipWithError("users are missing");
}

} // namespace

int main(int count, char** values) {
    const auto add = [](const char* name, auto* setup) {
        return benchmark::RegisterBenchmark(name, refresh)->Setup(setup)->UseManualTime();
    };
    add("together", make_crew<sharing::together>)->Threads(1)->Threads(2);
    add("apart", make_crew<sharing::apart>)->Threads(2);
    benchmark::Initialize(&count, values);
    if (benchmark::ReportUnrecognizedArguments(count, values)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    kept.reset();
}

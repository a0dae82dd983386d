// SPDX-License-Identifier: BSL-1.0
//
// How long the stations of a REGISTER take, and how long whole ones, without a network. With Google Benchmark, which
// has options of its own; where it counts items, each is a REGISTER. `yardstick` is work that depends on nothing but
// the processor: 586 multiplications, each of which waits for the one before.

#include <support/stages.hpp>
#include <support/stored_users.hpp>
#include <support/world.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <time.h>

namespace {

using namespace sipwhere_bench;

void yardstick(benchmark::State& state) {
    const auto text = register_text{ask::change, 40000}.text({});
    for (auto _ : state) {
        std::uint64_t hash = 14695981039346656037U; // FNV-1a
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
        benchmark::DoNotOptimize(hash);
    }
}

template <auto Station>
void station(benchmark::State& state) {
    stages one;
    for (auto _ : state) {
        bool done = (one.*Station)();
        benchmark::DoNotOptimize(done);
        if (!done) state.SkipWithError("it failed");
    }
}

/// Returns: the time that this thread has had a processor, so that others on the machine matter less.
auto processor_time() -> std::chrono::duration<double> {
    ::timespec read{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &read);
    return std::chrono::seconds{read.tv_sec} + std::chrono::nanoseconds{read.tv_nsec};
}

/// Returns: a world that is kept for the benchmark's next repetition, as large ones take long to make.
template <typename World>
auto world_of(errand what, std::uint32_t users) -> World& {
    static std::unique_ptr<World> kept;
    static auto made_for = errand::refresh;
    static std::uint32_t made_with = 0;
    if (!kept || made_for != what || made_with != users) {
        kept.reset();
        kept = std::make_unique<World>(what, users);
        made_for = what;
        made_with = users;
    }
    return *kept;
}

/// Returns: users of a store, kept likewise.
auto users_of_a_store(std::uint32_t users) -> stored_users& {
    static std::unique_ptr<stored_users> kept;
    if (!kept || kept->size() != users) {
        kept.reset();
        kept = std::make_unique<stored_users>(users);
    }
    return *kept;
}

template <typename World>
void whole(benchmark::State& state, errand what) {
    constexpr std::uint32_t batch = 256; // their text stays in the cache, as a datagram that has just come
    const auto users = static_cast<std::uint32_t>(state.range(0));
    auto& one = world_of<World>(what, users);
    for (auto _ : state) {
        one.prepare(batch);
        const auto begin = processor_time();
        one.run();
        const auto taken = processor_time() - begin;
        one.finish();
        state.SetIterationTime(taken.count());
    }
    state.SetItemsProcessed(state.iterations() * batch);
    one.check(users);
}

/// Updates of records drawn at random, by a store alone: with or without `prefetch` for each batch.
void random_updates(benchmark::State& state, bool prefetches) {
    constexpr std::size_t batch = 64; // datagrams that a transport hands over together
    const auto users = static_cast<std::uint32_t>(state.range(0));
    auto& some = users_of_a_store(users);
    for (auto _ : state) {
        some.draw(batch);
        const auto begin = processor_time();
        some.update(prefetches);
        const auto taken = processor_time() - begin;
        state.SetIterationTime(taken.count());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
}

} // namespace

int main(int count, char** values) {
    constexpr std::int64_t everyday = 100'000;
    benchmark::RegisterBenchmark("yardstick", yardstick);
    benchmark::RegisterBenchmark("parse", station<&stages::parse>);
    benchmark::RegisterBenchmark("read", station<&stages::read>);
    benchmark::RegisterBenchmark("plan", station<&stages::plan>);
    benchmark::RegisterBenchmark("commit", station<&stages::commit>);
    benchmark::RegisterBenchmark("answer", station<&stages::answer>);
    for (const auto& [name, what] : errands)
        benchmark::RegisterBenchmark(std::string{name}.c_str(), whole<world>, what)->Arg(everyday)->UseManualTime();
    for (const std::int64_t users : {1'000, 10'000, 100'000, 1'000'000})
        benchmark::RegisterBenchmark("floor", whole<basic_world<floor_registrar>>, errand::refresh)
            ->Arg(users)
            ->UseManualTime();
    for (const std::int64_t users : {1'000, 10'000, 100'000, 1'000'000, 10'000'000})
        benchmark::RegisterBenchmark("flatness", whole<world>, errand::refresh)->Arg(users)->UseManualTime();
    for (const std::int64_t users : {1'000, 1'000'000, 10'000'000})
        for (const bool prefetches : {false, true})
            benchmark::RegisterBenchmark(prefetches ? "store, prefetched" : "store", random_updates, prefetches)
                ->Arg(users)
                ->UseManualTime();
    benchmark::Initialize(&count, values);
    if (benchmark::ReportUnrecognizedArguments(count, values)) return 2;
    benchmark::RunSpecifiedBenchmarks();
}

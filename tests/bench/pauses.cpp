// SPDX-License-Identifier: BSL-1.0
//
// How long a single call of a hash_storage takes at the most, while it grows, is used, loses a million bindings that
// end in the same second, and loses the rest.
//
//   pauses [--users N]
//
// Prints one line of JSON for each, times in microseconds: those of the clock on the wall, and of the processor's time
// that the thread was given, in which other programs show less.

#include <support/histogram.hpp>
#include <support/options.hpp>
#include <support/stored_users.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include <time.h>

namespace {

using namespace sipwhere;
using sipwhere_bench::histogram;
using sipwhere_bench::user_record;

constexpr seconds32 end_of_many = 2000; ///< when those bindings end that end together
constexpr seconds32 end_of_rest = 90'000;
constexpr unsigned at_once = 256; ///< bindings that a registrar lets expire with each tick

[[nodiscard]] auto now_by(clockid_t clock) -> std::chrono::nanoseconds {
    ::timespec read{};
    ::clock_gettime(clock, &read);
    return std::chrono::seconds{read.tv_sec} + std::chrono::nanoseconds{read.tv_nsec};
}

/// Times calls one by one.
class stopwatch {
public:
    template <typename Call>
    void time(Call&& call) {
        const auto wall = now_by(CLOCK_MONOTONIC);
        const auto processor = now_by(CLOCK_THREAD_CPUTIME_ID);
        call();
        processor_.add(now_by(CLOCK_THREAD_CPUTIME_ID) - processor);
        wall_.add(now_by(CLOCK_MONOTONIC) - wall);
    }

    void print(const char* phase, std::uint32_t users) const {
        std::printf("{\"users\":%u,\"phase\":\"%s\",\"calls\":%llu,\"p50\":%.2f,\"p999\":%.2f,\"longest\":%.2f,"
                    "\"longest_on_the_wall\":%.2f}\n",
                    users, phase, static_cast<unsigned long long>(processor_.total()), processor_.quantile(0.5),
                    processor_.quantile(0.999), processor_.quantile(1), wall_.quantile(1));
    }

private:
    histogram wall_;
    histogram processor_;
};

class store_of_users {
public:
    explicit store_of_users(std::uint32_t users) : order_(users) {
        for (std::uint32_t user = 0; user < users; ++user) order_[user] = user;
    }

    /// Gives each user a record, in an order drawn anew; empty ones take them away.
    template <typename Due>
    void update_all(const char* phase, Due&& due_of) {
        for (auto left = order_.size(); left > 1; --left) std::swap(order_[random_.next() % left], order_[left - 1]);
        stopwatch watch;
        for (const auto user : order_) {
            user_record one{user};
            const auto due = due_of(user);
            const auto bytes = due == 0 ? std::string_view{} : one.until(due);
            auto result = outcome::committed;
            watch.time([&] {
                result = store_.update(one.key(), [&](record_view) {
                    return record_update{outcome::committed, bytes};
                });
            });
            if (result != outcome::committed) sipwhere_bench::die("the store is full");
        }
        watch.print(phase, static_cast<std::uint32_t>(order_.size()));
    }

    /// Lets all expire that is due then, as many with each call as a registrar lets.
    void expire_all(const char* phase, seconds32 at) {
        stopwatch watch;
        bool done = false;
        while (!done)
            watch.time([&] {
                const auto next = store_.expire(to_instant(at), at_once, [](const aor_view&, const binding_view&) {});
                done = next > to_instant(at);
            });
        watch.print(phase, static_cast<std::uint32_t>(order_.size()));
    }

    [[nodiscard]] auto size() const -> std::size_t { return store_.size(); }

private:
    hash_storage store_{{.max_aors = 1U << 25U, .max_bytes = std::size_t{1} << 36U}};
    std::vector<std::uint32_t> order_;
    xoshiro256 random_{1};
};

} // namespace

int main(int count, char** values) {
    const sipwhere_bench::options given{count, values};
    const auto users = given.number("--users", 2'000'000U);
    const auto many = std::clamp(users / 2, 1U, 1'000'000U);
    store_of_users some{users};
    const auto due_of = [&](std::uint32_t user) {
        return user % (users / many) == 0 ? end_of_many : end_of_rest + user;
    };

    some.update_all("grow", due_of);
    some.update_all("refresh", due_of);
    some.expire_all("expire", end_of_many);
    if (some.size() >= users) sipwhere_bench::die("nothing has expired");
    some.update_all("remove", [](std::uint32_t) -> seconds32 { return 0; });
    if (some.size() != 0) sipwhere_bench::die("something is left");
}

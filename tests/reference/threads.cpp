// SPDX-License-Identifier: BSL-1.0
#include <reference/drawn_rules.hpp>
#include <reference/duel.hpp>
#include <reference/quiet_transport.hpp>
#include <support/at_once.hpp>

#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/storage/sharded_storage.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Several registrars at the same time, each on a thread of its own, over one storage.
namespace {

using namespace sipwhere_test;
using namespace std::chrono_literals;
using sipwhere::status;

constexpr std::size_t threads = 3;
using house = sipwhere::sharded_storage<sipwhere::hash_storage, 8>;

/// A part of a storage that others use at the same time, with users that nobody else has.
///
/// Histories have times of their own, so nothing expires here; what is due counts as gone all the same.
class lodger {
public:
    using memory = sipwhere::fixed_memory<reference::room(512)>;
    static constexpr bool persistent = false;
    static inline house* shared = nullptr;

    lodger() = default;
    lodger(const lodger&) = delete;
    auto operator=(const lodger&) -> lodger& = delete;
    ~lodger() {
        const auto leaves = [](sipwhere::record_view) {
            return sipwhere::record_update{sipwhere::outcome::committed, {}};
        };
        for (const auto& key : used_) shared->update(key.view(), leaves);
    }

    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome {
        const auto own = own_key(key);
        used_.insert(own);
        return shared->update(own.view(), job);
    }
    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const {
        shared->read(own_key(key).view(), now, visit);
    }
    auto expire(sipwhere::instant, unsigned at_most, sipwhere::binding_sink sink) -> sipwhere::instant {
        shared->expire({}, at_most, sink);
        return sipwhere::never;
    }
    auto scan(sipwhere::scan_position from, unsigned at_most, sipwhere::instant now,
              sipwhere::record_visitor visit) const -> sipwhere::scan_position {
        return shared->scan(from, at_most, now, [&](const auto& key, const auto& live) {
            if (key.user.starts_with(name_)) visit({key.user.substr(name_.size()), key.domain}, live);
        });
    }
    [[nodiscard]] auto size() const -> std::size_t { return used_.size(); }

private:
    [[nodiscard]] auto own_key(const sipwhere::aor_view& key) const -> sipwhere::aor {
        const auto user = name_ + std::string{key.user};
        return sipwhere::aor{sipwhere::aor_view{user, key.domain}};
    }

    static inline std::atomic<unsigned> count_{0};
    std::string name_ = std::to_string(++count_) + "/";
    std::set<sipwhere::aor> used_;
};
static_assert(sipwhere::storage_policy<lodger>);

/// A registrar for one thread, and what it works with.
struct worker {
    sipwhere::manual_clock clock;
    quiet_transport transport;
    sipwhere::seeded_random random;
    sipwhere::counting_observer counts;
    sipwhere::basic_registrar<sipwhere::manual_clock, house, quiet_transport, sipwhere::seeded_random,
                              sipwhere::open_access, sipwhere::counting_observer>
        registrar;
    reference::dice chance;
    std::string contact; ///< that nobody else binds

    worker(house& storage, std::size_t number, const sipwhere::settings& config)
        : random(number), registrar(config, clock, storage, transport, random, counts), chance(number),
          contact("<sip:phone" + std::to_string(number) + "@192.0.2.1>") {
        REQUIRE(registrar.start());
    }

    auto registers(std::uint64_t user, std::uint32_t cseq, std::string_view value) -> status {
        const plain_register asked{user, cseq, value};
        const sipwhere::flow flow{.remote = {sipwhere::ip_address::v4({192, 0, 2, 1}), 5060},
                                  .local = {sipwhere::ip_address::v4({192, 0, 2, 100}), 5060}};
        (void)registrar.receive(sipwhere::datagram{flow, asked.text()});
        return transport.status();
    }
};

/// Some registrars over one storage, all at work at the same time.
struct office {
    static constexpr std::size_t users = 5;

    house storage;
    std::vector<std::unique_ptr<worker>> workers;
    std::array<std::atomic<std::uint32_t>, users> cseqs{}; ///< of the Call-ID of each user, which all threads use

    /// Their clocks differ by more than a second, as when threads wait between reading theirs and using it.
    explicit office(const sipwhere::settings& config = {}) {
        for (std::size_t i = 0; i < threads; ++i) {
            workers.push_back(std::make_unique<worker>(storage, i, config));
            workers.back()->clock.advance(i * 700ms);
        }
    }

    /// Returns: how many events there were in all.
    [[nodiscard]] auto count(sipwhere::change what) const -> std::uint64_t {
        std::uint64_t sum = 0;
        for (const auto& one : workers) sum += one->counts.count(what);
        return sum;
    }

    /// Returns: how many bindings the storage holds.
    [[nodiscard]] auto held() const -> std::size_t {
        std::size_t sum = 0;
        storage.scan({}, 1000, {}, [&](const sipwhere::aor_view&, const sipwhere::live_bindings& live) {
            for (auto at = live.begin(); at != live.end(); ++at) ++sum;
        });
        return sum;
    }
};

using enum sipwhere::change;

} // namespace

TEST_CASE("what registrars on several threads answer and keep is what the reference says, each for its users") {
    constexpr std::uint64_t histories = 60;
    house storage;
    lodger::shared = &storage;
    std::array<std::string, threads> differences;
    std::array<std::size_t, threads> served{};
    at_once(threads, [&](std::size_t thread) {
        for (auto seed = thread; seed < threads * histories && differences[thread].empty(); seed += threads) {
            const auto duel = std::make_unique<reference::duel<lodger>>(seed, reference::rules_of(seed));
            differences[thread] = duel->play();
            served[thread] += duel->served();
        }
    });
    for (std::size_t thread = 0; thread < threads; ++thread) {
        CHECK(differences[thread] == "");
        CHECK(served[thread] >= 90 * histories);
    }
    CHECK(storage.size() == 0);
}

TEST_CASE("registrars on several threads bind contacts of the same users, and each finds its own as it left them") {
    constexpr unsigned requests = 600;
    office all;
    std::array<std::array<bool, office::users>, threads> bound{};
    std::array<unsigned, threads> wrong{}, changes{};
    at_once(threads, [&](std::size_t thread) {
        auto& one = *all.workers[thread];
        for (unsigned i = 0; i < requests; ++i) {
            const auto user = one.chance.below(office::users);
            bool& is_bound = bound[thread][user];
            const bool had = is_bound;
            const auto what = one.chance.below(5);
            if (what < 3) is_bound = true;
            else if (what == 3) is_bound = false;
            const auto value = what < 3 ? one.contact : what == 3 ? one.contact + ";expires=0" : "";
            const auto given = one.registers(user, ++all.cseqs[user], value);
            wrong[thread] += given != status::ok || one.transport.has(one.contact) != is_bound;
            changes[thread] += what < 4 && (had || is_bound);
        }
    });
    std::size_t left = 0;
    std::uint64_t changed = 0;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        CHECK(wrong[thread] == 0);
        changed += changes[thread];
        for (const bool is_bound : bound[thread]) left += is_bound;
    }
    CHECK(all.held() == left);
    CHECK(all.count(created) - all.count(removed) == left);
    CHECK(all.count(created) + all.count(refreshed) + all.count(removed) == changed);
}

TEST_CASE("of REGISTERs of one Call-ID on several threads the CSeq decides (RFC 3261 §10.3 step 7)") {
    constexpr unsigned requests = 1000;
    office all;
    std::array<unsigned, threads> done{}, late{};
    at_once(threads, [&](std::size_t thread) {
        for (unsigned i = 0; i < requests; ++i) {
            const auto given = all.workers[thread]->registers(1, ++all.cseqs[1], "<sip:shared@192.0.2.1>");
            done[thread] += given == status::ok;
            late[thread] += given == status::server_internal_error;
        }
    });
    CHECK(all.count(created) == 1);
    CHECK(all.count(created) + all.count(refreshed) == done[0] + done[1] + done[2]);
    CHECK(done[0] + done[1] + done[2] + late[0] + late[1] + late[2] == threads * requests);
    std::uint32_t last = 0;
    const auto seen = all.workers[0]->registrar.query(
        "sip:u1@example.com", [&](const sipwhere::binding_view& binding) { last = binding.cseq; });
    CHECK(seen);
    CHECK(last == threads * requests);
}

TEST_CASE("each binding that comes goes once, whichever thread refreshes, removes or lets it expire") {
    constexpr unsigned rounds = 12, requests = 100;
    sipwhere::settings config;
    config.limits.min_expires = 1s;
    config.limits.when_full = sipwhere::when_full::replace_oldest;
    config.limits.max_contacts = 3;
    office all{config};
    for (unsigned round = 0; round < rounds; ++round) {
        at_once(threads, [&](std::size_t thread) {
            auto& one = *all.workers[thread];
            for (unsigned i = 0; i < requests; ++i) {
                const auto user = one.chance.below(office::users);
                const auto phone = "<sip:phone" + std::to_string(one.chance.below(4)) + "@192.0.2.1>;expires=";
                const auto lifetime = std::to_string(one.chance.below(5) * 10);
                const auto value = one.chance.percent(5) ? "*" : phone + lifetime;
                (void)one.registers(user, ++all.cseqs[user], value);
                if (i % 10 == 0) (void)one.registrar.tick();
            }
        });
        CHECK(all.count(created) - all.count(removed) - all.count(expired) == all.held());
        for (auto& one : all.workers) one->clock.advance(7s);
    }
    for (auto& one : all.workers) one->clock.advance(100s);
    at_once(threads, [&](std::size_t thread) {
        while (all.workers[thread]->registrar.tick() == 1ms) {
        }
    });
    CHECK(all.count(expired) > 0);
    CHECK(all.count(removed) > 0);
    CHECK(all.count(created) == all.count(removed) + all.count(expired));
    CHECK(all.storage.size() == 0);
}

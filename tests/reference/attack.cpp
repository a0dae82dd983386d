// SPDX-License-Identifier: BSL-1.0
#include <reference/hostile_texts.hpp>
#include <reference/quiet_world.hpp>
#include <support/allocation_counter.hpp>

#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere_test;
using namespace std::chrono_literals;
using sipwhere::status;

/// How many REGISTERs a flood has; fewer where the compiler was not asked to optimise.
#ifdef __OPTIMIZE__
constexpr unsigned flood_size = 1'000'000;
#else
constexpr unsigned flood_size = 60'000;
#endif

constexpr std::string_view stranger = "<sip:phone@192.0.2.1>";
constexpr std::string_view stranger_leaves = "<sip:phone@192.0.2.1>;expires=0";

/// Returns: how many bindings an address-of-record has.
template <typename World>
auto bound(World& w, std::uint64_t user) -> std::size_t {
    const auto uri = "sip:u" + std::to_string(user) + "@example.com";
    const auto found = w.registrar.query(uri, [](const sipwhere::binding_view&) {});
    return found ? *found : 0;
}

using hash_world = quiet_world<sipwhere::hash_storage>;

} // namespace

TEST_CASE("a flood of REGISTERs for random users fills a store to its limit and no further (RFC 3261 §21.5.4)") {
    constexpr unsigned most = 1000;
    constexpr std::size_t most_bytes = most * 400;
    hash_world w{sipwhere::settings{}, sipwhere::hash_storage_limits{.max_aors = most, .max_bytes = most_bytes}};
    for (unsigned user = 0; user < most; ++user) REQUIRE(w.registers(user, stranger) == status::ok);

    const allocation_counter counter;
    sipwhere::seeded_random random{1};
    unsigned refused = 0;
    for (unsigned i = 0; i < flood_size; ++i)
        refused += w.registers(most + random.next() % 1'000'000'000, stranger) == status::service_unavailable;
    CHECK(refused == flood_size);
    CHECK(counter.count() == 0);
    CHECK(w.storage.size() == most);
    CHECK(w.storage.bytes() <= most_bytes);
    CHECK(w.transport.has("\r\nRetry-After: 60\r\n"));

    CHECK(w.registers(7, stranger) == status::ok); // who is in stays served
    w.runs_for(301s);
    CHECK(w.storage.size() == 0);
    CHECK(w.registers(most + 1, stranger) == status::ok);
}

TEST_CASE("a flood that goes on while bindings expire keeps within the limits of the store") {
    constexpr unsigned most = 500;
    hash_world w{sipwhere::settings{}, sipwhere::hash_storage_limits{.max_aors = most, .max_bytes = most * 400}};
    sipwhere::seeded_random random{2};
    bool holds = true;
    for (unsigned i = 0; i < flood_size / 10; ++i) {
        const auto given = w.registers(random.next(), random.next() % 3 == 0 ? stranger_leaves : stranger);
        holds = holds && (given == status::ok || given == status::service_unavailable);
        holds = holds && w.storage.size() <= most && w.storage.bytes() <= most * 400;
        if (i % 50 == 0) w.runs_for(1s);
    }
    CHECK(holds);
    w.runs_for(400s);
    CHECK(w.storage.size() == 0);
    CHECK(w.storage.bytes() == 0);
}

TEST_CASE("removals for users that nobody knows push no live record out") {
    constexpr unsigned most = 1000;
    constexpr unsigned live = 500;
    hash_world w{sipwhere::settings{}, sipwhere::hash_storage_limits{.max_aors = most}};
    for (unsigned user = 0; user < live; ++user) REQUIRE(w.registers(user, stranger) == status::ok);

    sipwhere::seeded_random random{3};
    bool all_ok = true;
    for (unsigned i = 0; i < flood_size / 10; ++i) {
        const auto user = live + random.next() % 1'000'000'000;
        all_ok =
            all_ok && w.registers(user, i % 2 == 0 ? stranger_leaves : "*") == status::ok; // there is nothing to do
    }
    CHECK(all_ok);
    CHECK(w.storage.size() == most);
    unsigned bound_still = 0;
    for (unsigned user = 0; user < live; ++user) bound_still += bound(w, user) == 1;
    CHECK(bound_still == live);
    for (unsigned user = 0; user < live; ++user) REQUIRE(w.registers(user, stranger) == status::ok);

    w.runs_for(34s); // the flood is forgotten
    CHECK(w.storage.size() == live);
    CHECK(w.registers(live, stranger) == status::ok);
}

TEST_CASE("a full fixed storage goes on to refresh and to remove, and takes others in when there is room") {
    quiet_world<sipwhere::fixed_storage<4, 8, 512>> w;
    const auto long_phone = "<sip:" + std::string(90, 'p') + "@192.0.2.1>";
    unsigned in = 0;
    while (in < 4 && w.registers(in, long_phone) == status::ok) ++in;
    REQUIRE(in == 4);
    CHECK(w.registers(100, long_phone) == status::service_unavailable);
    CHECK(w.transport.has("\r\nRetry-After: 60\r\n"));
    CHECK(w.registers(100, stranger_leaves) == status::ok); // nothing to store, so no harm

    for (unsigned round = 0; round < 10; ++round) {
        w.runs_for(100s);
        for (unsigned user = 0; user < in; ++user) CHECK(w.registers(user, long_phone) == status::ok);
    }
    CHECK(w.registers(0, "*") == status::ok);
    CHECK(bound(w, 0) == 0);
    w.runs_for(34s);
    CHECK(w.registers(100, long_phone) == status::ok);
}

TEST_CASE("whatever was let into an address-of-record can be seen and removed") {
    sipwhere::settings config;
    config.limits.max_contacts = 0; // all that the workspace holds
    quiet_world<sipwhere::fixed_storage<4, 40, 8000>> w{config};
    unsigned in = 0;
    auto given = status::ok;
    for (; in < 100; ++in) {
        given = w.registers(1, "<sip:" + std::string(100, 'p') + std::to_string(in) + "@192.0.2.1>");
        if (given != status::ok) break;
        REQUIRE(w.registers(1, {}) == status::ok); // the list of all
    }
    CHECK(given == status::forbidden);
    CHECK(in >= 5);
    CHECK(bound(w, 1) == in);
    CHECK(w.registers(1, {}) == status::ok);
    CHECK(w.registers(1, "<sip:" + std::string(100, 'p') + "0@192.0.2.1>;expires=0") == status::ok);
    CHECK(bound(w, 1) == in - 1);
    CHECK(w.registers(1, "*") == status::ok);
    CHECK(bound(w, 1) == 0);
}

TEST_CASE_TEMPLATE("64 KB of anything are refused or dropped, and leave no trace", Storage, sipwhere::hash_storage,
                   sipwhere::fixed_storage<8, 16, 4096>) {
    quiet_world<Storage> w;
    REQUIRE(w.registers(1, stranger) == status::ok);
    for (const auto& hostile : hostile_texts()) {
        CAPTURE(hostile.name);
        const auto exact = std::make_unique<char[]>(hostile.bytes.size());
        hostile.bytes.copy(exact.get(), hostile.bytes.size());
        const auto given = w.sends({exact.get(), hostile.bytes.size()});
        CAPTURE(code_of(given));
        CHECK((given == status{} || code_of(given) >= 400 || hostile.what == hostile_text::kind::harmless));
        CHECK(code_of(given) < 600);
        CHECK(w.storage.size() <= 4);
    }
    CHECK(bound(w, 1) == 1);
    CHECK(w.registers(1, stranger) == status::ok);
}

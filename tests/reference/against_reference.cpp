// SPDX-License-Identifier: BSL-1.0
#include <reference/duel.hpp>
#include <reference/map_storage.hpp>

#include <sipwhere/policy/fixed_workspace.hpp>
#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace sipwhere_test;
using namespace std::chrono_literals;

/// Room for all that a history needs, and for all its answers; with `responses` 0 for none of them.
constexpr auto room(std::size_t responses) -> sipwhere::workspace_sizes {
    return {.contacts = 8,
            .bindings = 8,
            .record = 8192,
            .gone = 8192,
            .answer = 8192,
            .aor = 256,
            .responses = responses,
            .ring_text = 1024 * responses};
}

struct hash_played : sipwhere::hash_storage {
    using workspace = sipwhere::fixed_workspace<room(512)>;
};
constexpr std::size_t few = 3;
struct hash_with_few : sipwhere::hash_storage {
    using workspace = sipwhere::fixed_workspace<room(512)>;
    hash_with_few() : hash_storage({.max_aors = few}) {}
};
using fixed_with_few = sipwhere::fixed_storage<few, 64, 40'000, room(512)>;
using fixed_played = sipwhere::fixed_storage<16, 64, 40'000, room(512)>;
using fixed_without_ring = sipwhere::fixed_storage<16, 64, 40'000, room(0)>;
using map_played = map_storage<sipwhere::fixed_workspace<room(512)>>;

/// What a seed chooses for its history.
auto rules_of(std::uint64_t seed) -> reference::duel_rules {
    reference::dice chance{seed + 1'000'000};
    reference::duel_rules made;
    auto& limits = made.config.limits;
    auto& expected = made.expected;
    expected.same_uri = reference::same_in_pool;
    expected.min_expires = chance.one_of(std::array{0U, 30U, 60U, 4000U});
    expected.max_expires = chance.one_of(std::array{4000U, 7200U});
    if (expected.min_expires < 300 && chance.percent(60)) expected.max_expires = 300;
    expected.default_expires = chance.percent(50) ? expected.max_expires : std::max(expected.min_expires, 120U);
    expected.max_contacts = 1 + chance.below(6);
    expected.max_contact_bytes = reference::phones::long_contact;
    expected.full = chance.one_of(std::array{reference::when_full::refuse, reference::when_full::replace_oldest,
                                             reference::when_full::replace_all});
    expected.takes_stale_after_32s = chance.percent(50);

    limits.min_expires = std::chrono::seconds{expected.min_expires};
    limits.max_expires = std::chrono::seconds{expected.max_expires};
    if (expected.default_expires != expected.max_expires || chance.percent(50))
        limits.default_expires = std::chrono::seconds{expected.default_expires};
    limits.max_contacts = expected.max_contacts;
    limits.max_request_contacts = reference::phones::max_request_contacts;
    limits.max_contact_bytes = expected.max_contact_bytes;
    limits.when_full = static_cast<sipwhere::when_full>(expected.full);
    if (expected.takes_stale_after_32s) limits.stale_cseq = sipwhere::stale_cseq::accept_after_32s;

    made.served = chance.percent(70) ? reference::domains::named : reference::domains::any;
    if (made.served == reference::domains::named) {
        made.config.domains = {"example.com", sipwhere::with_subdomains("example.org")};
        made.config.aliases = {{"sip.example.com", "example.com"}, {"203.0.113.9", "example.com"}};
    }
    made.config.case_insensitive_user = chance.percent(30);

    made.network.seed = seed;
    if (chance.percent(50)) return made;
    made.network.loss = 0.1;
    made.network.duplication = 0.15;
    made.network.reordering = 0.2;
    made.network.max_delay = 20ms;
    return made;
}

auto number_in(const char* variable, std::uint64_t otherwise) -> std::uint64_t {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct variant {
    bool remembers_answers = true;
    std::size_t max_aors = 0;
};

/// Plays the histories of many seeds: as many as SIPWHERE_SEEDS says, or only the one that SIPWHERE_SEED names.
template <typename Storage>
void play(const char* name, std::uint64_t seeds, const variant& chosen = {}) {
    const bool is_one = std::getenv("SIPWHERE_SEED") != nullptr;
    const auto first = is_one ? number_in("SIPWHERE_SEED", 0) : 1;
    const auto count = is_one ? 1 : number_in("SIPWHERE_SEEDS", seeds);
    std::size_t served = 0;
    for (auto seed = first; seed < first + count; ++seed) {
        auto rules = rules_of(seed);
        rules.expected.remembers_answers = chosen.remembers_answers;
        rules.max_aors = chosen.max_aors;
        reference::duel<Storage> duel{seed, rules};
        const auto difference = duel.play();
        served += duel.served();
        if (is_one || !difference.empty()) MESSAGE(duel.story());
        if (difference.empty()) continue;
        FAIL_CHECK(std::string{name} << ": " << difference << "; SIPWHERE_SEED=" << seed
                                     << " plays this history alone");
        return;
    }
    CHECK(served >= 90 * count);
}

} // namespace

TEST_CASE("what a hash storage answers and keeps is what the reference says (RFC 3261 §10.3)") {
    play<hash_played>("hash_storage", 1000);
}

TEST_CASE("what a hash storage with the everyday workspace answers and keeps is what the reference says") {
    play<sipwhere::hash_storage>("hash_storage", 10);
}

TEST_CASE("what a fixed storage answers and keeps is what the reference says") {
    play<fixed_played>("fixed_storage", 60);
}

TEST_CASE("what a registrar answers that remembers no response is what the reference says") {
    play<fixed_without_ring>("fixed_storage without a ring", 60, {.remembers_answers = false});
}

TEST_CASE("what a full hash storage answers and keeps is what the reference says (RFC 3261 §21.5.4)") {
    play<hash_with_few>("a full hash_storage", 60, {.max_aors = few});
}

TEST_CASE("what a full fixed storage answers and keeps is what the reference says") {
    play<fixed_with_few>("a full fixed_storage", 60, {.max_aors = few});
}

TEST_CASE("what a store that runs each job twice answers and keeps is what the reference says") {
    play<map_played>("map_storage", 60);
}

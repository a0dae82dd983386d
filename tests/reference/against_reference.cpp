// SPDX-License-Identifier: BSL-1.0
#include <reference/drawn_rules.hpp>
#include <reference/duel.hpp>
#include <reference/map_storage.hpp>
#include <reference/seeds.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace sipwhere_test;
using reference::room;
using reference::rules_of;

struct hash_played : sipwhere::hash_storage {
    using memory = sipwhere::fixed_memory<room(512)>;
};
constexpr std::size_t few = 3;
struct hash_with_few : sipwhere::hash_storage {
    using memory = sipwhere::fixed_memory<room(512)>;
    hash_with_few() : hash_storage({.max_aors = few}) {}
};
using fixed_with_few = sipwhere::fixed_storage<few, 64, 40'000, room(512)>;
using fixed_played = sipwhere::fixed_storage<16, 64, 40'000, room(512)>;
using fixed_without_ring = sipwhere::fixed_storage<16, 64, 40'000, room(0)>;
using map_played = map_storage<sipwhere::fixed_memory<room(512)>>;

struct variant {
    bool remembers_answers = true;
    std::size_t max_aors = 0;
};

/// Plays the histories of many seeds, see `seeds`, or only the one that SIPWHERE_SEED names.
template <typename Storage>
void play(const char* name, std::uint64_t usual, const variant& chosen = {}) {
    const bool is_one = std::getenv("SIPWHERE_SEED") != nullptr;
    const auto first = is_one ? number_in("SIPWHERE_SEED", 0) : 1;
    const auto count = is_one ? 1 : seeds(usual);
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
    play<hash_played>("hash_storage", most_seeds);
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

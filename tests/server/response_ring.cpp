// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/response_ring.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::second;

/// A ring of four responses and 64 bytes.
struct small_ring {
    fixed_answer_memory<memory_sizes{.responses = 4, .ring_text = 64}> memory{};
    answer_memory view = memory.view();
    response_ring ring{view};

    [[nodiscard]] auto find(std::uint64_t key) const -> std::string_view { return ring.find(key, second(1000)); }
    void remember(std::uint64_t key, std::string_view response) { ring.remember(key, response, second(1000)); }
};

TEST_CASE("what was remembered is found, byte for byte, and nothing else (R3261-17.2.2-c)") {
    small_ring it;
    CHECK(it.find(0).empty());
    CHECK(it.find(1).empty());
    it.remember(1, "one");
    it.remember(0, "zero");
    CHECK(it.find(1) == "one");
    CHECK(it.find(0) == "zero");
    CHECK(it.find(2).empty());
}

TEST_CASE("keys of the same bucket are told apart") {
    small_ring it;
    it.remember(1, "one");
    it.remember(5, "five");
    it.remember(9, "nine");
    CHECK(it.find(1) == "one");
    CHECK(it.find(5) == "five");
    CHECK(it.find(9) == "nine");
    CHECK(it.find(13).empty());
}

TEST_CASE("of two responses with one key the newer is found") {
    small_ring it;
    it.remember(1, "old");
    it.remember(1, "new");
    CHECK(it.find(1) == "new");
}

TEST_CASE("a response is remembered for 32 s, and then forgotten (R3261-17.2.2-d, R3261-17.2.2-f)") {
    small_ring it;
    it.remember(1, "one");
    CHECK(it.ring.find(1, {second(1032).milliseconds - 1}) == "one");
    CHECK(it.ring.find(1, second(1032)).empty());
}

TEST_CASE("the oldest goes when there are too many") {
    small_ring it;
    for (std::uint64_t key = 1; key <= 4; ++key) it.remember(key, "r");
    CHECK(it.find(1) == "r");
    it.remember(5, "r");
    CHECK(it.find(1).empty());
    for (std::uint64_t key = 2; key <= 5; ++key) CHECK(it.find(key) == "r");
}

TEST_CASE("the oldest go when their bytes are needed, no more of them than that") {
    small_ring it;
    const std::string twenty(20, 'x');
    it.remember(1, twenty);
    it.remember(2, twenty);
    it.remember(3, twenty);
    CHECK(it.find(1) == twenty);
    it.remember(4, std::string(20, 'y')); // does not fit behind 60 bytes, so takes the place of the first
    CHECK(it.find(1).empty());
    CHECK(it.find(2) == twenty);
    CHECK(it.find(3) == twenty);
    CHECK(it.find(4) == std::string(20, 'y'));
    it.remember(5, "z"); // begins where the second lies
    CHECK(it.find(2).empty());
    CHECK(it.find(3) == twenty);
}

TEST_CASE("a response may take all the bytes there are, but a longer one is not remembered and harms no other") {
    small_ring it;
    it.remember(1, "one");
    it.remember(2, std::string(65, 'x'));
    CHECK(it.find(2).empty());
    CHECK(it.find(1) == "one");
    it.remember(3, std::string(64, 'x'));
    CHECK(it.find(3) == std::string(64, 'x'));
    CHECK(it.find(1).empty());
}

TEST_CASE("without room a ring remembers nothing") {
    small_ring it;
    auto view = it.view;
    view.ring = {};
    view.buckets = {};
    response_ring ring{view};
    ring.remember(1, "one", second(1000));
    CHECK(ring.find(1, second(1000)).empty());
}

TEST_CASE("whatever is found is what was remembered last, over many turns of the ring") {
    small_ring it;
    seeded_random random{11};
    std::map<std::uint64_t, std::string> said;
    std::size_t found = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto key = random.next() % 12;
        auto& text = said[key] = std::string(1 + random.next() % 40, static_cast<char>('a' + i % 26));
        it.remember(key, text);
        CHECK(it.find(key) == text);
        for (const auto& [other, last] : said) {
            const auto seen = it.find(other);
            if (!seen.empty() && seen != last) FAIL("another text than was remembered");
            found += seen.empty() ? 0 : 1;
        }
    }
    CHECK(found > 30'000); // the ring did remember more than the newest
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/lookup.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::record_of;
using sipwhere_test::second;

constexpr auto with_q(std::string_view uri, std::uint16_t q, seconds32 due = 2000) -> binding_view {
    return {.uri = uri, .due = due, .q = q};
}

/// Returns: the URIs in the order of their visits, parted by blanks, and then how many there were said to be.
auto visited(const owned_record& record) -> std::string {
    std::string all;
    const auto count = for_each_by_preference(live_bindings{record.view(), second(1000)},
                                              [&](const binding_view& it) { all += std::string{it.uri} + " "; });
    return all + std::to_string(count);
}

TEST_CASE("bindings are visited by descending q, the same q in the order of their creation (RFC 3261 §16.6)") {
    CHECK(visited(record_of({with_q("a", 500), with_q("b", 1000), with_q("c", 500), with_q("d", 501)})) == "b d a c 4");
}

TEST_CASE("a binding of q=0 is visited too, last") {
    CHECK(visited(record_of({with_q("a", 0), with_q("b", 1)})) == "b a 2");
    CHECK(visited(record_of({with_q("a", 0)})) == "a 1");
}

TEST_CASE("what is due is not visited") {
    CHECK(visited(record_of({with_q("a", 1000, 1000), with_q("b", 500, 1001)})) == "b 1");
    CHECK(visited(record_of({with_q("a", 1000, 1000)})) == "0");
}

TEST_CASE("an empty record has nothing to visit") { CHECK(visited({}) == "0"); }

TEST_CASE("however many there are, all are visited, once each and in order") {
    for (const std::size_t count : {31U, 32U, 33U, 64U, 100U}) {
        std::vector<std::pair<int, std::string>> expected;
        std::vector<binding_view> bound;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
        for (std::size_t i = 0; i < count; ++i) {
            const auto q = static_cast<std::uint16_t>(i * 37 % 11 * 100 % 1001);
            bound.push_back(with_q(names[i], q));
            expected.emplace_back(-int{q}, names[i]);
        }
        std::stable_sort(expected.begin(), expected.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::string all;
        for (const auto& one : expected) all += one.second + " ";
        CHECK(visited(record_of(bound)) == all + std::to_string(count));
    }
}

} // namespace

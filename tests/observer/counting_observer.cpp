// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/counting_observer.hpp>

#include <support/events.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::event_of;

TEST_CASE("each change of a binding has a counter, and together they tell how many there are") {
    using enum change;
    counting_observer counts;
    for (int i = 0; i < 5; ++i) counts.on(event_of(created));
    for (int i = 0; i < 7; ++i) counts.on(event_of(refreshed));
    for (int i = 0; i < 2; ++i) counts.on(event_of(removed));
    counts.on(event_of(expired));

    CHECK(counts.count(created) == 5);
    CHECK(counts.count(refreshed) == 7);
    CHECK(counts.count(removed) == 2);
    CHECK(counts.count(expired) == 1);
    CHECK(counts.bindings() == 2);
}

TEST_CASE("bindings that a store had before count as well") {
    counting_observer counts, other;
    counts.begin_with(5);
    counts.on(event_of(change::expired));
    other.on(event_of(change::created));
    other += counts;
    CHECK(counts.bindings() == 4);
    CHECK(other.bindings() == 5);
}

TEST_CASE("rejections are counted by status and by class") {
    counting_observer counts;
    counts.on(event_of(status::forbidden));
    counts.on(event_of(status::forbidden));
    counts.on(event_of(status::not_found));
    counts.on(event_of(status::service_unavailable));

    CHECK(counts.count(status::forbidden) == 2);
    CHECK(counts.count(status::not_found) == 1);
    CHECK(counts.count(status::bad_request) == 0);
    CHECK(counts.rejected(4) == 3);
    CHECK(counts.rejected(5) == 1);
    CHECK(counts.rejected(3) == 0);
    CHECK(counts.rejected(9) == 0);
    CHECK(counts.rejected() == 4);
}

TEST_CASE("rejections with more different statuses than there is room for are counted by class") {
    counting_observer counts;
    for (unsigned code = 400; code < 440; ++code) counts.on(event_of(static_cast<status>(code)));
    CHECK(counts.rejected(4) == 40);
    CHECK(counts.count(static_cast<status>(431)) == 1);
    CHECK(counts.count(static_cast<status>(432)) == 0);
}

TEST_CASE("what several counted adds up, even when one saw the end of a binding whose beginning another saw") {
    counting_observer one, other;
    one.on(event_of(change::created));
    one.on(event_of(change::created));
    other.on(event_of(change::removed));
    one.on(event_of(status::forbidden));
    other.on(event_of(status::not_found));
    other.on(event_of(status::forbidden));
    other.on(event_of(traffic::answered));

    counting_observer sum = one;
    sum += other;
    CHECK(sum.bindings() == 1);
    CHECK(sum.count(status::forbidden) == 2);
    CHECK(sum.count(status::not_found) == 1);
    CHECK(sum.rejected(4) == 3);
    CHECK(sum.count(traffic::answered) == 1);
    CHECK((sum += other).rejected() == 5);
}

TEST_CASE("each kind of traffic has a counter") {
    counting_observer counts;
    counts.on(event_of(traffic::answered));
    counts.on(event_of(traffic::events_lost));
    counts.on(event_of(traffic::events_lost));
    CHECK(counts.count(traffic::answered) == 1);
    CHECK(counts.count(traffic::events_lost) == 2);
    CHECK(counts.count(traffic::repeated) == 0);
}

TEST_CASE("lost datagrams are counted each, though several are told of at once") {
    counting_observer counts;
    counts.on(sipwhere_test::overrun_of(12));
    counts.on(sipwhere_test::overrun_of(3));
    CHECK(counts.count(traffic::overrun) == 15);
}

TEST_CASE("all counters can be printed by name, each once") {
    counting_observer counts;
    counts.on(event_of(change::created));
    counts.on(event_of(status::forbidden));
    counts.on(event_of(status::forbidden));
    counts.on(event_of(traffic::events_lost));

    std::map<std::string, std::uint64_t> seen;
    counts.for_each([&](std::string_view name, std::uint64_t value) { seen[std::string{name}] += value; });

    CHECK(seen.size() == 4 + 2 + detail::count_of<traffic>());
    CHECK(seen.at("created") == 1);
    CHECK(seen.at("expired") == 0);
    CHECK(counts.count(change::kept) == 0); // of which no event tells
    CHECK(seen.at("rejected") == 2);
    CHECK(seen.at("rejected-403") == 2);
    CHECK(seen.at("events-lost") == 1);
}

} // namespace

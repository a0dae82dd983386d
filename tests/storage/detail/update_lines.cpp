// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/update_lines.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace update_lines_test {

using namespace sipwhere;
using detail::update_line;
using detail::update_lines;

constexpr aor_view alice{"alice", "example.com"}, bob{"bob", "example.com"};

/// Requests that ask for updates, each in a cell of its own.
struct requests {
    completion_queue queue;
    std::array<completion_cell, 8> cells;
    std::array<ticket, 8> tickets;
    update_lines lines;

    /// Lets a request ask for an update, or ask again. The hashes of all keys are equal.
    auto ask(std::size_t number, const aor_view& key = alice) -> update_line* {
        tickets[number] = {queue, cells[number], 1};
        return lines.begin(key, 7, tickets[number]);
    }
    /// Lets it ask, run and wait for its commit.
    auto write(std::size_t number, const aor_view& key = alice) -> update_line& {
        auto* const line = ask(number, key);
        REQUIRE(line != nullptr);
        lines.hold(*line);
        return *line;
    }
    /// Returns: what was said: "1 resumed", "1 done 0", with commas between.
    auto heard() -> std::string {
        std::string all;
        for (auto said = queue.take(); said.cell != nullptr; said = queue.take()) {
            all += all.empty() ? "" : ", ";
            all += std::to_string(said.cell - cells.data());
            all += said.is_done ? " done " + std::to_string(static_cast<int>(said.result)) : std::string{" resumed"};
        }
        return all;
    }
};

TEST_CASE("updates of one record have their turns in the order in which they came, those of others at once") {
    requests r;
    auto& first = r.write(0);
    CHECK(r.ask(1) == nullptr);
    CHECK(r.ask(2) == nullptr);
    CHECK(r.ask(3, bob) != nullptr);
    CHECK(r.lines.take_written() == &first);
    CHECK(r.lines.take_written() == nullptr);
    CHECK(r.heard().empty());
    r.lines.end(first, outcome::committed);
    CHECK(r.heard() == "0 done 0, 1 resumed");
    CHECK(r.ask(2) == nullptr); // it has to wait all the same
    auto* const second = r.ask(1);
    REQUIRE(second != nullptr);
    CHECK(second->key == alice);
    r.lines.leave(*second);
    CHECK(r.heard() == "2 resumed");
}

TEST_CASE("who asks again takes its own place, with the wait that counts now") {
    requests r;
    auto& first = r.write(0);
    CHECK(r.ask(1) == nullptr);
    CHECK(r.ask(2) == nullptr);
    CHECK(r.ask(1) == nullptr);
    r.lines.end(first, outcome::failed);
    CHECK(r.heard() == "0 done 4, 1 resumed");
    CHECK(r.ask(1) != nullptr);
}

TEST_CASE("what is held is written in the order in which it was held") {
    requests r;
    auto& one = r.write(0, bob);
    auto& other = r.write(1, alice);
    CHECK(r.lines.any_written());
    CHECK(r.lines.take_written() == &one);
    auto& third = r.write(2, {"carol", "example.com"});
    CHECK(r.lines.take_written() == &other);
    CHECK(r.lines.take_written() == &third);
    CHECK(!r.lines.any_written());
}

TEST_CASE("who waits no more has no turn") {
    requests r;
    auto& first = r.write(0);
    CHECK(r.ask(1) == nullptr);
    CHECK(r.ask(2) == nullptr);
    CHECK(r.queue.end(r.cells[1]));
    r.lines.end(first, outcome::committed);
    CHECK(r.heard() == "0 done 0, 2 resumed");
}

TEST_CASE("a record is quiet when nothing of it is in work and what was said of a commit has been heard") {
    requests r;
    CHECK(r.lines.is_quiet(alice, 7));
    auto* const asked = r.ask(0);
    CHECK(!r.lines.is_quiet(alice, 7));
    CHECK(!r.lines.is_idle());
    CHECK(r.lines.is_quiet(bob, 7));
    r.lines.hold(*asked);
    (void)r.lines.take_written();
    r.lines.end(*asked, outcome::committed);
    CHECK(r.lines.is_idle());
    CHECK(!r.lines.is_quiet(alice, 7)); // nobody has heard it
    CHECK(r.ask(1, bob) != nullptr);
    CHECK(!r.lines.is_quiet(alice, 7));
    (void)r.heard();
    CHECK(r.lines.is_quiet(alice, 7));
    CHECK(r.ask(2) != nullptr);
}

TEST_CASE("a second commit of a record whose first was not heard keeps it from being quiet") {
    requests r;
    for (const std::size_t number : {0U, 1U}) {
        auto& line = r.write(number);
        (void)r.lines.take_written();
        r.lines.end(line, outcome::committed);
    }
    CHECK(!r.lines.is_quiet(alice, 7));
    (void)r.queue.take();
    CHECK(!r.lines.is_quiet(alice, 7));
    (void)r.queue.take();
    CHECK(r.lines.is_quiet(alice, 7));
}

TEST_CASE("abandoned tickets hear nothing, and nobody waits for them; what is written goes on") {
    requests r;
    completion_queue other_queue;
    completion_cell other_cell;
    auto& first = r.write(0);
    CHECK(r.ask(1) == nullptr);
    CHECK(r.lines.begin(alice, 7, {other_queue, other_cell, 1}) == nullptr);
    CHECK(r.ask(3, bob) != nullptr); // has its turn, and does not come
    CHECK(r.ask(4, bob) == nullptr);
    r.lines.abandon(r.queue);
    CHECK(r.heard().empty());
    CHECK(r.lines.is_quiet(bob, 7));
    CHECK(r.lines.take_written() == &first);
    CHECK(r.queue.end(r.cells[0]));
    r.lines.end(first, outcome::committed);
    CHECK(r.heard().empty());
    CHECK(other_queue.take().cell == &other_cell);
}

TEST_CASE("many records at work at the same time are found, and their lines are used again") {
    constexpr std::uint64_t many = 5000;
    requests r;
    completion_queue queue;
    std::vector<completion_cell> cells(many);
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t i = 0; i < many; ++i) {
            const auto user = std::to_string(i);
            auto* const line = r.lines.begin({user, "example.com"}, i * 0x9e37'79b9, {queue, cells[i], 1});
            REQUIRE(line != nullptr);
            r.lines.hold(*line);
        }
        for (std::uint64_t i = 0; i < many; ++i)
            CHECK(!r.lines.is_quiet({std::to_string(i), "example.com"}, i * 0x9e37'79b9));
        for (std::uint64_t i = 0; i < many; ++i) {
            auto* const line = r.lines.take_written();
            REQUIRE(line != nullptr);
            CHECK(line->key.user == std::to_string(i));
            r.lines.end(*line, outcome::committed);
        }
        while (queue.take().cell != nullptr) {
        }
        CHECK(r.lines.is_idle());
    }
}

} // namespace update_lines_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/connection_table.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/memory/heap_memory.hpp>

#include <support/allocation_counter.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace connection_table_test {

using namespace sipwhere;

using small_memory = fixed_memory<memory_sizes{.aor = 32, .of_connections = 6}>;

[[nodiscard]] auto by(std::uint32_t connection, std::uint32_t epoch = 1) -> flow {
    return {.remote = sipwhere_test::at("192.0.2.1"), .over = protocol::tcp, .connection = connection, .epoch = epoch};
}

[[nodiscard]] auto user(std::string_view name) -> aor_view { return {name, "example.com"}; }

constexpr auto always = [](const aor_view&) { return true; };

/// Takes all that is lost out of a table.
template <typename Table>
[[nodiscard]] auto lost_in(Table& table) -> std::multiset<std::string> {
    std::multiset<std::string> all;
    while (const auto next = table.take_lost()) {
        all.insert(std::string{table.aor_of(next).user} + " " + std::to_string(table.flow_of(next).connection));
        table.forget(next);
    }
    return all;
}

TEST_CASE("what was bound over a connection is lost with it, and nothing else") {
    connection_table<heap_memory> table;
    CHECK(table.add(by(1), user("alice"), always));
    CHECK(table.add(by(1), user("bob"), always));
    CHECK(table.add(by(2), user("alice"), always));
    CHECK(table.add(by(1, 2), user("carol"), always));
    CHECK_FALSE(table.has_lost());

    table.lose(by(1));
    CHECK(table.has_lost());
    CHECK(lost_in(table) == std::multiset<std::string>{"alice 1", "bob 1"});
    table.lose(by(1));
    table.lose(by(7));
    CHECK_FALSE(table.has_lost());
    table.lose(by(2));
    CHECK(lost_in(table) == std::multiset<std::string>{"alice 2"});
    table.lose(by(1, 2));
    CHECK(lost_in(table) == std::multiset<std::string>{"carol 1"});
    CHECK(table.size() == 0);
}

TEST_CASE("who is bound again over the same connection is noted once") {
    connection_table<small_memory> table;
    for (int i = 0; i < 100; ++i) CHECK(table.add(by(1), user("alice"), always));
    CHECK(table.size() == 2);
    table.lose(by(1));
    CHECK(lost_in(table) == std::multiset<std::string>{"alice 1"});
}

TEST_CASE("what is put back comes last, once more") {
    connection_table<small_memory> table;
    CHECK(table.add(by(1), user("alice"), always));
    CHECK(table.add(by(1), user("bob"), always));
    table.lose(by(1));
    const auto first = table.take_lost();
    CHECK(table.aor_of(first).user == "alice");
    table.put_back(first);
    CHECK(lost_in(table).size() == 2);
    CHECK(table.size() == 0);
}

TEST_CASE("a full table says so and stays as it is; what is forgotten makes it larger again") {
    connection_table<small_memory> table;
    for (std::uint32_t i = 1; i <= 3; ++i) CHECK(table.add(by(i), user("alice"), always)); // two notes each
    CHECK_FALSE(table.add(by(4), user("alice"), always));
    CHECK_FALSE(table.add(by(1), user("bob"), always));
    CHECK(table.add(by(1), user("alice"), always));
    CHECK(table.size() == 6);
    table.lose(by(2));
    CHECK_FALSE(table.add(by(4), user("alice"), always)); // the lost note is there until it is forgotten
    CHECK(table.size() == 5);
    CHECK(lost_in(table).size() == 1);
    CHECK(table.add(by(4), user("alice"), always));
}

TEST_CASE("an address-of-record too long for the memory is refused, and leaves nothing") {
    connection_table<small_memory> table;
    CHECK_FALSE(table.add(by(1), user(std::string(40, 'a')), always));
    CHECK(table.size() == 0);
    CHECK(table.add(by(1), user("alice"), always));

    connection_table<heap_memory> of_heap;
    {
        const sipwhere_test::memory_shortage none{0};
        CHECK_FALSE(of_heap.add(by(1), user("alice"), always));
    }
    CHECK(of_heap.size() == 0);
    CHECK(of_heap.add(by(1), user("alice"), always));
}

TEST_CASE("connections can be forgotten, all but what was lost with them") {
    connection_table<small_memory> table;
    CHECK(table.add(by(1), user("alice"), always));
    CHECK(table.add(by(1), user("bob"), always));
    CHECK(table.add(by(2), user("carol"), always));
    table.lose(by(1));
    table.forget_connections();
    CHECK(table.size() == 2);
    table.lose(by(2));
    CHECK(lost_in(table) == std::multiset<std::string>{"alice 1", "bob 1"});
    CHECK(table.size() == 0);
    for (std::uint32_t i = 3; i <= 5; ++i) CHECK(table.add(by(i), user("alice"), always));
}

TEST_CASE("old notes of a connection do not pile up, however many users come and go over it") {
    connection_table<heap_memory> table;
    std::set<std::string> bound;
    const auto is_bound = [&](const aor_view& key) { return bound.contains(std::string{key.user}); };
    for (int i = 0; i < 10'000; ++i) {
        bound.insert(std::to_string(i));
        bound.erase(std::to_string(i - 20));
        CHECK(table.add(by(1), user(std::to_string(i)), is_bound));
    }
    CHECK(table.size() < 60);
    table.lose(by(1));
    const auto lost = lost_in(table);
    for (const auto& each : bound) CHECK(lost.count(each + " 1") == 1);
}

TEST_CASE("those who stay do not keep those who went in the table") {
    connection_table<heap_memory> table;
    const auto stays = [](const aor_view& key) { return key.user.starts_with("stays"); };
    for (int i = 0; i < 100; ++i) CHECK(table.add(by(1), user("stays" + std::to_string(i)), stays));
    for (int i = 0; i < 10'000; ++i) CHECK(table.add(by(1), user(std::to_string(i)), stays));
    CHECK(table.size() < 250);
}

TEST_CASE("a note is kept while its update is in work, whatever shows of it") {
    connection_table<heap_memory> table;
    const auto never = [](const aor_view&) { return false; };
    CHECK(table.add(by(1), user("alice"), never));
    table.pin(by(1), user("alice"));
    table.pin(by(1), user("alice"));
    table.pin(by(1), user("nobody"));
    table.unpin(by(1), user("alice"));
    for (int i = 0; i < 100; ++i) CHECK(table.add(by(1), user(std::to_string(i)), never));
    CHECK(table.size() < 30);
    table.lose(by(1));
    CHECK(lost_in(table).count("alice 1") == 1);

    CHECK(table.add(by(2), user("alice"), never));
    table.pin(by(2), user("alice"));
    table.unpin(by(2), user("alice"));
    table.unpin(by(2), user("alice"));
    for (int i = 0; i < 100; ++i) CHECK(table.add(by(2), user(std::to_string(i)), never));
    table.lose(by(2));
    CHECK(lost_in(table).count("alice 2") == 0);
}

TEST_CASE("a table says of any connection what a map says") {
    connection_table<heap_memory> table;
    table.seed({3, 4});
    std::map<std::uint32_t, std::set<std::string>> model;
    std::uint32_t drawn = 12345;
    const auto below = [&](std::uint32_t end) { return (drawn = drawn * 1664525 + 1013904223) / 65536 % end; };
    for (int i = 0; i < 20'000; ++i) {
        const auto connection = 1 + below(50);
        if (below(20) == 0) {
            table.lose(by(connection));
            const auto lost = lost_in(table);
            REQUIRE(lost.size() == model[connection].size());
            for (const auto& each : model[connection])
                REQUIRE(lost.count(each + " " + std::to_string(connection)) == 1);
            model.erase(connection);
        } else {
            const auto name = std::to_string(below(40));
            REQUIRE(table.add(by(connection), user(name), always));
            model[connection].insert(name);
        }
    }
    std::size_t notes = 0;
    for (const auto& [connection, users] : model) notes += users.empty() ? 0 : users.size() + 1;
    CHECK(table.size() == notes);
}

} // namespace connection_table_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/ticket.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace ticket_test {

using namespace sipwhere;

TEST_CASE("a ticket of nothing is false, and has no queue") {
    const ticket none;
    CHECK(!none);
    CHECK(none.queue() == nullptr);
}

TEST_CASE("what is said by tickets is taken in the order in which it was said, once each") {
    completion_queue queue;
    std::array<completion_cell, 3> cells;
    const ticket first{queue, cells[0], 1}, second{queue, cells[1], 1}, third{queue, cells[2], 1};
    CHECK(first.queue() == &queue);

    CHECK(second.resume());
    CHECK(first.done(outcome::committed));
    CHECK(third.done(outcome::failed));
    CHECK(!second.resume()); // it has been said
    CHECK(!first.done(outcome::full));

    const auto one = queue.take();
    CHECK(one.cell == &cells[1]);
    CHECK(!one.is_done);
    const auto two = queue.take();
    CHECK(two.cell == &cells[0]);
    CHECK(two.is_done);
    CHECK(two.result == outcome::committed);
    CHECK(queue.take().result == outcome::failed);
    CHECK(queue.take().cell == nullptr);
}

TEST_CASE("what is said too late is ignored: after the end of the wait, or in a later one") {
    completion_queue queue;
    completion_cell cell;
    const ticket first{queue, cell, 1};
    CHECK(queue.end(cell));
    CHECK(queue.end(cell)); // nothing waits
    CHECK(!first.resume());

    const ticket second{queue, cell, 2};
    CHECK(!first.done(outcome::committed));
    CHECK(second.resume());
    CHECK(!queue.end(cell)); // it is on its way
    CHECK(queue.take().cell == &cell);
    CHECK(queue.end(cell));
    CHECK(!second.resume());
    CHECK(queue.take().cell == nullptr);
}

TEST_CASE("tickets of one request are equal, however often it waits") {
    completion_queue queue;
    std::array<completion_cell, 2> cells;
    const ticket first{queue, cells[0], 1};
    const ticket again{queue, cells[0], 1};
    CHECK(first == again);
    CHECK(first != ticket{queue, cells[1], 1});
    CHECK(first != ticket{queue, cells[0], 2});
}

TEST_CASE("the server is woken when something was said, and not when it was too late") {
    completion_queue queue;
    completion_cell cell;
    int wakes = 0;
    queue.wake_with([](void* count) { ++*static_cast<int*>(count); }, &wakes);
    const ticket by{queue, cell, 1};
    CHECK(by.resume());
    CHECK(!by.resume());
    CHECK(wakes == 1);
}

} // namespace ticket_test

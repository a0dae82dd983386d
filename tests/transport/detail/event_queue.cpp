// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/event_queue.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace {

using namespace sipwhere;

TEST_CASE("events come in the order of their time, those of one instant as they were made") {
    detail::event_queue queue;
    CHECK(queue.empty());
    queue.push(instant{20}, 1, 0);
    queue.push(instant{10}, 2, 7);
    queue.push(instant{20}, 3, 0);
    queue.push(instant{10}, 4, 0);
    CHECK(queue.next().due == instant{10});
    CHECK(queue.next().tick == 7);

    std::vector<std::uint32_t> order;
    for (; !queue.empty(); queue.pop()) order.push_back(queue.next().index);

    CHECK(order == std::vector<std::uint32_t>{2, 4, 1, 3});
}

} // namespace

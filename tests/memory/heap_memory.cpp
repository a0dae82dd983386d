// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/heap_memory.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstddef>

namespace heap_workspace_test {

using namespace sipwhere;

TEST_CASE("a heap workspace allocates when it is made, and never again") {
    heap_memory memory;
    const sipwhere_test::allocation_counter allocations;
    const auto first = memory.view();
    const auto second = memory.view();

    CHECK(allocations.count() == 0);
    CHECK(first.record.data() == second.record.data());
    CHECK(&first.message == &second.message);
}

TEST_CASE("a heap workspace takes any datagram that UDP can bring, and answers it") {
    constexpr std::size_t largest_datagram = 65'507;
    heap_memory memory;
    const auto view = memory.view();

    CHECK(view.record.size() >= largest_datagram);
    CHECK(view.gone.size() >= largest_datagram);
    CHECK(view.answer.size() >= largest_datagram);
    CHECK(view.contacts.size() == view.contact_fates.size());
    CHECK(std::has_single_bit(view.ring.size()));
    CHECK(std::has_single_bit(view.buckets.size()));
}

} // namespace heap_workspace_test

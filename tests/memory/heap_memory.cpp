// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/heap_memory.hpp>

#include <sipwhere/policy/memory.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstddef>

namespace heap_memory_test {

using namespace sipwhere;

static_assert(memory_policy<heap_memory>);

TEST_CASE("a heap memory allocates when it is made, and never again") {
    heap_request_memory memory;
    heap_answer_memory of_answers;
    const sipwhere_test::allocation_counter allocations;
    const auto first = memory.view();
    const auto second = memory.view();

    CHECK(allocations.count() == 0);
    CHECK(first.record.data() == second.record.data());
    CHECK(&first.message == &second.message);
    CHECK(of_answers.view().ring.data() == of_answers.view().ring.data());
}

TEST_CASE("a heap memory takes any datagram that UDP can bring, and answers it") {
    constexpr std::size_t largest_datagram = 65'507;
    heap_request_memory memory;
    const auto view = memory.view();

    CHECK(view.bytes.size() >= largest_datagram);
    CHECK(view.record.size() >= largest_datagram);
    CHECK(view.gone.size() >= largest_datagram);
    CHECK(view.answer.size() >= largest_datagram);
    CHECK(view.contacts.size() == view.contact_changes.size());
    CHECK(view.contacts.size() == view.compared.size());

    heap_answer_memory of_answers;
    CHECK(std::has_single_bit(of_answers.view().ring.size()));
    CHECK(std::has_single_bit(of_answers.view().buckets.size()));
    CHECK(std::has_single_bit(of_answers.view().budgets.size()));
}

TEST_CASE("a heap memory without memory has empty parts") {
    const sipwhere_test::memory_shortage none{0};
    heap_request_memory memory;
    CHECK(memory.view().answer.empty());
    CHECK(memory.view().contacts.empty());
}

TEST_CASE("a heap pool makes an object when it is asked for one, as many as it may and as there is memory for") {
    const sipwhere_test::allocation_counter allocations;
    heap_pool<int, 2> pool;
    CHECK(allocations.count() == 0);
    {
        const sipwhere_test::memory_shortage none{0};
        CHECK(pool.make() == nullptr);
    }
    auto* const first = pool.make();
    REQUIRE(first != nullptr);
    CHECK(&pool[0] == first);
    CHECK(pool.make() != nullptr);
    CHECK(pool.make() == nullptr);
    CHECK(pool.size() == 2);
}

} // namespace heap_memory_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/fixed_memory.hpp>

#include <sipwhere/policy/memory.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string_view>

namespace fixed_memory_test {

using namespace sipwhere;

constexpr memory_sizes sizes{.contacts = 3,
                             .bindings = 5,
                             .record = 700,
                             .gone = 300,
                             .challenge = 60,
                             .answer = 900,
                             .aor = 90,
                             .responses = 8,
                             .ring_text = 1000,
                             .networks = 16,
                             .parked = 2,
                             .request = 800};
static_assert(memory_policy<fixed_memory<>>);
static_assert(memory_policy<fixed_memory<sizes>>);

TEST_CASE("each part of a fixed memory is as large as it was asked for") {
    const auto memory = std::make_unique<fixed_request_memory<sizes>>();
    const auto view = memory->view();

    CHECK(view.contacts.size() == 3);
    CHECK(view.contact_changes.size() == 3);
    CHECK(view.compared.size() == 3);
    CHECK(view.binding_changes.size() == 5);
    CHECK(view.record.size() == 700);
    CHECK(view.gone.size() == 300);
    CHECK(view.challenge.size() == 60);
    CHECK(view.answer.size() == 900);
    CHECK(view.aor.size() == 90);
    CHECK(view.bytes.size() == 800);

    const auto answers = std::make_unique<fixed_answer_memory<sizes>>();
    const auto of_answers = answers->view();
    CHECK(of_answers.ring.size() == 8);
    CHECK(of_answers.buckets.size() == 8);
    CHECK(of_answers.text.size() == 1000);
    CHECK(of_answers.budgets.size() == 16);
}

TEST_CASE("a fixed memory has a map of its message if it asks for one") {
    using mapped = fixed_request_memory<memory_sizes{.maps = true}>;
    using plain = fixed_request_memory<memory_sizes{}>;
    static_assert(sizeof(mapped) >= sizeof(plain) + sizeof(token_map));
    const std::string_view text = "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n";
    const auto is_mapped = [&text](const request_memory& memory) {
        REQUIRE(parse_request(text, memory));
        return static_cast<bool>(memory.message.marked(memory.message.value(header_name::via)));
    };
    CHECK(is_mapped(std::make_unique<mapped>()->view()) == (SIPWHERE_SMALL == 0));
    CHECK_FALSE(is_mapped(std::make_unique<plain>()->view()));
}

TEST_CASE("a fixed memory for requests that never wait keeps no bytes of them") {
    const auto memory = std::make_unique<fixed_memory<>::request>();
    CHECK(memory->view().bytes.empty());
    CHECK(memory->view().challenge.empty());
    CHECK(!fixed_memory<>::has_budgets);
    CHECK(fixed_memory<sizes>::has_budgets);
}

TEST_CASE("the parts of a fixed memory lie inside it, and need no heap") {
    static fixed_request_memory<sizes> memory;
    const sipwhere_test::allocation_counter allocations;
    const auto view = memory.view();
    const auto* const begin = reinterpret_cast<const char*>(&memory);
    const auto lies_inside = [&](const auto& part) {
        const auto* const first = reinterpret_cast<const char*>(part.data());
        return first >= begin && first + part.size_bytes() <= begin + sizeof memory;
    };

    CHECK(lies_inside(view.contacts));
    CHECK(lies_inside(view.contact_changes));
    CHECK(lies_inside(view.compared));
    CHECK(lies_inside(view.binding_changes));
    CHECK(lies_inside(view.record));
    CHECK(lies_inside(view.gone));
    CHECK(lies_inside(view.challenge));
    CHECK(lies_inside(view.answer));
    CHECK(lies_inside(view.aor));
    CHECK(lies_inside(view.bytes));
    CHECK(allocations.count() == 0);
}

TEST_CASE("a fixed pool hands out each of its objects once") {
    fixed_pool<int, 2> pool;
    auto* const first = pool.make();
    auto* const second = pool.make();
    REQUIRE(first != nullptr);
    REQUIRE(second != nullptr);
    CHECK(first != second);
    CHECK(pool.make() == nullptr);
    CHECK(pool.size() == 2);
    CHECK(&pool[1] == second);
}

} // namespace fixed_memory_test

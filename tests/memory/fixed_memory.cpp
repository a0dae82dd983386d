// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/fixed_memory.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <memory>

namespace fixed_workspace_test {

using namespace sipwhere;

constexpr memory_sizes sizes{.contacts = 3,
                                .bindings = 5,
                                .record = 700,
                                .gone = 300,
                                .answer = 900,
                                .aor = 90,
                                .responses = 8,
                                .ring_text = 1000,
                                .networks = 16};

TEST_CASE("each part of a fixed workspace is as large as it was asked for") {
    const auto memory = std::make_unique<fixed_memory<sizes>>();
    const auto view = memory->view();

    CHECK(view.contacts.size() == 3);
    CHECK(view.contact_fates.size() == 3);
    CHECK(view.binding_fates.size() == 5);
    CHECK(view.record.size() == 700);
    CHECK(view.gone.size() == 300);
    CHECK(view.answer.size() == 900);
    CHECK(view.aor.size() == 90);
    CHECK(view.named_aor.size() == 90);
    CHECK(view.named_aor.data() != view.aor.data());
    CHECK(memory->budgets().size() == 16);
    CHECK(view.ring.size() == 8);
    CHECK(view.buckets.size() == 8);
    CHECK(view.ring_text.size() == 1000);
}

TEST_CASE("the parts of a fixed workspace lie inside it, and need no heap") {
    static fixed_memory<> memory;
    const sipwhere_test::allocation_counter allocations;
    const auto view = memory.view();
    const auto* const begin = reinterpret_cast<const char*>(&memory);
    const auto lies_inside = [&](const auto& part) {
        const auto* const first = reinterpret_cast<const char*>(part.data());
        return first >= begin && first + part.size_bytes() <= begin + sizeof memory;
    };

    CHECK(lies_inside(view.contacts));
    CHECK(lies_inside(view.contact_fates));
    CHECK(lies_inside(view.binding_fates));
    CHECK(lies_inside(view.record));
    CHECK(lies_inside(view.gone));
    CHECK(lies_inside(view.answer));
    CHECK(lies_inside(view.aor));
    CHECK(lies_inside(view.named_aor));
    CHECK(lies_inside(view.ring));
    CHECK(lies_inside(view.buckets));
    CHECK(lies_inside(view.ring_text));
    CHECK(allocations.count() == 0);
}

} // namespace fixed_workspace_test

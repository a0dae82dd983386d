// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/aor_text.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace aor_text_test {

using namespace std::string_view_literals;

TEST_CASE_TEMPLATE("a text keeps user and domain apart", Text, sipwhere::heap_aor_text, sipwhere::fixed_aor_text<24>) {
    Text text;
    CHECK(text.view() == sipwhere::aor_view{});
    for (const auto& key : {sipwhere::aor_view{"alice", "example.com"}, {"a@b\0"sv, ""}, {"", "example.org"}}) {
        REQUIRE(text.assign(key));
        CHECK(text.view() == key);
    }
    text.clear();
    CHECK(text.view() == sipwhere::aor_view{});
}

TEST_CASE("a text that does not fit is empty") {
    sipwhere::fixed_aor_text<16> text;
    CHECK(text.assign({"alice", "example.com"}));
    CHECK_FALSE(text.assign({"alice2", "example.com"}));
    CHECK(text.view() == sipwhere::aor_view{});
    CHECK_FALSE(text.assign({"a-very-long-user-indeed", ""}));

    sipwhere::heap_aor_text without_memory;
    const sipwhere_test::memory_shortage none{0};
    CHECK_FALSE(without_memory.assign({"alice", "example.com"}));
    CHECK(without_memory.view() == sipwhere::aor_view{});
}

} // namespace aor_text_test

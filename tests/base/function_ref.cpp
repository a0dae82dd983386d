// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/function_ref.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

auto function_ref_call(function_ref<int(int)> what) -> int { return what(20); }

auto function_ref_twice(int number) -> int { return 2 * number; }

TEST_CASE("a function reference calls what it was made of, and changes it in place") {
    int calls = 0;
    const auto add = [&calls](int number) { return number + ++calls; };
    CHECK(function_ref_call(add) == 21);
    CHECK(function_ref_call(add) == 22);
    CHECK(calls == 2);
}

TEST_CASE("a function reference takes a pointer to a function and a callable that keeps state") {
    CHECK(function_ref_call(&function_ref_twice) == 40);
    struct {
        int sum = 0;
        auto operator()(int number) -> int { return sum += number; }
    } counter;
    function_ref_call(counter);
    CHECK(function_ref_call(counter) == 40);
}

} // namespace

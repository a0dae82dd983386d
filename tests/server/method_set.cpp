// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/method_set.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace method_set_test {

using namespace sipwhere;

TEST_CASE("a set has the methods it was made of, and no others") {
    constexpr method_set some{method::register_, method::options};
    for (std::size_t i = 0; i < static_cast<std::size_t>(method::unknown); ++i) {
        const auto each = static_cast<method>(i);
        CHECK(some.has(each) == (each == method::register_ || each == method::options));
    }
    CHECK(!method_set{}.has(method::register_));
}

TEST_CASE("the union of two sets has the methods of both") {
    constexpr auto both = method_set{method::register_} | method_set{method::invite, method::register_};
    CHECK(both.has(method::register_));
    CHECK(both.has(method::invite));
    CHECK(!both.has(method::options));
}

TEST_CASE("a method without a name is in no set") {
    constexpr method_set asked{method::unknown, method::invite};
    CHECK(!asked.has(method::unknown));
    CHECK(asked.has(method::invite));
}

} // namespace method_set_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/memory/nothrow_list.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>

namespace nothrow_list_test {

using list = sipwhere::nothrow_list<std::unique_ptr<std::size_t>>;

TEST_CASE("a list keeps its elements while it grows") {
    list some;
    for (std::size_t i = 0; i < 1000; ++i) {
        REQUIRE(some.add());
        REQUIRE(some[i] == nullptr);
        some[i] = std::make_unique<std::size_t>(i);
    }

    CHECK(some.size() == 1000);
    for (std::size_t i = 0; i < 1000; ++i) CHECK(*some[i] == i);
}

TEST_CASE("a list that gets no memory stays as it is") {
    list some;
    while (some.size() < 16) REQUIRE(some.add());
    some[15] = std::make_unique<std::size_t>(7);
    {
        const sipwhere_test::memory_shortage none{0};
        CHECK_FALSE(some.add());
        CHECK_FALSE(list{}.add());
    }
    CHECK(some.size() == 16);
    CHECK(*some[15] == 7);
    CHECK(some.add());
}

} // namespace nothrow_list_test

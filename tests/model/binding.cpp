// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/binding.hpp>

#include <doctest/doctest.h>

#include <cstdint>

namespace binding_test {

using namespace sipwhere;

TEST_CASE("a binding lives until the moment it is due") {
    const binding_view binding{.due = 1060};

    CHECK(binding.is_live({1'059'999}));
    CHECK_FALSE(binding.is_live({1'060'000}));
    CHECK_FALSE(binding.is_static());
}

TEST_CASE("a static binding lives for ever") {
    const binding_view binding{.due = never32};

    CHECK(binding.is_static());
    CHECK(binding.is_live({never.milliseconds - 1}));
}

TEST_CASE("a binding that is live never shows expires=0, nor more than it was granted") {
    const binding_view binding{.due = 1060};

    CHECK(binding.remaining({1'000'000}) == 60);
    CHECK(binding.remaining({1'000'001}) == 59);
    CHECK(binding.remaining({1'058'999}) == 1);
    for (std::uint64_t at = 1'059'000; at < 1'060'000; at += 111) CHECK(binding.remaining({at}) == 1);
}

} // namespace binding_test

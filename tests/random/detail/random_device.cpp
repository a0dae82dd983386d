// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/random/detail/random_device.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <set>

namespace {

using namespace sipwhere;

TEST_CASE("where the system has no call of its own, the standard library's device gives the words") {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 64; ++i) seen.insert(detail::word_from_device());
    CHECK(seen.size() == 64);
    CHECK_FALSE(seen.contains(0));
}

} // namespace

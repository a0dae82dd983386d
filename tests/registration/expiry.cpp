// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/expiry.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

constexpr limits half_minute_to_five{.min_expires = 30s, .max_expires = 300s};
constexpr limits two_hours_alone{.min_expires = 7200s, .max_expires = 7200s};

TEST_CASE("an interval between the limits is granted as it was asked for") {
    CHECK(granted_expires(30, half_minute_to_five) == 30u);
    CHECK(granted_expires(31, half_minute_to_five) == 31u);
    CHECK(granted_expires(299, half_minute_to_five) == 299u);
    CHECK(granted_expires(300, half_minute_to_five) == 300u);
}

TEST_CASE("a longer interval than the limit is cut to it (RFC 3261 §10.3 step 7)") {
    CHECK(granted_expires(301, half_minute_to_five) == 300u);
    CHECK(granted_expires(0xffffffff, half_minute_to_five) == 300u);
}

TEST_CASE("a shorter interval than the limit is not granted") {
    CHECK(granted_expires(29, half_minute_to_five) == std::nullopt);
    CHECK(granted_expires(1, half_minute_to_five) == std::nullopt);
}

TEST_CASE("0 removes, however long the shortest interval is") { CHECK(granted_expires(0, two_hours_alone) == 0u); }

TEST_CASE("an hour is never too brief and granted as it is, although the limit asks for more") {
    CHECK(granted_expires(3599, two_hours_alone) == std::nullopt);
    CHECK(granted_expires(3600, two_hours_alone) == 3600u);
    CHECK(granted_expires(3601, two_hours_alone) == 3601u);
}

TEST_CASE("who asks for nothing gets the default, and that is the longest unless it was set") {
    CHECK(granted_expires(std::nullopt, half_minute_to_five) == 300u);
    CHECK(granted_expires(std::nullopt, {.min_expires = 30s, .max_expires = 300s, .default_expires = 60s}) == 60u);
}

TEST_CASE("without a shortest interval one second is granted") {
    CHECK(granted_expires(1, {.min_expires = 0s, .max_expires = 300s}) == 1u);
}

} // namespace

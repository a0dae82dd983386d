// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/decimal.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("a number is read up to the largest there is (R3261-20.19-a)") {
    CHECK(*parse_decimal("0") == 0);
    CHECK(*parse_decimal("0068") == 68);
    CHECK(*parse_decimal("4294967295") == 4294967295U);
    CHECK(*parse_decimal("00000000000000000000000004294967295") == 4294967295U);
}

TEST_CASE("a number that is too large is an error, or the largest, as the caller likes") {
    for (const std::string_view text : {"4294967296", "42949672950", "18446744073709551617", "99999999999999999999"}) {
        const auto strict = parse_decimal(text);
        REQUIRE_FALSE(strict);
        CHECK(strict.error().code == errc::bad_number);
        CHECK(*parse_decimal(text, overflow::saturates) == 4294967295U);
    }
}

TEST_CASE("a number can be held against a lower limit") {
    CHECK(*parse_decimal("255", overflow::is_error, 255) == 255);
    CHECK_FALSE(parse_decimal("256", overflow::is_error, 255));
    CHECK_FALSE(parse_decimal("1000", overflow::is_error, 255));
    CHECK(*parse_decimal("9", overflow::saturates, 5) == 5);
    CHECK_FALSE(parse_decimal("10", overflow::is_error, 0));
}

TEST_CASE("what is not made of digits alone is no number, however large") {
    for (const std::string_view text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "one", "99999999999999999999x"}) {
        CHECK_FALSE(parse_decimal(text));
        CHECK_FALSE(parse_decimal(text, overflow::saturates));
    }
    CHECK(parse_decimal("12x4").error().at == 2);
}

} // namespace

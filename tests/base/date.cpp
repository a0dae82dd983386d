// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/date.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

TEST_CASE("a date has the form of RFC 1123, in GMT (R3261-20.17-a)") {
    const auto date = [](std::chrono::seconds since_1970) {
        static std::array<char, 32> space;
        writer out{space};
        write_date(out, since_1970);
        return out.text();
    };

    CHECK(date(1289690940s) == "Sat, 13 Nov 2010 23:29:00 GMT");
    CHECK(date(0s) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(date(951827696s) == "Tue, 29 Feb 2000 12:34:56 GMT");
    CHECK(date(4102444799s) == "Thu, 31 Dec 2099 23:59:59 GMT");
    CHECK(date(4294967295s) == "Sun, 07 Feb 2106 06:28:15 GMT");
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/ip_address.hpp>

#include <doctest/doctest.h>

namespace ip_address_test {

using namespace sipwhere;

TEST_CASE("an address is read with brackets and without, nonsense is none") {
    constexpr auto v6 = ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    CHECK(parse_address("192.0.2.1") == ip_address::v4({192, 0, 2, 1}));
    CHECK(parse_address("2001:db8::1") == v6);
    CHECK(parse_address("[2001:db8::1]") == v6);
    CHECK(parse_address("::ffff:192.0.2.1") == ip_address::v4({192, 0, 2, 1}));
    for (const auto* nonsense : {"", "[]", "[", "localhost", "192.0.2", "192.0.2.1:5060", "[2001:db8::1"})
        CHECK(parse_address(nonsense) == ip_address{});
}

} // namespace ip_address_test

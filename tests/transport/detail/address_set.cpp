// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/address_set.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace {

using namespace sipwhere;

constexpr auto doc_v6 = [](std::uint8_t last) {
    return ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last});
};

TEST_CASE("a set of addresses contains what it was made of, of both IP versions, and nothing else") {
    std::vector<ip_address> all;
    for (std::uint8_t i = 200; i > 0; i -= 2) {
        all.push_back(ip_address::v4({192, 0, 2, i}));
        all.push_back(doc_v6(i));
    }
    all.push_back(ip_address::v4({10, 2, 0, 192}));
    const detail::address_set set{all};

    for (const auto& each : all) CHECK(set.contains(each));
    for (std::uint8_t i = 201; i > 1; i -= 2) {
        CHECK_FALSE(set.contains(ip_address::v4({192, 0, 2, i})));
        CHECK_FALSE(set.contains(doc_v6(i)));
    }
    for (const auto& bytes :
         std::array<ipv4_bytes, 4>{{{193, 0, 2, 2}, {192, 1, 2, 2}, {192, 0, 3, 2}, {192, 2, 0, 2}}})
        CHECK_FALSE(set.contains(ip_address::v4(bytes)));
    CHECK_FALSE(set.contains(ip_address{}));
    CHECK_FALSE(detail::address_set{}.contains(all.front()));
}

} // namespace

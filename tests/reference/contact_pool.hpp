// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace sipwhere_test::reference {

/// Contact URIs that meet in one address-of-record.
inline constexpr std::array<std::string_view, 24> contact_pool{
    "sip:alice@192.0.2.10:5060",
    "sip:alice@192.0.2.10:5060;ob",
    "sip:alice@192.0.2.10:5060;x=1",
    "sip:alice@192.0.2.10:5060;x=2",
    "SIP:%61lice@192.0.2.10:5060",
    "sip:alice@192.0.2.10",
    "sip:alice@192.0.2.10:5060;transport=udp",
    "sip:alice@192.0.2.10:5060;Transport=UDP;x=1",
    "sips:alice@192.0.2.10:5060",
    "sip:Alice@192.0.2.10:5060",
    "sip:alice:secret@192.0.2.10:5060",
    "sip:bob@phone.example.net;lr;user=phone",
    "sip:bob@PHONE.example.NET;user=phone",
    "sip:bob@phone.example.net;user=ip",
    "sip:bob@phone.example.net",
    "sip:bob@phone.example.net?Subject=a%20b",
    "sip:bob@phone.example.net?subject=a%20B",
    "sip:bob@phone.example.net;maddr=192.0.2.77",
    "sip:[2001:db8::1]:5070",
    "sip:[2001:DB8:0:0::1]:5070;y=1",
    "tel:+49-30-1234",
    "mailto:alice@example.com",
    "sip:a;b@phone.example.net",
    "sip:a%3bb@phone.example.net",
};

/// The pairs of the pool that RFC 3261 §19.1.4 calls equal, by their places in it; worked out by hand.
///
/// No. 0 equals 1, 2, 3 and 4, but 2 and 3 differ in x: equality is not transitive.
inline constexpr std::array<std::pair<int, int>, 13> equal_pairs{{
    {0, 1},
    {0, 2},
    {0, 3},
    {0, 4},
    {1, 2},
    {1, 3},
    {1, 4},
    {2, 4},
    {3, 4}, // a parameter in one of them only; %61 is a
    {6, 7},   // names and values of parameters in any case
    {11, 12}, // lr in one only; hosts in any case
    {15, 16}, // URI headers in any case
    {18, 19}, // an address however it is written
}};

[[nodiscard]] constexpr auto place_in_pool(std::string_view uri) -> int {
    for (std::size_t i = 0; i < contact_pool.size(); ++i)
        if (contact_pool[i] == uri) return static_cast<int>(i);
    return -1;
}

[[nodiscard]] constexpr auto same_in_pool(std::string_view a, std::string_view b) -> bool {
    if (a == b) return true;
    const int first = place_in_pool(a);
    const int second = place_in_pool(b);
    for (const auto& [low, high] : equal_pairs)
        if ((low == first && high == second) || (low == second && high == first)) return true;
    return false;
}

} // namespace sipwhere_test::reference

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/owned_aor.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>

namespace owned_test {

using namespace sipwhere;

TEST_CASE("an address-of-record that holds its text equals its view, and sorts like it") {
    const aor bob{{"bob", "example.com"}};

    CHECK(bob == aor_view{"bob", "example.com"});
    CHECK(bob.view() == aor_view{"bob", "example.com"});
    CHECK(bob == aor{bob.view()});
    CHECK(bob < aor_view{"bob", "example.net"});
    CHECK(aor_view{"alice", "example.com"} < bob);
}

TEST_CASE("user and domain stay two texts (RFC 3261 §10.3 step 5)") {
    CHECK(aor{{"ab", "c"}} != aor_view{"a", "bc"});
    CHECK(aor{{"a@b", "c"}} != aor_view{"a", "b@c"});
}

TEST_CASE("a map of addresses-of-record is searched by a view, without a copy") {
    std::map<aor, int, std::less<>> map;
    map[aor{{"bob", "example.com"}}] = 7;

    CHECK(map.find(aor_view{"bob", "example.com"})->second == 7);
    CHECK(map.find(aor_view{"bob", "example.org"}) == map.end());
}

TEST_CASE("an unordered map of addresses-of-record is searched by a view, without a copy") {
    std::unordered_map<aor, int, std::hash<aor>, std::equal_to<>> map;
    map[aor{{"bob", "example.com"}}] = 7;

    CHECK(map.find(aor_view{"bob", "example.com"})->second == 7);
    CHECK(map.find(aor_view{"bob", "example.org"}) == map.end());
    CHECK(std::hash<aor>{}(aor_view{"ab", "c"}) != std::hash<aor>{}(aor_view{"a", "bc"}));
}

} // namespace owned_test

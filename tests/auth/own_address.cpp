// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/own_address.hpp>

#include <doctest/doctest.h>

namespace own_address_test {

using namespace sipwhere;

constexpr aor_view alice{"alice", "example.com"};
constexpr user_identity is_alice{"alice", "example.com"};

TEST_CASE("a user owns the address of their name, in the domain that is their realm (RFC 3261 §10.3)") {
    static_assert(is_own_address(is_alice, alice));
    CHECK(is_own_address({"alice", "Example.COM"}, alice));
    CHECK(!is_own_address({"bob", "example.com"}, alice));
    CHECK(!is_own_address({"Alice", "example.com"}, alice));
    CHECK(!is_own_address({"alice", "example.org"}, alice));
    CHECK(!is_own_address({"", ""}, alice));
}

TEST_CASE("one realm for all domains stands for each of them") {
    CHECK(is_own_address({"alice", "telephones"}, alice, {.one_realm = true}));
    CHECK(!is_own_address({"bob", "telephones"}, alice, {.one_realm = true}));
    CHECK(!is_own_address({"alice", "telephones"}, alice));
}

TEST_CASE("a name may be a whole address-of-record") {
    CHECK(is_own_address({"alice@example.com", "telephones"}, alice));
    CHECK(is_own_address({"alice@Example.com", "telephones"}, alice));
    CHECK(!is_own_address({"alice@example.co", "telephones"}, alice));
    CHECK(!is_own_address({"alice@example.org", "telephones"}, alice));
    CHECK(!is_own_address({"alicf@example.com", "telephones"}, alice));
    CHECK(!is_own_address({"alice.example.com", "telephones"}, alice));
}

TEST_CASE("where the case of users is nothing, that of their names is nothing either") {
    CHECK(is_own_address({"Alice", "example.com"}, alice, {.any_case = true}));
    CHECK(is_own_address({"ALICE@example.com", "telephones"}, alice, {.any_case = true}));
    CHECK(!is_own_address({"Alicf", "example.com"}, alice, {.any_case = true}));
}

} // namespace own_address_test

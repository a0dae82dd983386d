// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

#include <sipwhere/registrar/basic_registrar.hpp>
#include <support/storage_laws_hold.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string_view>

/// All of it is compiled, whether a test calls it or not.
template class sipwhere::basic_registrar<sipwhere::archetype_clock, sipwhere::archetype_storage,
                                         sipwhere::archetype_transport, sipwhere::archetype_random,
                                         sipwhere::archetype_access, sipwhere::archetype_observer>;

namespace archetypes_test {

using namespace sipwhere;

TEST_CASE("the smallest storage keeps the laws of a storage") {
    sipwhere_test::check_laws([] { return archetype_storage{}; });
}

TEST_CASE("a registrar asks its policies for nothing that the archetypes lack") {
    archetype_clock clock;
    archetype_storage storage;
    archetype_transport transport;
    archetype_random random;
    archetype_access access;
    archetype_observer observer;
    basic_registrar registrar{{}, clock, storage, transport, random, access, observer};

    REQUIRE(registrar.start());
    CHECK(registrar.add("sip:alice@example.com", "<sip:alice@192.0.2.1>"));
    const auto found = registrar.query("sip:alice@example.com", [](const binding_view&) {});
    REQUIRE(found);
    CHECK(*found == 1);
    CHECK(registrar.tick() > std::chrono::milliseconds{0});
}

} // namespace archetypes_test

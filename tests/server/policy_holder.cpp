// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/policy_holder.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <support/recording_observer.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace {

using namespace sipwhere;
using sipwhere_test::recording_observer;

TEST_CASE("a policy with state is borrowed, not copied") {
    seeded_random random{1};
    auto holder = hold_policy<seeded_random>(random);
    CHECK(&holder.get() == &random);
}

TEST_CASE("a policy without state is held, so that nobody has to keep it") {
    auto holder = hold_policy<null_observer>();
    holder.get().on(traffic_event{});
    static_assert(std::is_empty_v<policy_holder<null_observer>>);
    static_assert(std::is_empty_v<policy_holder<open_access>>);
}

TEST_CASE("the policies may come in any order") {
    seeded_random random{1};
    recording_observer observer;
    open_access access;
    CHECK(&hold_policy<seeded_random>(random, access, observer).get() == &random);
    CHECK(&hold_policy<seeded_random>(observer, access, random).get() == &random);
    CHECK(&hold_policy<recording_observer>(random, observer).get() == &observer);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/null_observer.hpp>

#include <support/events.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace {

using namespace sipwhere;

TEST_CASE("looking away needs no room and takes every event") {
    static_assert(std::is_empty_v<null_observer>);
    constexpr null_observer observer;
    observer.on(sipwhere_test::event_of(change::created));
    observer.on(sipwhere_test::event_of(status::forbidden));
    observer.on(sipwhere_test::event_of(traffic::answered));
}

} // namespace

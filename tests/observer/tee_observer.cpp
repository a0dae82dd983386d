// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/tee_observer.hpp>

#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <support/events.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using sipwhere_test::event_of;

static_assert(observer_policy<tee_observer<counting_observer, null_observer>>);

TEST_CASE("a tee tells each event to all its observers") {
    counting_observer first;
    counting_observer second;
    null_observer third;
    tee_observer all{first, second, third};

    all.on(event_of(change::created));
    all.on(event_of(status::forbidden));
    all.on(event_of(traffic::answered));

    for (const auto* counts : {&first, &second}) {
        CHECK(counts->count(change::created) == 1);
        CHECK(counts->rejected() == 1);
        CHECK(counts->count(traffic::answered) == 1);
    }
}

} // namespace

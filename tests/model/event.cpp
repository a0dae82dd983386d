// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/event.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string_view>

namespace event_test {

using namespace sipwhere;

TEST_CASE("each change of a binding and each kind of traffic has a word of its own") {
    using change = change;
    using kind = traffic;
    std::set<std::string_view> words;
    for (const auto what : {change::created, change::refreshed, change::removed, change::expired})
        words.insert(text_of(what));
    for (const auto what : {kind::answered, kind::repeated, kind::keep_alive, kind::not_sip, kind::response, kind::ack,
                            kind::unanswerable, kind::over_budget, kind::send_failed, kind::events_lost, kind::overrun})
        words.insert(text_of(what));

    CHECK(words.size() == 15);
    CHECK(words.count("") == 0);
}

} // namespace event_test

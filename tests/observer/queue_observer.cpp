// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/queue_observer.hpp>

#include <support/events.hpp>
#include <support/recording_observer.hpp>

#include <doctest/doctest.h>

#include <string>

namespace queue_observer_test {

using namespace sipwhere;
using sipwhere_test::event_of;
using sipwhere_test::recording_observer;

TEST_CASE("a queue tells later what it was told, in that order and with texts of its own") {
    queue_observer queue;
    {
        auto created = event_of(change::created);
        std::string user = "alice", uri = "sip:alice@192.0.2.7";
        created.aor.user = user;
        created.binding.uri = uri;
        created.is_first = true;
        queue.on(created);
        auto refused = event_of(status::forbidden);
        std::string call_id = "a84b";
        refused.call_id = call_id;
        queue.on(refused);
        queue.on(event_of(traffic::answered));
        for (auto* text : {&user, &uri, &call_id}) text->assign(text->size(), 'x');
    }
    CHECK(queue.size() == 3);

    recording_observer told;
    CHECK(queue.drain(told) == 3);

    CHECK(told.take_log() == "created sip:alice@192.0.2.7\nrejected 403\nanswered\n");
    CHECK(told.changes.front().user == "alice");
    CHECK(told.changes.front().event.binding.source == sipwhere_test::some_phone);
    CHECK(told.changes.front().event.is_first);
    CHECK(!told.changes.front().event.is_last);
    CHECK(told.rejections.front().call_id == "a84b");
    CHECK(told.rejections.front().method == "REGISTER");
    CHECK(told.rejections.front().event.code == status::forbidden);
    CHECK(queue.drain(told) == 0);
}

TEST_CASE("a queue tells that a binding was the last of its user") {
    queue_observer queue;
    auto gone = event_of(change::removed);
    gone.is_last = true;
    queue.on(gone);

    recording_observer told;
    CHECK(queue.drain(told) == 1);

    CHECK(told.changes.front().event.is_last);
    CHECK(!told.changes.front().event.is_first);
}

TEST_CASE("a full queue loses what comes, and counts it") {
    queue_observer queue{2};
    for (int i = 0; i < 5; ++i) queue.on(event_of(traffic::answered));
    CHECK(queue.size() == 2);
    CHECK(queue.lost() == 3);

    recording_observer told;
    CHECK(queue.drain(told) == 2);
    queue.on(event_of(traffic::ack));
    CHECK(queue.size() == 1);
    CHECK(queue.lost() == 3);
}

/// Puts an event back for each that it is told.
struct echo {
    queue_observer& to;

    template <typename Event>
    void on(const Event&) {
        to.on(event_of(traffic::ack));
    }
};

TEST_CASE("what comes while a queue is drained waits for the next time") {
    queue_observer queue;
    queue.on(event_of(traffic::answered));
    echo again{queue};
    CHECK(queue.drain(again) == 1);
    CHECK(queue.size() == 1);
}

} // namespace queue_observer_test

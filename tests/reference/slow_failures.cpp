// SPDX-License-Identifier: BSL-1.0
#include <reference/history.hpp>

#include <support/reply.hpp>
#include <support/slow_world.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

/// Policies that answer late, in any order and not always: what is said is true all the same.
namespace slow_failures_test {

using namespace sipwhere;
using namespace sipwhere_test;

using roomy_storage = hash_storage_with<12>;

/// Phones that bind a contact of its own with each request, and now and then take one back.
class crowd {
public:
    explicit crowd(std::uint64_t seed)
        : chance_(seed),
          w_({.limits = {.max_contacts = 4, .when_full = when_full::replace_oldest}, .answer_budget = 0},
             {.seed = seed, .max_delay = std::chrono::milliseconds{150}, .at_once = 0.1, .failure = 0.1},
             {.seed = seed, .max_delay = std::chrono::milliseconds{50}, .at_once = 0.3, .failure = 0.05}) {}

    void play(int requests) {
        for (int i = 0; i < requests; ++i) {
            send();
            w_.clock.advance(std::chrono::milliseconds{chance_.below(40)});
            if (chance_.percent(5)) w_.clock.advance(std::chrono::seconds{20}); // some bindings end
            if (chance_.percent(70)) w_.turn();
            look();
        }
        do {
            w_.clock.advance(std::chrono::milliseconds{200});
            w_.turn();
        } while (!w_.access.is_idle() || !w_.storage.is_idle());
        w_.hear();
        look();
        compare_events();
    }

    [[nodiscard]] auto answered() const -> const std::map<std::string, unsigned>& { return answered_; }

    /// Returns: whether as many requests may wait as at first.
    [[nodiscard]] auto has_all_places() -> bool {
        std::size_t parked = 0;
        for (std::size_t i = 0; i < 14; ++i)
            parked += w_.sends(as_user("late" + std::to_string(i), alice_registers("sip:x@192.0.2.1"))).kind ==
                              handling::parked
                          ? 1
                          : 0;
        return parked <= 12 && parked >= 11 - 5; // some are answered at once
    }

private:
    void send() {
        if (w_.clock.now() < fresh_until_ && chance_.percent(15)) { // a retransmission
            (void)w_.sends(written_.back());
            return;
        }
        fresh_until_ = w_.clock.now() + std::chrono::seconds{10};
        const auto user = "user" + std::to_string(chance_.below(5));
        const auto contact = "sip:c" + std::to_string(++number_) + "@192.0.2.1";
        auto asked = as_user(user, alice_registers(contact, std::chrono::seconds{40}));
        if (chance_.percent(10)) asked = as_user(user, alice_registers("*", std::chrono::seconds{0}));
        asked = asked.with("Call-ID", "call-" + std::to_string(number_));
        written_.push_back(asked.text(number_));
        (void)w_.sends(written_.back());
    }

    /// Looks at what has been sent since the last time.
    void look() {
        for (; seen_ < w_.transport.sent.size(); ++seen_) {
            const reply said{{}, {}, w_.transport.sent[seen_].second};
            const auto status = w_.transport.sent[seen_].second.substr(8, 3);
            ++answered_[status];
            const auto serial = said.field("Call-ID").substr(5);
            const auto user = user_in(said.field("To"));
            const auto mine = "sip:c" + serial + "@192.0.2.1";
            if (status == "200") said_.insert(mine);
            else CHECK_MESSAGE(!is_stored_for(user, mine), status, " was said of what is stored");
        }
    }

    [[nodiscard]] static auto user_in(const std::string& to) -> std::string {
        const auto begin = to.find("sip:") + 4;
        return to.substr(begin, to.find('@') - begin);
    }
    [[nodiscard]] auto is_stored_for(const std::string& user, const std::string& uri) const -> bool {
        return (" " + w_.stored(user) + " ").find(" " + uri + " ") != std::string::npos;
    }

    /// Plays the events, and compares what they lead to with what is stored.
    void compare_events() {
        std::map<std::string, std::set<std::string>> bound;
        std::size_t unanswered = 0; // as nobody waited for the answer any more
        for (const auto& each : w_.observer.changes) {
            auto& of_user = bound[each.user];
            if (each.event.kind == change::created) {
                CHECK(of_user.insert(each.uri).second);
                unanswered += said_.contains(each.uri) ? 0 : 1;
            } else if (each.event.kind == change::refreshed) {
                CHECK(of_user.contains(each.uri));
            } else {
                CHECK(of_user.erase(each.uri) == 1);
            }
        }

        std::size_t late = 0;
        for (auto at = w_.observer.log.find("timed-out"); at != std::string::npos; ++late)
            at = w_.observer.log.find("timed-out", at + 1);
        CHECK(unanswered <= late);
        for (int i = 0; i < 5; ++i) {
            const auto user = "user" + std::to_string(i);
            std::set<std::string> stored;
            w_.inner.read({user, "example.com"}, {}, [&stored](const live_bindings& live) {
                for (const auto binding : live) stored.emplace(binding.uri);
            });
            CHECK(stored == bound[user]);
        }
        std::set<std::string> created;
        for (const auto& each : w_.observer.changes)
            if (each.event.kind == change::created) created.insert(each.uri);
        for (const auto& uri : said_)
            if (asked_for_binding(uri)) CHECK_MESSAGE(created.contains(uri), "a 200 that was not true");
    }

    [[nodiscard]] auto asked_for_binding(const std::string& uri) const -> bool {
        for (const auto& text : written_)
            if (text.find("<" + uri + ">") != std::string::npos || text.find(" " + uri) != std::string::npos)
                return true;
        return false;
    }

    reference::dice chance_;
    slow_world<roomy_storage> w_;
    std::vector<std::string> written_;
    std::map<std::string, unsigned> answered_;
    std::set<std::string> said_; ///< contacts of requests that were answered with 200
    std::size_t seen_ = 0;
    unsigned number_ = 0;
    instant fresh_until_{}; ///< how long the last request is repeated
};

TEST_CASE(
    "whatever fails and whenever it answers: every 200 is true, every failure changed nothing, events are commits") {
    std::map<std::string, unsigned> answered;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        crowd phones{seed};
        phones.play(200);
        CHECK(phones.has_all_places());
        for (const auto& [status, count] : phones.answered()) answered[status] += count;
    }
    CHECK(answered["200"] > 5000);
    CHECK(answered["500"] > 500); // of both policies
    CHECK(answered["503"] > 50);
}

} // namespace slow_failures_test

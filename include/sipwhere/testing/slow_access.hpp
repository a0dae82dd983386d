// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/no_mutex.hpp>
#include <sipwhere/policy/access.hpp>
#include <sipwhere/testing/detail/slow_dice.hpp>
#include <sipwhere/testing/slow_policy.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace sipwhere::testing {

/// Any access policy, that answers after a while, in another order than it was asked, or fails with 500. Uses the heap.
///
/// Somebody calls `answer_due` when time has passed, on any thread with a `Mutex` that is one. `on_wait` is called when
/// there is something new to wait for.
template <typename Access, typename Mutex = no_mutex>
class slow_access {
    static_assert(explain_access<Access>());

public:
    static constexpr bool may_wait = true;

    explicit slow_access(Access& access, const slow_options& options = {}) : access_(access), dice_(options) {}
    slow_access(const slow_access&) = delete;
    auto operator=(const slow_access&) -> slow_access& = delete;

    std::function<void()> on_wait = [] {};

    auto authenticate(const access_request& asked, writer& lines) -> access_result {
        return ask(step::authenticate, asked, [&]() -> access_result {
            if constexpr (has_authenticate<Access>) return access_.authenticate(asked, lines);
            else return grant;
        });
    }

    auto authorize(const access_request& asked, writer& lines) -> access_result {
        return ask(step::authorize, asked, [&] { return access_.authorize(asked, lines); });
    }

    void abandon(const completion_queue& queue) {
        const std::lock_guard lock{mutex_};
        std::erase_if(asked_, [&](const entry& each) { return each.by.queue() == &queue; });
    }

    /// Has the requests resumed whose time has come.
    ///
    /// Returns: when the next one is due; `never` if none waits.
    auto answer_due(instant now) -> instant {
        const std::lock_guard lock{mutex_};
        std::vector<std::size_t> due;
        auto next = never;
        for (std::size_t i = 0; i < asked_.size(); ++i) {
            if (asked_[i].is_answered) continue;
            if (asked_[i].due <= now) due.push_back(i);
            else next = std::min(next, asked_[i].due);
            if (dice_.options().in_order && asked_[i].due > now) break;
        }
        if (!dice_.options().in_order)
            for (auto left = due.size(); left > 1; --left) std::swap(due[left - 1], due[dice_.below(left)]);
        for (const auto index : due) {
            asked_[index].is_answered = true;
            asked_[index].is_gone = !asked_[index].by.resume();
        }
        std::erase_if(asked_, [](const entry& each) { return each.is_gone; });
        return next;
    }

    /// Returns: whether nothing waits.
    [[nodiscard]] auto is_idle() const -> bool {
        const std::lock_guard lock{mutex_};
        return asked_.empty();
    }

private:
    enum class step : std::uint8_t { authenticate, authorize };

    struct entry {
        step of;
        ticket by;
        instant due;
        bool is_answered = false;
        bool is_gone = false;
    };

    template <typename Answer>
    auto ask(step of, const access_request& asked, Answer&& answer) -> access_result {
        const std::lock_guard lock{mutex_};
        if (!asked.ticket) return answer();
        const auto found = std::find_if(asked_.begin(), asked_.end(),
                                        [&](const entry& each) { return each.of == of && each.by == asked.ticket; });
        if (found == asked_.end()) {
            const bool may_overtake = !dice_.options().in_order || asked_.empty();
            if (may_overtake && dice_.happens(dice_.options().at_once)) return answer();
            asked_.push_back({of, asked.ticket, dice_.due(asked.now)});
            on_wait();
            return answer_later;
        }
        asked_.erase(found);
        if (dice_.happens(dice_.options().failure)) return refusal{status::server_internal_error, "Access Failed"};
        return answer();
    }

    Access& access_;
    detail::slow_dice dice_;
    mutable Mutex mutex_;
    std::vector<entry> asked_; ///< in the order in which they asked
};

} // namespace sipwhere::testing

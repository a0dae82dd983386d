// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/no_mutex.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/testing/detail/slow_dice.hpp>
#include <sipwhere/testing/slow_policy.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sipwhere::testing {

/// Any storage, behind a back end that answers after a while, in another order for other records, or fails. It keeps
/// the laws of a `waiting_storage`. Uses the heap.
///
/// Somebody calls `answer_due` when time has passed, on any thread with a `Mutex` that is one; `expire` does so too.
/// `on_wait` is called when there is something new to wait for.
template <typename Storage, typename Mutex = no_mutex>
class slow_storage {
    static_assert(explain_storage<Storage>());

public:
    using memory = typename Storage::memory;
    static constexpr bool persistent = Storage::persistent;
    static constexpr bool may_wait = true;

    explicit slow_storage(Storage& storage, const slow_options& options = {}) : storage_(storage), dice_(options) {}
    slow_storage(const slow_storage&) = delete;
    auto operator=(const slow_storage&) -> slow_storage& = delete;

    std::function<void()> on_wait = [] {};

    auto update(const aor_view& key, record_job job, ticket waits) -> outcome {
        const std::lock_guard lock{mutex_};
        if (!waits) return outcome::failed;
        auto& line = lines_[aor{key}];
        const auto found = std::find_if(line.begin(), line.end(), [&](const entry& it) { return it.by == waits; });
        if (found != line.end()) found->by = waits;
        if (found == line.end()) {
            line.push_back({waits, stage::asked, dice_.due(now_)});
            if (line.size() > 1 || !dice_.happens(dice_.options().at_once)) {
                on_wait();
                return outcome::pending;
            }
        } else if (found != line.begin()) {
            return outcome::pending;
        }
        return run(line, key, job);
    }

    auto read(const aor_view& key, instant now, bindings_visitor visit, ticket waits) const -> reading {
        const std::lock_guard lock{mutex_};
        if (dice_.options().slow_reads) {
            const auto known = std::find_if(reads_.begin(), reads_.end(), [&](const read_entry& it) {
                return waits ? it.by == waits : it.key == key;
            });
            if (known == reads_.end()) {
                reads_.push_back({aor{key}, waits, dice_.due(now)});
                on_wait();
                return reading::pending;
            }
            reads_.erase(known);
            if (dice_.happens(dice_.options().failure)) return reading::failed;
        }
        auto seen = reading::nothing;
        storage_.read(key, now, [&](const live_bindings& live) {
            seen = reading::found;
            visit(live);
        });
        return seen;
    }

    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        auto next = now; // come again, when all that was said has been heard
        {
            const std::lock_guard lock{mutex_};
            std::erase_if(said_, [](const ticket& by) { return by.is_heard(); });
            if (said_.empty()) next = storage_.expire(now, at_most, sink);
        }
        return std::min(next, answer_due(now));
    }

    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        const std::lock_guard lock{mutex_};
        return storage_.scan(from, at_most, now, visit);
    }

    void seed(hash_key key)
        requires has_seed<Storage>
    {
        const std::lock_guard lock{mutex_};
        storage_.seed(key);
    }

    void abandon(const completion_queue& queue) {
        const std::lock_guard lock{mutex_};
        std::erase_if(reads_, [&](const read_entry& each) { return each.by.queue() == &queue; });
        std::erase_if(said_, [&](const ticket& by) { return by.queue() == &queue; });
        for (auto& [key, line] : lines_) {
            const bool had_first = !line.empty() && line.front().by.queue() == &queue;
            std::erase_if(line, [&](const entry& each) { return each.by.queue() == &queue; });
            if (had_first) let_first_run(line);
        }
        std::erase_if(lines_, [](const auto& each) { return each.second.empty(); });
    }

    /// Does what its back end has to do by now: has requests resumed, and updates done or failed.
    ///
    /// Returns: when the next thing is due; `never` if nothing is.
    auto answer_due(instant now) -> instant {
        const std::lock_guard lock{mutex_};
        now_ = now;
        for (auto& each : reads_) {
            if (each.is_answered || each.due > now || !each.by) continue;
            each.is_answered = true;
            each.is_gone = !each.by.resume();
        }
        std::erase_if(reads_, [](const read_entry& each) { return each.is_gone; });
        std::vector<const aor*> due;
        for (auto& [key, line] : lines_)
            if (!line.empty() && line.front().step != stage::known && line.front().due <= now) due.push_back(&key);
        for (auto left = due.size(); left > 1; --left) std::swap(due[left - 1], due[dice_.below(left)]);
        for (const auto* key : due) answer(lines_.find(*key)->second, key->view());
        std::erase_if(lines_, [](const auto& each) { return each.second.empty(); });
        auto next = never;
        for (const auto& each : reads_)
            if (!each.is_answered && each.by) next = std::min(next, each.due);
        for (const auto& [key, line] : lines_)
            if (line.front().step != stage::known) next = std::min(next, line.front().due);
        return next;
    }

    /// Returns: whether nothing waits.
    [[nodiscard]] auto is_idle() const -> bool {
        const std::lock_guard lock{mutex_};
        return std::all_of(lines_.begin(), lines_.end(), [](const auto& each) { return each.second.empty(); });
    }

private:
    enum class stage : std::uint8_t {
        asked,   ///< the record is not known yet
        known,   ///< its request has been resumed, and asks again
        written, ///< its job has run, and the record is on its way
    };

    struct entry {
        ticket by;
        stage step = stage::asked;
        instant due{};
        std::string before{}; ///< the record on which the job has run
        std::string after{};
    };
    using line_type = std::deque<entry>; ///< the updates of one record, the first at work

    struct read_entry {
        aor key;
        ticket by;
        instant due{};
        bool is_answered = false;
        bool is_gone = false;
    };

    /// Runs the job of the first in line on the record as it is, and begins to write what it decides.
    auto run(line_type& line, const aor_view& key, record_job job) -> outcome {
        auto& first = line.front();
        const auto said = storage_.update(key, [&](record_view record) {
            const auto wanted = job(record);
            if (wanted.result != outcome::committed) return wanted;
            first.before = record.bytes();
            first.after = wanted.bytes;
            return record_update{outcome::pending, {}};
        });
        if (said != outcome::pending) {
            leave(line);
            return said;
        }
        first.step = stage::written;
        first.due = dice_.due(now_);
        on_wait();
        return outcome::pending;
    }

    void answer(line_type& line, const aor_view& key) {
        auto& first = line.front();
        if (first.step == stage::asked) {
            first.step = stage::known;
            if (!first.by.resume()) leave(line);
            return;
        }
        if (dice_.happens(dice_.options().failure)) {
            (void)first.by.done(outcome::failed);
            return leave(line);
        }
        bool has_changed = false;
        const auto said = storage_.update(key, [&](record_view record) {
            has_changed = record.bytes() != first.before;
            return has_changed ? record_update{} : record_update{outcome::committed, first.after};
        });
        if (has_changed) { // some of its bindings have expired meanwhile
            first.step = stage::known;
            if (!first.by.resume()) leave(line);
            return;
        }
        if (first.by.done(said)) said_.push_back(first.by);
        leave(line);
    }

    void leave(line_type& line) {
        line.pop_front();
        let_first_run(line);
    }
    void let_first_run(line_type& line) {
        if (line.empty()) return;
        line.front().due = std::max(line.front().due, now_);
        on_wait();
    }

    Storage& storage_;
    mutable detail::slow_dice dice_;
    mutable Mutex mutex_;
    std::map<aor, line_type, std::less<>> lines_;
    mutable std::vector<read_entry> reads_;
    std::vector<ticket> said_; ///< of updates that were done of late
    instant now_{};
};

} // namespace sipwhere::testing

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/storage/detail/sqlite_file.hpp>
#include <sipwhere/storage/detail/update_lines.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/storage/sqlite_options.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sipwhere {

/// Bindings that outlive the program: in memory to be read, and in an SQLite file to be there after a restart.
///
/// A request is answered, and its events are told, after the commit that holds its change. Commits run on a thread of
/// the storage; each takes what came while the one before it ran, at most 256 updates, and none waits for a timer.
/// Until its commit an update has not happened: `read` shows the record as it was, and a second update of the same
/// record waits. A change that can't be written, as the disk is full or the file is locked, fails; the storage goes on
/// when it can, and then writes anew what may have been written of it.
///
/// The file holds one row for each binding, as `detail/sqlite_schema.hpp` says: anybody may read it meanwhile. Whoever
/// reads in one transaction for long lets the log beside it grow, and keeps changes out after an error of the disk.
/// Only one program writes it; workers of one program share one storage. Its times are Unix seconds, so it wants a
/// `system_clock`.
///
/// Expired bindings go from memory at once, and from the file with the next commit, about a second later if nothing
/// else is written. A binding over a connection is kept after a restart, but has lost its connection.
/// Cost: memory as a `hash_storage`, and 64 MiB for pages of the file; for an update a lock, two copies of the record
///       and its part of a commit. `open` reads the whole file.
class sqlite_storage {
public:
    using memory = heap_memory;
    static constexpr bool persistent = true;
    static constexpr bool may_wait = true;

    /// Names the file, which is opened when a registrar starts; there may be none yet.
    explicit sqlite_storage(std::string path, sqlite_options options = {})
        : report_(std::move(options.report)), file_(std::move(path), options), limits_(options.memory),
          max_stale_(options.max_stale) {}
    sqlite_storage(const sqlite_storage&) = delete;
    auto operator=(const sqlite_storage&) -> sqlite_storage& = delete;

    /// Commits what is on its way, and closes the file. The registrars have to be gone.
    ~sqlite_storage() {
        {
            const std::lock_guard hold{mutex_};
            is_ending_ = true;
        }
        wake_.notify_one();
        if (thread_.joinable()) thread_.join();
    }

    /// Opens the file and reads it.
    ///
    /// Errors: storage_failed; `complaint` says why.
    [[nodiscard]] auto open(instant now) -> result<void> {
        const std::lock_guard hold{mutex_};
        if (is_open_) return {};
        stale_.clear();
        memory_.emplace(limits_);
        memory_->seed(key_);
        complaint_ = file_.open();
        if (complaint_.empty())
            complaint_ = file_.load(now, [this](const aor_view& key, record_view record, bool is_other) {
                if (is_other) stale_.emplace(key);
                const auto said = memory_->update(key, [&](record_view known) {
                    if (known.size() != 0 && record.size() == 0) return record_update{}; // back again since it departed
                    return record_update{outcome::committed, record.bytes()};
                });
                return said != outcome::full || record.size() == 0; // which would go first anyway
            });
        if (!complaint_.empty()) {
            file_.close();
            return fail(errc::storage_failed);
        }
        now_ = std::max(now_, now);
        is_open_ = true;
        wants_sweep_ = true;
        thread_ = std::thread{[this] { work(); }};
        return {};
    }

    /// Returns: what was wrong with the file when it was opened, in a sentence that names it; empty if nothing was.
    [[nodiscard]] auto complaint() const -> std::string {
        const std::lock_guard hold{mutex_};
        return complaint_;
    }

    /// Returns: how many records it holds.
    [[nodiscard]] auto size() const -> std::size_t {
        const std::lock_guard hold{mutex_};
        return is_open_ ? memory_->size() : 0;
    }

    /// Returns: whether no update is in work.
    [[nodiscard]] auto is_idle() const -> bool {
        const std::lock_guard hold{mutex_};
        return lines_.is_idle();
    }

    void seed(hash_key key) {
        const std::lock_guard hold{mutex_};
        if (!is_open_) key_ = key;
    }

    auto update(const aor_view& key, record_job job, ticket waits) -> outcome {
        const std::lock_guard hold{mutex_};
        if (!waits || !is_open_) return outcome::failed;
        const auto hash = memory_->hash_of(key);
        auto* const line = lines_.begin(key, hash, waits);
        if (line == nullptr) return outcome::pending;
        constexpr unsigned tries_one_in = 64; // so that it is noticed when the disk has healed
        const bool is_hopeless = is_failing_ && stale_.size() >= max_stale_ && ++hopeless_ % tries_one_in != 0;
        const auto said = memory_->update(key, hash, [&](record_view record) {
            const auto wanted = job(record);
            if (wanted.result != outcome::committed) return wanted;
            if (is_hopeless) return record_update{outcome::failed, {}};
            if (!memory_->has_capacity(key, record, record_view{wanted.bytes})) return record_update{outcome::full, {}};
            line->before.assign(record.bytes());
            line->after.assign(wanted.bytes);
            return record_update{outcome::pending, {}};
        });
        if (said != outcome::pending) {
            lines_.leave(*line);
            return said;
        }
        lines_.hold(*line);
        if (is_waiting_) wake_.notify_one();
        return outcome::pending;
    }

    auto read(const aor_view& key, instant now, bindings_visitor visit, ticket) const -> reading {
        const std::lock_guard hold{mutex_};
        if (!is_open_) return reading::failed;
        auto seen = reading::nothing;
        memory_->read(key, now, [&](const live_bindings& live) {
            seen = reading::found;
            visit(live);
        });
        return seen;
    }

    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        const std::lock_guard hold{mutex_};
        if (!is_open_) return never;
        now_ = std::max(now_, now);
        const auto next = memory_->expire_if(
            now, at_most,
            [&](const aor_view& key, const binding_view& gone, std::size_t left) {
                if (!stale_.contains(key)) stale_.emplace(key);
                sink(key, gone, left);
            },
            [this](const aor_view& key) { return lines_.is_quiet(key, memory_->hash_of(key)); });
        if (const auto second = floor_seconds(now); !stale_.empty() && second != last_sweep_) {
            last_sweep_ = second;
            wants_sweep_ = true;
            if (is_waiting_) wake_.notify_one();
        }
        return next;
    }

    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        const std::lock_guard hold{mutex_};
        if (!is_open_) return {};
        return memory_->scan(from, at_most, now, visit);
    }

    void abandon(const completion_queue& queue) {
        const std::lock_guard hold{mutex_};
        lines_.abandon(queue);
    }

private:
    using update_line = detail::update_line;
    using record_change = detail::record_change;

    static constexpr std::size_t most_at_once = 256; ///< updates of one commit, and as many records written anew
    static constexpr std::size_t at_a_time = 32; ///< updates that end under one lock, so that no request waits for long

    /// What one commit writes.
    struct batch {
        std::vector<update_line*> lines;
        std::vector<std::pair<aor, std::string>> stale;
        std::vector<record_change> changes;
    };

    /// Commits until it is to end and everything is done.
    void work() {
        batch one;
        bool has_failed_at_end = false;
        std::unique_lock hold{mutex_};
        for (;;) {
            is_waiting_ = true;
            wake_.wait(hold,
                       [this] { return is_ending_ || lines_.any_written() || (wants_sweep_ && !stale_.empty()); });
            is_waiting_ = false;
            if (is_ending_ && !lines_.any_written() && (stale_.empty() || has_failed_at_end)) return;
            fill(one);
            const auto now = floor_seconds(now_);
            hold.unlock();
            const bool is_written = file_.write(one.changes, now);
            if (report_ && is_written == is_failing_) report_(is_written ? std::string_view{} : file_.why());
            hold.lock();
            is_failing_ = !is_written;
            has_failed_at_end = is_ending_ && is_failing_;
            wants_sweep_ = is_written && !stale_.empty();
            if (!is_written)
                for (auto& [key, record] : one.stale) stale_.insert(std::move(key));
            end(one.lines, is_written, hold);
        }
    }

    /// Takes what the next commit writes: changes in their order, and some of what has to be written anew.
    void fill(batch& into) {
        into.lines.clear();
        into.stale.clear();
        into.changes.clear();
        while (into.lines.size() < most_at_once && lines_.any_written()) into.lines.push_back(lines_.take_written());
        for (const auto* line : into.lines) {
            const bool is_whole = !stale_.empty() && stale_.erase(line->key) != 0;
            into.changes.push_back({line->key.view(), record_view{line->before}, record_view{line->after}, is_whole});
        }
        auto next = stale_.upper_bound(last_stale_);
        while (into.stale.size() < most_at_once && !stale_.empty()) {
            if (next == stale_.end()) next = stale_.begin();
            auto& [key, bytes] = into.stale.emplace_back(*next, std::string{});
            next = stale_.erase(next);
            (void)memory_->update(key.view(), [&copy = bytes](record_view record) {
                copy = record.bytes();
                return record_update{};
            });
        }
        for (const auto& [key, bytes] : into.stale) into.changes.push_back({key.view(), {}, record_view{bytes}, true});
        if (!into.stale.empty()) last_stale_ = into.stale.back().first;
    }

    /// Makes committed changes those of memory, and says what became of them.
    void end(std::span<update_line* const> lines, bool is_written, std::unique_lock<std::mutex>& hold) {
        std::size_t ended = 0;
        for (auto* line : lines) {
            auto said = outcome::failed;
            if (is_written)
                said = memory_->update(line->key.view(), line->hash, [line](record_view) {
                    return record_update{outcome::committed, line->after};
                });
            if (said != outcome::committed) stale_.insert(line->key); // what is in memory counts
            lines_.end(*line, said);
            if (++ended % at_a_time != 0) continue;
            hold.unlock();
            hold.lock();
        }
    }

    std::function<void(std::string_view)> report_;
    detail::sqlite_file file_; ///< of the thread, once that runs
    mutable std::mutex mutex_; ///< of all that follows
    std::condition_variable wake_;
    hash_storage_limits limits_;
    std::size_t max_stale_;
    hash_key key_;
    std::optional<hash_storage> memory_; ///< none before it is opened
    detail::update_lines lines_;
    std::set<aor, std::less<>> stale_; ///< whose rows are to be written anew: they may not be what memory says
    aor last_stale_;
    instant now_{};
    seconds32 last_sweep_ = 0;
    unsigned hopeless_ = 0; ///< updates while so much may have to be written anew that more is not risked
    std::string complaint_;
    bool is_open_ = false;
    bool is_waiting_ = false; ///< the thread
    bool wants_sweep_ = false;
    bool is_failing_ = false;
    bool is_ending_ = false;
    std::thread thread_;
};
static_assert(waiting_storage<sqlite_storage> && has_open<sqlite_storage>);

} // namespace sipwhere

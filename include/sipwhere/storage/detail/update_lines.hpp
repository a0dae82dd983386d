// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/outcome.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/ticket.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sipwhere::detail {

/// The update of one record that is in work, and those that wait for it.
struct update_line {
    std::uint64_t hash = 0; ///< of the key
    aor key;
    bool is_written = false; ///< the job has run, and its record is on its way to the back end
    ticket by{};             ///< whose turn it is; nothing when nobody waits for the answer
    std::string before{};    ///< the record on which the job has run
    std::string after{};     ///< what it decided

private:
    friend class update_lines;

    bool is_idle = true; ///< nobody has a turn
    bool is_listed = false; ///< among those that were told something
    std::vector<ticket> waiting{}; ///< in the order in which they came
    std::vector<ticket> told{};    ///< that an update was committed, and may not have heard it yet
    update_line* next_in_bucket = nullptr;
    update_line* next = nullptr; ///< among those that are free, or written
    update_line* next_told = nullptr;
};

/// Lets the updates of each record have their turns one after another, in the order in which they were first asked for:
/// the half of a `waiting_storage` that any back end needs. Uses the heap; its owner keeps it from other threads.
///
/// Cost: O(1) for each call, but for `abandon`, and a pass over the tickets that wait for the same record. It keeps the
///       lines it has made, as many as were at work at a time.
class update_lines {
public:
    /// Returns: the line of a record if it is the turn of this ticket, so that its job may run; null if it has to wait,
    ///          and is resumed when its turn comes.
    [[nodiscard]] auto begin(const aor_view& key, std::uint64_t hash, const ticket& by) -> update_line* {
        forget_some_heard();
        auto* line = find(key, hash);
        if (line == nullptr) line = make(key, hash);
        const bool has_turn = line->is_idle || (!line->is_written && line->by && line->by == by);
        if (has_turn) {
            if (line->is_idle) ++busy_;
            line->is_idle = false;
            line->by = by; // of the latest wait
            return line;
        }
        const auto known = std::find(line->waiting.begin(), line->waiting.end(), by);
        if (known == line->waiting.end()) line->waiting.push_back(by);
        else *known = by;
        return nullptr;
    }

    /// Ends the turn of an update that changes nothing.
    void leave(update_line& line) { pass_on(line); }

    /// Puts a line whose job has run among those that are to be written.
    void hold(update_line& line) noexcept {
        line.is_written = true;
        line.next = nullptr;
        (first_written_ == nullptr ? first_written_ : last_written_->next) = &line;
        last_written_ = &line;
    }

    /// Returns: the next line that is to be written, in the order in which they were held; null if there is none.
    [[nodiscard]] auto take_written() noexcept -> update_line* {
        auto* const line = first_written_;
        if (line != nullptr) first_written_ = line->next;
        return line;
    }
    [[nodiscard]] auto any_written() const noexcept -> bool { return first_written_ != nullptr; }

    /// Says what became of an update that was written, and lets the next one have its turn.
    void end(update_line& line, outcome result) {
        SIPWHERE_ASSERT(line.is_written);
        line.is_written = false;
        std::erase_if(line.told, heard);
        if (line.by && line.by.done(result) && result == outcome::committed) line.told.push_back(line.by);
        pass_on(line);
    }

    /// Returns: whether no update of a record is in work, and whoever was told of one has heard it.
    [[nodiscard]] auto is_quiet(const aor_view& key, std::uint64_t hash) const noexcept -> bool {
        const auto* const line = find(key, hash);
        return line == nullptr || (line->is_idle && std::all_of(line->told.begin(), line->told.end(), heard));
    }

    /// Forgets all tickets of a queue. What is on its way to the back end goes on.
    void abandon(const completion_queue& queue) {
        const auto is_of_queue = [&](const ticket& each) { return each.queue() == &queue; };
        for (const auto& each : lines_) {
            auto& line = *each;
            std::erase_if(line.waiting, is_of_queue);
            std::erase_if(line.told, is_of_queue);
            if (line.is_idle || !is_of_queue(line.by)) continue;
            line.by = {};
            if (!line.is_written) pass_on(line);
        }
    }

    /// Returns: whether no update is in work.
    [[nodiscard]] auto is_idle() const noexcept -> bool { return busy_ == 0; }

private:
    [[nodiscard]] static auto heard(const ticket& each) noexcept -> bool { return each.is_heard(); }

    [[nodiscard]] auto number_of_bucket(std::uint64_t hash) const noexcept -> std::size_t {
        return static_cast<std::size_t>(hash) & (buckets_.size() - 1);
    }
    [[nodiscard]] auto bucket(std::uint64_t hash) noexcept -> update_line*& { return buckets_[number_of_bucket(hash)]; }

    [[nodiscard]] auto find(const aor_view& key, std::uint64_t hash) const noexcept -> update_line* {
        auto* line = buckets_[number_of_bucket(hash)];
        while (line != nullptr && (line->hash != hash || line->key != key)) line = line->next_in_bucket;
        return line;
    }

    [[nodiscard]] auto make(const aor_view& key, std::uint64_t hash) -> update_line* {
        if (free_ == nullptr) {
            lines_.push_back(std::make_unique<update_line>());
            free_ = lines_.back().get();
            if (lines_.size() > buckets_.size()) grow();
        }
        auto& line = *std::exchange(free_, free_->next);
        line.hash = hash;
        line.key.user.assign(key.user);
        line.key.domain.assign(key.domain);
        line.next_in_bucket = std::exchange(bucket(hash), &line);
        return &line;
    }

    /// Gives a line back that is idle.
    void give_back(update_line& line) noexcept {
        auto** link = &bucket(line.hash);
        while (*link != &line) link = &(*link)->next_in_bucket;
        *link = line.next_in_bucket;
        line.next = std::exchange(free_, &line);
    }

    void grow() {
        const auto before = std::exchange(buckets_, std::vector<update_line*>(2 * buckets_.size()));
        for (auto* line : before)
            while (line != nullptr) {
                auto& moved = *std::exchange(line, line->next_in_bucket);
                moved.next_in_bucket = std::exchange(bucket(moved.hash), &moved);
            }
    }

    /// Lets the first of those that wait have its turn, or nobody.
    void pass_on(update_line& line) {
        while (!line.waiting.empty()) {
            line.by = line.waiting.front();
            line.waiting.erase(line.waiting.begin());
            if (line.by.resume()) return;
        }
        line.by = {};
        line.is_idle = true;
        --busy_;
        if (line.is_listed) return;
        if (line.told.empty()) give_back(line);
        else list_told(line);
    }

    /// Gives back lines of which everything was heard, more of them than one call makes.
    void forget_some_heard() noexcept {
        for (int i = 0; i < 2 && first_told_ != nullptr; ++i) {
            auto& line = *std::exchange(first_told_, first_told_->next_told);
            line.is_listed = false;
            std::erase_if(line.told, heard);
            if (!line.is_idle) continue; // it is listed again when it is idle
            if (line.told.empty()) give_back(line);
            else list_told(line);
        }
    }

    void list_told(update_line& line) noexcept {
        line.is_listed = true;
        line.next_told = nullptr;
        (first_told_ == nullptr ? first_told_ : last_told_->next_told) = &line;
        last_told_ = &line;
    }

    std::vector<std::unique_ptr<update_line>> lines_;
    std::vector<update_line*> buckets_ = std::vector<update_line*>(1024);
    update_line* free_ = nullptr;
    update_line* first_written_ = nullptr;
    update_line* last_written_ = nullptr;
    update_line* first_told_ = nullptr; ///< lines that were idle and had told something
    update_line* last_told_ = nullptr;
    std::size_t busy_ = 0;
};

} // namespace sipwhere::detail

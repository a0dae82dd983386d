// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/outcome.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

namespace sipwhere {

/// Where one request waits: what any thread may say about it, and its place in a `completion_queue`.
class completion_cell {
public:
    completion_cell() noexcept = default;
    completion_cell(const completion_cell&) = delete;
    auto operator=(const completion_cell&) -> completion_cell& = delete;

private:
    friend class completion_queue;
    friend class ticket;

    /// The low bits of the state; the others count the waits.
    enum phase : std::uint32_t { idle, waiting, resumed, done };
    static constexpr std::uint32_t bits_of_phase = 2, bits_of_outcome = 3;
    static constexpr std::uint32_t one_wait = 1U << (bits_of_phase + bits_of_outcome);

    std::atomic<std::uint32_t> state_{idle};
    completion_cell* next_ = nullptr;
};

/// What policies have said about requests that wait, until their server takes it: any thread may add to it, one takes.
///
/// It never grows: each cell is in it once at most.
class completion_queue {
public:
    using waker = void (*)(void*);

    /// What was said about a request.
    struct completion {
        completion_cell* cell = nullptr; ///< null when nothing is left
        bool is_done = false;            ///< else it is to be resumed
        outcome result{};                ///< with `is_done`
    };

    completion_queue() noexcept = default;
    completion_queue(const completion_queue&) = delete;
    auto operator=(const completion_queue&) -> completion_queue& = delete;

    /// Says what to call, on any thread, when something was added.
    void wake_with(waker wake, void* object) noexcept {
        wake_ = wake;
        object_ = object;
    }

    /// Lets a request wait in a cell: from now on something may be said about it.
    ///
    /// Returns: the number of this wait in that cell.
    [[nodiscard]] auto begin(completion_cell& cell) noexcept -> std::uint32_t {
        const auto last = cell.state_.load(std::memory_order_relaxed);
        const auto number = last - last % completion_cell::one_wait + completion_cell::one_wait;
        cell.state_.store(number | completion_cell::waiting, std::memory_order_release);
        return number;
    }

    /// Ends the waiting; what is said about the request from now on is ignored.
    ///
    /// Returns: whether nothing had been said yet; if something had, it is in the queue or on its way there.
    [[nodiscard]] auto end(completion_cell& cell) noexcept -> bool {
        auto state = cell.state_.load(std::memory_order_relaxed);
        if ((state & completion_cell::done) == completion_cell::idle) return true;
        auto waiting = state - state % completion_cell::one_wait + completion_cell::waiting;
        return cell.state_.compare_exchange_strong(waiting, state - state % completion_cell::one_wait,
                                                   std::memory_order_acq_rel);
    }

    /// Takes what was said first. Only the server's thread does so.
    [[nodiscard]] auto take() noexcept -> completion {
        if (taken_ == nullptr) {
            auto* last = added_.exchange(nullptr, std::memory_order_acquire);
            while (last != nullptr) { // the last was added in front
                auto* const before = std::exchange(last->next_, taken_);
                taken_ = std::exchange(last, before);
            }
        }
        if (taken_ == nullptr) return {};
        auto& cell = *std::exchange(taken_, taken_->next_);
        const auto state = cell.state_.load(std::memory_order_acquire);
        cell.state_.store(state - state % completion_cell::one_wait, std::memory_order_release);
        const auto said = state % completion_cell::one_wait;
        return {&cell, said % (1U << completion_cell::bits_of_phase) == completion_cell::done,
                static_cast<outcome>(said >> completion_cell::bits_of_phase)};
    }

private:
    friend class ticket;

    [[nodiscard]] auto say(completion_cell& cell, std::uint32_t number, std::uint32_t said) noexcept -> bool {
        auto expected = number | completion_cell::waiting;
        if (!cell.state_.compare_exchange_strong(expected, number | said, std::memory_order_acq_rel)) return false;
        const auto wake = wake_;
        auto* const object = object_;
        cell.next_ = added_.load(std::memory_order_relaxed);
        while (!added_.compare_exchange_weak(cell.next_, &cell, std::memory_order_release, std::memory_order_relaxed)) {
        }
        wake(object);
        return true;
    }

    std::atomic<completion_cell*> added_{nullptr};
    completion_cell* taken_ = nullptr; ///< in the order in which they were added
    waker wake_ = [](void*) {};
    void* object_ = nullptr;
};

/// A claim check for a request that waits: with it a policy says later what it could not say at once, from any thread.
///
/// What is said once too often, or too late, is ignored. Tickets of one request are equal, however often it waits. None
/// must be used once `abandon` of the policy was called for its queue.
class ticket {
public:
    /// A ticket of nothing, which a request has that cannot wait.
    ticket() noexcept = default;

    /// The server lets a request wait in a cell of its queue; `request` numbers the requests of that cell.
    ticket(completion_queue& queue, completion_cell& cell, std::uint32_t request) noexcept
        : queue_(&queue), cell_(&cell), request_(request), wait_(queue.begin(cell)) {}

    /// Returns: whether its request can wait.
    [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }

    /// Returns: the queue that takes what is said; null for a ticket of nothing.
    [[nodiscard]] auto queue() const noexcept -> const completion_queue* { return queue_; }

    /// Has the request run again, by the server's own thread, now that the policy has its answer at hand.
    ///
    /// Returns: false when nobody waits for it any more.
    auto resume() const noexcept -> bool { return queue_->say(*cell_, wait_, completion_cell::resumed); }

    /// Says what became of an update whose job has run: `committed`, `full` or `failed`.
    ///
    /// Returns: false when nobody waits for it any more.
    auto done(outcome result) const noexcept -> bool {
        const auto said = static_cast<std::uint32_t>(result) << completion_cell::bits_of_phase;
        return queue_->say(*cell_, wait_, said | completion_cell::done);
    }

    /// Returns: whether the server has taken what was said by this ticket, or waits for nothing from it any more.
    [[nodiscard]] auto is_heard() const noexcept -> bool {
        const auto state = cell_->state_.load(std::memory_order_acquire);
        return state - state % completion_cell::one_wait != wait_ ||
               state % (1U << completion_cell::bits_of_phase) == completion_cell::idle;
    }

    /// Returns: whether both are of the same request.
    friend auto operator==(const ticket& a, const ticket& b) noexcept -> bool {
        return a.cell_ == b.cell_ && a.request_ == b.request_;
    }

private:
    completion_queue* queue_ = nullptr;
    completion_cell* cell_ = nullptr;
    std::uint32_t request_ = 0;
    std::uint32_t wait_ = 0;
};

} // namespace sipwhere

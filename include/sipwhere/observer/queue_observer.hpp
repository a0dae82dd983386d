// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/owned_event.hpp>
#include <sipwhere/policy/observer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace sipwhere {

/// Keeps copies of the last events, in their order, for a program that looks at them when it likes. Uses the heap.
///
/// When it holds `capacity` events, the newest is lost and counted: the past stays without a gap. For one thread, that
/// of its registrar.
class queue_observer {
public:
    explicit queue_observer(std::size_t capacity = 1024) noexcept : capacity_(capacity) {}

    void on(const binding_event& event) { put(event); }
    void on(const rejection_event& event) { put(event); }
    void on(const traffic_event& event) { put(event); }

    [[nodiscard]] auto size() const noexcept -> std::size_t { return events_.size(); }

    /// Returns: how many events found no place since the queue was made.
    [[nodiscard]] auto lost() const noexcept -> std::uint64_t { return lost_; }

    /// Takes all events out, the oldest first, and tells each to an observer.
    ///
    /// Returns: how many there were. Those that come meanwhile stay for the next call.
    template <typename Observer>
    auto drain(Observer& observer) -> std::size_t {
        const auto taken = std::exchange(events_, {});
        for (const auto& event : taken) event.tell(observer);
        return taken.size();
    }

private:
    template <typename Event>
    void put(const Event& event) {
        if (events_.size() < capacity_) events_.emplace_back(event);
        else ++lost_;
    }

    std::size_t capacity_;
    std::deque<owned_event> events_;
    std::uint64_t lost_ = 0;
};
static_assert(observer_policy<queue_observer>);

} // namespace sipwhere

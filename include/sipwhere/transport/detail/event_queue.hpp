// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/instant.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sipwhere::detail {

/// Something that a simulated network has to do at an instant.
struct network_event {
    instant due;
    std::uint64_t number = 0;   ///< events of one instant come in the order they were made
    std::uint32_t index = 0;    ///< of a datagram's slot, or of the host that ticks
    std::uint32_t tick = 0;     ///< number of the host's tick; 0: a datagram arrives

    [[nodiscard]] static constexpr auto is_later(const network_event& a, const network_event& b) noexcept -> bool {
        return a.due != b.due ? a.due > b.due : a.number > b.number;
    }
};

/// What comes next. Uses the heap.
class event_queue {
public:
    [[nodiscard]] auto empty() const noexcept -> bool { return events_.empty(); }
    [[nodiscard]] auto next() const noexcept -> const network_event& { return events_.front(); }

    void push(instant due, std::uint32_t index, std::uint32_t tick) {
        events_.push_back({due, pushed_++, index, tick});
        std::push_heap(events_.begin(), events_.end(), network_event::is_later);
    }
    void pop() {
        std::pop_heap(events_.begin(), events_.end(), network_event::is_later);
        events_.pop_back();
    }

private:
    std::vector<network_event> events_; ///< a heap, the next in front
    std::uint64_t pushed_ = 0;
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/instant.hpp>

#include <cstdint>
#include <queue>
#include <vector>

namespace sipwhere::detail {

/// Something that a simulated network has to do at an instant.
struct network_event {
    instant due;
    std::uint64_t number = 0;   ///< events of one instant come in the order they were made
    std::uint32_t index = 0;    ///< of a datagram's slot, or of the host that ticks
    std::uint32_t tick = 0;     ///< number of the host's tick; 0: a datagram arrives

    friend constexpr auto operator>(const network_event& a, const network_event& b) noexcept -> bool {
        return a.due != b.due ? a.due > b.due : a.number > b.number;
    }
};

/// What comes next. Uses the heap.
class event_queue {
public:
    [[nodiscard]] auto empty() const noexcept -> bool { return events_.empty(); }
    [[nodiscard]] auto next() const noexcept -> const network_event& { return events_.top(); }

    void push(instant due, std::uint32_t index, std::uint32_t tick) { events_.push({due, pushed_++, index, tick}); }
    void pop() { events_.pop(); }

private:
    std::priority_queue<network_event, std::vector<network_event>, std::greater<>> events_;
    std::uint64_t pushed_ = 0;
};

} // namespace sipwhere::detail

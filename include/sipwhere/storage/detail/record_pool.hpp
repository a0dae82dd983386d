// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/prefetch.hpp>
#include <sipwhere/base/timer_wheel.hpp>
#include <sipwhere/memory/nothrow_list.hpp>
#include <sipwhere/storage/detail/system_memory.hpp>

#include <cstdint>
#include <limits>
#include <utility>

namespace sipwhere::detail {

/// One record of a `hash_storage`: its timer, and where its bytes are.
struct record_node : timer_node {
    std::uint32_t block = std::numeric_limits<std::uint32_t>::max(); ///< none in a free node
};
static_assert(sizeof(record_node) == 16);

/// Record nodes that stay where they are, in segments that come from the system and go one at a time.
class record_pool {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t segment_size = 1024;

    [[nodiscard]] auto operator[](std::uint32_t index) const noexcept -> record_node& {
        return segments_[index / segment_size].nodes[index % segment_size];
    }

    void prefetch(std::uint32_t index) const noexcept { sipwhere::prefetch(&(*this)[index]); }

    /// Returns: a node without a block, or `none` without memory.
    [[nodiscard]] auto take() noexcept -> std::uint32_t {
        if (open_ == none) {
            if (!segments_.add()) return none;
            open_ = segments_.size() - 1;
        }
        const auto number = open_;
        auto& from = segments_[number];
        if (!from.nodes) from.nodes.make();
        if (!from.nodes) return none;
        const auto index = from.free == none ? number * segment_size + from.touched++ : from.free;
        if (index == from.free) from.free = std::exchange((*this)[index].next, none);
        if (++from.used == segment_size) open_ = from.next_open;
        return index;
    }

    /// Takes a node back that has no block and no timer; the last one of a segment frees it.
    void give_back(std::uint32_t index) noexcept {
        const auto number = index / segment_size;
        auto& to = segments_[number];
        if (to.used == segment_size) to.next_open = std::exchange(open_, number);
        (*this)[index].next = std::exchange(to.free, index);
        if (--to.used != 0) return;
        to.nodes.reset();
        to.free = none;
        to.touched = 0;
    }

    /// Returns: the first index from `index` on whose node has a block, `none` if there is no more.
    [[nodiscard]] auto next_in_use(std::uint32_t index) const noexcept -> std::uint32_t {
        for (auto number = index / segment_size; number < segments_.size(); ++number, index = number * segment_size) {
            const auto touched = number * segment_size + segments_[number].touched;
            for (; index < touched; ++index)
                if ((*this)[index].block != none) return index;
        }
        return none;
    }

private:
    struct segment {
        system_array<record_node, segment_size> nodes; ///< none while none is used
        std::uint32_t free = none;            ///< a node that was given back
        std::uint32_t next_open = none;       ///< another segment with a free node
        std::uint32_t used = 0;
        std::uint32_t touched = 0;            ///< nodes from here on have never been used
    };

    nothrow_list<segment> segments_;
    std::uint32_t open_ = none;
};

} // namespace sipwhere::detail

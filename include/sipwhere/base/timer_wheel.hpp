// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sipwhere {

/// What a timed element carries, for the wheel alone to write.
struct timer_node {
    std::uint32_t next = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t previous = std::numeric_limits<std::uint32_t>::max(); ///< an element, or the list it begins
    std::uint32_t due = std::numeric_limits<std::uint32_t>::max();
};

/// Timers over elements that live elsewhere and are named by 32-bit indices; a tick is whatever the caller counts.
///
/// `Nodes` is a container with `operator[](std::uint32_t) -> T&`, where T is or inherits `timer_node`; it must outlive
/// the wheel. Six levels of 64 lists each span all 2^32 ticks. An element lies on the level of the highest digit in
/// which its tick differs from the wheel's, and comes down as that digit is reached; bit maps skip what is empty.
///
/// Cost: arm, disarm and each step of `pop` are O(1), however far away an element or a jump of the clock may be.
template <typename Nodes>
class timer_wheel {
public:
    /// The tick that never comes, and the index of no element.
    static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    /// Indices from here on name lists, so elements stay below.
    static constexpr std::uint32_t max_elements = none - 6 * 64;

    explicit timer_wheel(Nodes& nodes) noexcept : nodes_(nodes) { heads_.fill(none); }

    [[nodiscard]] auto is_armed(std::uint32_t index) const noexcept -> bool { return nodes_[index].previous != none; }

    /// Lets an element come at tick `due`, armed before or not; `never` disarms it.
    ///
    /// A timer that is put off stays in its list until that list is reached, and moves on then: so a timer
    /// that is put off again and again touches no other element meanwhile.
    void arm(std::uint32_t index, std::uint32_t due) noexcept {
        SIPWHERE_ASSERT(index < max_elements);
        timer_node& node = nodes_[index];
        if (node.previous != none && due >= node.due && due != never) {
            node.due = due;
            return;
        }
        disarm(index);
        node.due = due;
        if (due != never) link(index);
    }

    /// Does nothing to an element that is not armed.
    void disarm(std::uint32_t index) noexcept {
        timer_node& node = nodes_[index];
        if (node.previous == none) return;
        if (node.next != none) nodes_[node.next].previous = node.previous;
        if (node.previous < max_elements) nodes_[node.previous].next = node.next;
        else set_head(node.previous - max_elements, node.next);
        node.next = node.previous = none;
    }

    /// Takes out one element that is due at `now`; those of an earlier tick come first.
    ///
    /// Elements on their way down, or put off, may have to be passed first: each takes one of `steps`.
    /// Returns: its index; `none` when nothing is due, or no step is left.
    [[nodiscard]] auto pop(std::uint32_t now, unsigned& steps) noexcept -> std::uint32_t {
        for (; steps != 0; --steps) {
            const auto list = first_list();
            if (list == none || begin_of(list) > now) {
                tick_ = std::max(tick_, now);
                return none;
            }
            tick_ = std::max(tick_, begin_of(list));
            const auto index = heads_[list];
            disarm(index);
            if (nodes_[index].due <= tick_) return index;
            link(index);
        }
        return none;
    }

    /// Returns: the tick at which to call `pop` again, not after that of the first element; `never` without any.
    [[nodiscard]] auto next() const noexcept -> std::uint32_t {
        const auto list = first_list();
        return list == none ? never : begin_of(list);
    }

private:
    static constexpr unsigned levels = 6;
    static constexpr unsigned bits = 6;
    static constexpr unsigned digits = 1U << bits;

    [[nodiscard]] static constexpr auto digit(std::uint32_t tick, unsigned level) noexcept -> unsigned {
        return tick >> level * bits & (digits - 1);
    }

    /// Returns: the first tick of a list, or this one when it has begun already.
    [[nodiscard]] auto begin_of(std::uint32_t list) const noexcept -> std::uint32_t {
        const unsigned shift = list / digits * bits;
        const std::uint64_t above = std::uint64_t{tick_} >> shift >> bits << bits;
        const auto begin = static_cast<std::uint32_t>((above | list % digits) << shift);
        return std::max(begin, tick_);
    }

    /// Returns: the list to look at next. One that has begun on a higher level goes first, since its elements may
    ///          belong before all others; else the lowest level holds the nearest.
    [[nodiscard]] auto first_list() const noexcept -> std::uint32_t {
        std::uint32_t first = none;
        for (unsigned level = levels; level-- > 0;) {
            if (occupied_[level] == 0) continue;
            const auto slot = static_cast<unsigned>(std::countr_zero(occupied_[level]));
            first = level * digits + slot;
            if (level > 0 && slot == digit(tick_, level)) break;
        }
        return first;
    }

    void link(std::uint32_t index) noexcept {
        timer_node& node = nodes_[index];
        const auto due = std::max(node.due, tick_);
        const auto level = (static_cast<unsigned>(std::bit_width((due ^ tick_) | 1U)) - 1) / bits;
        const auto list = level * digits + digit(due, level);
        node.next = heads_[list];
        node.previous = max_elements + list;
        if (node.next != none) nodes_[node.next].previous = index;
        set_head(list, index);
    }

    void set_head(std::uint32_t list, std::uint32_t index) noexcept {
        heads_[list] = index;
        const auto bit = std::uint64_t{1} << list % digits;
        if (index != none) occupied_[list / digits] |= bit;
        else occupied_[list / digits] &= ~bit;
    }

    Nodes& nodes_;
    std::uint32_t tick_ = 0;
    std::array<std::uint64_t, levels> occupied_{};
    std::array<std::uint32_t, levels * digits> heads_;
};

} // namespace sipwhere

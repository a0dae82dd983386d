// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/timer_wheel.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/record.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// One record of a `hash_storage`: its key and its packed bytes in one block of the heap, and its timer.
///
/// The block is counted in units of 16 bytes, of which most allocators keep 8 for themselves. It holds the sizes of
/// user and domain, their texts, the record, and what is unused.
struct record_node : timer_node {
    std::uint16_t units = 0;
    std::uint16_t unused = 0;
    char* block = nullptr; ///< null in a free node

    struct key_sizes {
        std::uint16_t user = 0;
        std::uint16_t domain = 0;
    };

    [[nodiscard]] static constexpr auto bytes_in(std::size_t units) noexcept -> std::size_t { return units * 16 - 8; }
    [[nodiscard]] static constexpr auto units_for(std::size_t bytes) noexcept -> std::size_t {
        return (bytes + 8 + 15) / 16;
    }

    /// Returns: whether the block is large enough for so many units, and not far too large.
    [[nodiscard]] auto suits(std::size_t wanted) const noexcept -> bool {
        constexpr std::size_t most_unused = std::numeric_limits<std::uint16_t>::max() / 16;
        return wanted <= units && units - wanted <= std::min(most_unused, units / std::size_t{2});
    }

    [[nodiscard]] auto sizes() const noexcept -> key_sizes {
        key_sizes read;
        std::memcpy(&read, block, sizeof read);
        return read;
    }
    [[nodiscard]] auto key() const noexcept -> aor_view {
        const auto size = sizes();
        const char* text = block + sizeof size;
        return {{text, size.user}, {text + size.user, size.domain}};
    }
    /// Returns: how many bytes come before the record.
    [[nodiscard]] auto key_bytes() const noexcept -> std::size_t {
        const auto size = sizes();
        return sizeof size + size.user + size.domain;
    }
    [[nodiscard]] auto bytes() const noexcept -> std::span<char> {
        const auto before = key_bytes();
        return {block + before, bytes_in(units) - unused - before};
    }
    [[nodiscard]] auto record() const noexcept -> record_view {
        const auto all = bytes();
        return record_view{std::string_view{all.data(), all.size()}};
    }
};
static_assert(sizeof(void*) != 8 || sizeof(record_node) == 24);

/// Record nodes that stay where they are, in segments that come and go one at a time. Uses the heap.
class record_pool {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t segment_size = 256;

    [[nodiscard]] auto operator[](std::uint32_t index) const noexcept -> record_node& {
        return segments_[index / segment_size].nodes[index % segment_size];
    }

    /// Returns: a node without a block, or `none` without memory.
    [[nodiscard]] auto take() noexcept -> std::uint32_t {
        if (open_ == none && !grow()) return none;
        const auto number = open_;
        auto& from = segments_[number];
        if (!from.nodes) from.nodes.reset(new (std::nothrow) record_node[segment_size]);
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
        for (auto number = index / segment_size; number < count_; ++number, index = number * segment_size) {
            const auto touched = number * segment_size + segments_[number].touched;
            for (; index < touched; ++index)
                if ((*this)[index].block != nullptr) return index;
        }
        return none;
    }

private:
    struct segment {
        std::unique_ptr<record_node[]> nodes; ///< null while none is used
        std::uint32_t free = none;            ///< a node that was given back
        std::uint32_t next_open = none;       ///< another segment with room
        std::uint32_t used = 0;
        std::uint32_t touched = 0;            ///< nodes from here on have never been used
    };

    /// Adds a segment, still without nodes; the list of segments doubles when it is full.
    [[nodiscard]] auto grow() noexcept -> bool {
        if (count_ == capacity_) {
            const auto wider = std::max(16U, 2 * capacity_);
            std::unique_ptr<segment[]> made{new (std::nothrow) segment[wider]};
            if (!made) return false;
            std::move(segments_.get(), segments_.get() + count_, made.get());
            segments_ = std::move(made);
            capacity_ = wider;
        }
        open_ = count_++;
        return true;
    }

    std::unique_ptr<segment[]> segments_;
    std::uint32_t count_ = 0;
    std::uint32_t capacity_ = 0;
    std::uint32_t open_ = none;
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/storage/detail/nothrow_list.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <utility>

namespace sipwhere::detail {

/// Blocks of bytes side by side in pages, each page for blocks of one size. Uses the heap.
///
/// Sizes are counted in units of 8 bytes. Where a block goes, the last one of its size moves in: so there is never more
/// than one page with room for each size, whatever came and went. A block over 2 KiB has a page of its own.
/// Cost: O(1), and a copy of the block that moves.
class block_pool {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::size_t unit = 8; ///< bytes
    static constexpr std::size_t page_size = std::size_t{1} << 16U;
    static constexpr std::size_t largest_shared = 2048 / unit;

    [[nodiscard]] static constexpr auto units_for(std::size_t bytes) noexcept -> std::size_t {
        return (bytes + unit - 1) / unit;
    }

    /// Returns: how many bytes all blocks have.
    [[nodiscard]] auto bytes() const noexcept -> std::size_t { return units_ * unit; }

    [[nodiscard]] auto at(std::uint32_t block) const noexcept -> char* {
        const auto& home = pages_[block / places];
        return home.bytes.get() + block % places * home.units * unit;
    }

    [[nodiscard]] auto units(std::uint32_t block) const noexcept -> std::size_t { return pages_[block / places].units; }

    /// Returns: a block of so many units, at least 2; `none` without memory.
    [[nodiscard]] auto take(std::size_t units) noexcept -> std::uint32_t {
        SIPWHERE_ASSERT(units >= 2 && units <= std::numeric_limits<std::uint32_t>::max());
        auto block = none;
        if (units > largest_shared) {
            if (const auto number = add_page(units, units); number != none) block = number * places;
        } else {
            auto& same = sizes_[units];
            const auto most = blocks_in_page(units);
            if (same.page == none || same.used == most) {
                const auto number = add_page(units, most * units);
                if (number == none) return none;
                pages_[number].before = std::exchange(same.page, number);
                same.used = 0;
            }
            block = same.page * places + same.used++;
        }
        units_ += block == none ? 0 : units;
        return block;
    }

    /// Takes a block back.
    ///
    /// Returns: whether another block lies there now.
    [[nodiscard]] auto give_back(std::uint32_t block) noexcept -> bool {
        const auto& home = pages_[block / places];
        const std::size_t units = home.units;
        units_ -= units;
        if (home.before == alone) {
            remove_page(block / places);
            return false;
        }
        auto& same = sizes_[units];
        const auto last = same.page * places + --same.used;
        if (last != block) std::memcpy(at(block), at(last), units * unit);
        if (same.used == 0) {
            const auto before = pages_[same.page].before;
            remove_page(same.page);
            same = {before, blocks_in_page(units)};
        }
        return last != block;
    }

    /// Counts a block as one of fewer units if it has a page of its own, for when there is no memory to move it.
    void shrink(std::uint32_t block, std::size_t units) noexcept {
        auto& home = pages_[block / places];
        if (home.before != alone) return;
        units_ -= home.units - units;
        home.units = static_cast<std::uint32_t>(units);
    }

private:
    static constexpr std::uint32_t places = page_size / (2 * unit); ///< in a page of the smallest blocks
    static constexpr std::uint32_t most_pages = none / places;
    static constexpr std::uint32_t alone = none - 1;

    struct page {
        std::unique_ptr<char[]> bytes; ///< null in a free page
        std::uint32_t units = 0; ///< of each block
        std::uint32_t before = none; ///< the page of the same size that was begun before, or the next free one
    };

    /// All pages of a size are full but for the one that was begun last.
    struct size_class {
        std::uint32_t page = none;
        std::uint32_t used = 0; ///< blocks of that page
    };

    [[nodiscard]] static constexpr auto blocks_in_page(std::size_t units) noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>(page_size / (units * unit));
    }

    /// Returns: the number of a new page, `none` without memory.
    [[nodiscard]] auto add_page(std::size_t units, std::size_t units_in_all) noexcept -> std::uint32_t {
        if (free_ == none) {
            if (pages_.size() == most_pages || !pages_.add()) return none;
            free_ = pages_.size() - 1;
        }
        auto& made = pages_[free_];
        made.bytes.reset(new (std::nothrow) char[units_in_all * unit]);
        if (!made.bytes) return none;
        made.units = static_cast<std::uint32_t>(units);
        return std::exchange(free_, std::exchange(made.before, alone));
    }

    void remove_page(std::uint32_t number) noexcept {
        auto& gone = pages_[number];
        gone.bytes.reset();
        gone.before = std::exchange(free_, number);
    }

    nothrow_list<page> pages_;
    std::array<size_class, largest_shared + 1> sizes_{};
    std::uint32_t free_ = none;
    std::size_t units_ = 0; ///< of all blocks
};

} // namespace sipwhere::detail

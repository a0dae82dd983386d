// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/memory/nothrow_list.hpp>
#include <sipwhere/storage/detail/system_memory.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace sipwhere::detail {

/// Blocks of bytes side by side in pages, each page for blocks of one size; a page comes from the system, and goes back
/// to it.
///
/// Sizes are counted in units of 8 bytes. Where a block goes, the last one of its size moves in: so there is never
/// more than one page with free blocks for each size, whatever came and went. A block over 2 KiB has a page of its
/// own, whose size is a multiple of 4 KiB.
///
/// What has become free is kept for blocks of any size, as records that grow or shrink together leave one size for the
/// next: as long as it is less than an eighth of what is in use, or 256 KiB. The rest goes back, a piece at a time.
/// Cost: O(1), and a copy of the block that moves.
class block_pool {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::size_t unit = 8; ///< bytes
    static constexpr std::size_t page_size = std::size_t{1} << 16U;
    static constexpr std::size_t largest_shared = 2048 / unit;

    [[nodiscard]] static constexpr auto units_for(std::size_t bytes) noexcept -> std::size_t {
        const auto units = (bytes + unit - 1) / unit;
        if (units <= largest_shared) return units;
        return (units + units_of_own_page - 1) / units_of_own_page * units_of_own_page;
    }

    block_pool() noexcept = default;
    block_pool(const block_pool&) = delete;
    auto operator=(const block_pool&) -> block_pool& = delete;
    ~block_pool() {
        for (std::uint32_t number = 0; number < pages_.size(); ++number)
            if (pages_[number].bytes != nullptr) remove_page(number, size_of(pages_[number]));
    }

    /// Returns: how many bytes all blocks have.
    [[nodiscard]] auto bytes() const noexcept -> std::size_t { return units_ * unit; }

    /// Returns: how many times 4 KiB have gone back to the system, which takes longer than all else here.
    [[nodiscard]] auto returned() const noexcept -> std::uint32_t { return returned_; }

    [[nodiscard]] auto at(std::uint32_t block) const noexcept -> char* {
        const auto& home = pages_[block / places];
        return home.bytes + block % places * home.units * unit;
    }

    [[nodiscard]] auto units(std::uint32_t block) const noexcept -> std::size_t { return pages_[block / places].units; }

    /// Returns: a block of so many units, at least 2, as `units_for` has them; `none` without memory.
    [[nodiscard]] auto take(std::size_t units) noexcept -> std::uint32_t {
        SIPWHERE_ASSERT(units >= 2 && units <= std::numeric_limits<std::uint32_t>::max());
        SIPWHERE_ASSERT(units <= largest_shared || units % units_of_own_page == 0);
        auto block = none;
        if (units > largest_shared) {
            if (const auto number = add_page(units, units * unit); number != none) block = number * places;
        } else {
            auto& same = sizes_[units];
            const auto most = blocks_in_page(units);
            if ((same.page == none || same.used == most) && !begin_page(same, units)) return none;
            block = same.page * places + same.used++;
            if (same.used > same.touched) same.touched = same.used;
            else kept_ -= units * unit;
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
            returned_ += static_cast<std::uint32_t>(units / units_of_own_page);
            remove_page(block / places, units * unit);
            return false;
        }
        auto& same = sizes_[units];
        const auto last = same.page * places + --same.used;
        if (last != block) std::memcpy(at(block), at(last), units * unit);
        kept_ += units * unit;
        if (same.used == 0) end_page(same, units);
        if (kept_ > most_kept()) return_some(units);
        return last != block;
    }

    /// Makes a block smaller if it has a page of its own, for when there is no memory to move it: as small as it can
    /// be, since a page has 4 KiB at least.
    void shrink(std::uint32_t block, std::size_t units) noexcept {
        auto& home = pages_[block / places];
        units = std::max(units, units_of_own_page);
        if (home.before != alone || !system_memory::can_shrink || units >= home.units) return;
        system_memory::give_back(home.bytes + units * unit, (home.units - units) * unit);
        units_ -= home.units - units;
        home.units = static_cast<std::uint32_t>(units);
    }

private:
    static constexpr std::uint32_t places = page_size / (2 * unit); ///< in a page of the smallest blocks
    static constexpr std::uint32_t most_pages = none / places;
    static constexpr std::uint32_t alone = none - 1;
    static constexpr std::size_t units_of_own_page = system_memory::granularity / unit;

    struct page {
        char* bytes = nullptr; ///< null where there is none
        std::uint32_t units = 0; ///< of each block
        std::uint32_t before = none; ///< the page of the same size begun before, or the next empty or absent one
        std::uint32_t touched = 0; ///< bytes of an empty page that the system has given
    };

    /// All pages of a size are full but for the one that was begun last.
    struct size_class {
        std::uint32_t page = none;
        std::uint32_t used = 0; ///< blocks of that page
        std::uint32_t touched = 0; ///< blocks of it whose bytes the system has given; at least those that are used
    };

    [[nodiscard]] static auto size_of(const page& which) noexcept -> std::size_t {
        return which.before == alone ? which.units * unit : page_size;
    }

    /// Returns: how many free bytes are kept.
    [[nodiscard]] auto most_kept() const noexcept -> std::size_t {
        constexpr std::size_t least = std::size_t{256} << 10U;
        return std::max(least, bytes() / 8);
    }

    /// Begins a page for blocks of a size whose last page is full, an empty one if there is any.
    ///
    /// Returns: false without memory.
    [[nodiscard]] auto begin_page(size_class& same, std::size_t units) noexcept -> bool {
        auto number = empty_;
        const bool is_reused = number != none;
        if (!is_reused) number = add_page(units, page_size);
        if (number == none) return false;
        auto& begun = pages_[number];
        const auto touched = is_reused ? static_cast<std::uint32_t>(begun.touched / (units * unit)) : 0;
        if (is_reused) {
            empty_ = begun.before;
            begun.units = static_cast<std::uint32_t>(units);
            kept_ -= page_size - touched * units * unit;
        }
        begun.before = same.page;
        same = {number, 0, touched};
        return true;
    }

    [[nodiscard]] static constexpr auto blocks_in_page(std::size_t units) noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>(page_size / (units * unit));
    }

    /// Keeps the page of a size whose last block has gone.
    void end_page(size_class& same, std::size_t units) noexcept {
        auto& ended = pages_[same.page];
        const auto before = ended.before;
        ended.touched = static_cast<std::uint32_t>(same.touched * units * unit);
        kept_ += page_size - ended.touched; // all of it counts, whatever the system has given of it
        ended.before = std::exchange(empty_, same.page);
        const auto most = blocks_in_page(units);
        same = {before, most, most};
    }

    /// Gives an empty page back, or what lies behind the blocks of a size, and of another by turns.
    void return_some(std::size_t units) noexcept {
        if (const auto number = empty_; number != none) {
            empty_ = pages_[number].before;
            kept_ -= page_size;
            returned_ += static_cast<std::uint32_t>(pages_[number].touched / system_memory::granularity + 1);
            return remove_page(number, page_size);
        }
        forget_end(sizes_[units], units);
        turn_ = turn_ == largest_shared ? 2 : turn_ + 1;
        forget_end(sizes_[turn_], turn_);
    }

    /// Returns: the number of a new page, `none` without memory.
    [[nodiscard]] auto add_page(std::size_t units, std::size_t bytes) noexcept -> std::uint32_t {
        if (free_ == none) {
            if (pages_.size() == most_pages || !pages_.add()) return none;
            free_ = pages_.size() - 1;
        }
        auto& made = pages_[free_];
        made.bytes = static_cast<char*>(system_memory::take(bytes));
        if (made.bytes == nullptr) return none;
        made.units = static_cast<std::uint32_t>(units);
        return std::exchange(free_, std::exchange(made.before, alone));
    }

    /// Lets the system take back what lies behind the blocks of the last page of a size, but for 4 KiB.
    void forget_end(size_class& same, std::size_t units) noexcept {
        if (same.page == none) return;
        constexpr auto step = system_memory::granularity;
        const auto up = [](std::size_t end) { return (end + step - 1) / step * step; };
        const auto size = units * unit;
        const auto begin = up(same.used * size) + step, end = std::min(page_size, up(same.touched * size));
        if (begin >= end) return;
        system_memory::forget(pages_[same.page].bytes + begin, end - begin);
        returned_ += static_cast<std::uint32_t>((end - begin) / step);
        const auto left = static_cast<std::uint32_t>(begin / size);
        kept_ -= (same.touched - left) * size;
        same.touched = left;
    }

    void remove_page(std::uint32_t number, std::size_t bytes) noexcept {
        auto& gone = pages_[number];
        system_memory::give_back(std::exchange(gone.bytes, nullptr), bytes);
        gone.before = std::exchange(free_, number);
    }

    nothrow_list<page> pages_;
    std::array<size_class, largest_shared + 1> sizes_{};
    std::uint32_t free_ = none; ///< the first page without bytes
    std::uint32_t empty_ = none; ///< the first page without blocks
    std::size_t units_ = 0; ///< of all blocks
    std::size_t kept_ = 0; ///< bytes without blocks that the system has given, but for ends of pages
    std::size_t turn_ = largest_shared; ///< the size that was looked at last
    std::uint32_t returned_ = 0;
};

} // namespace sipwhere::detail

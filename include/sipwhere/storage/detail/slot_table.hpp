// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/prefetch.hpp>
#include <sipwhere/storage/detail/system_memory.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <utility>

namespace sipwhere::detail {

/// One array of slots with linear probing, cut into pages that come when they are first written to. Uses the heap.
class slot_pages {
public:
    static constexpr std::uint32_t page_size = 2048;

    struct slot {
        std::uint32_t hash = 0;
        std::uint32_t number = 0; ///< 0 in an empty slot
    };

    slot_pages() noexcept = default;

    /// Allocates slots, a power of two and at least a page; `size()` stays 0 without memory.
    explicit slot_pages(std::uint32_t size) noexcept : pages_(new(std::nothrow) page[size / page_size]) {
        if (pages_) size_ = size;
    }

    [[nodiscard]] auto size() const noexcept -> std::uint32_t { return size_; }

    [[nodiscard]] auto at(std::uint32_t position) const noexcept -> slot {
        const auto& here = pages_[position / page_size];
        return here ? here[position % page_size] : slot{};
    }

    /// Returns: the number that `is_it` takes among those of this hash, 0 if there is none.
    template <typename Predicate>
    [[nodiscard]] auto find(std::uint32_t hash, Predicate&& is_it) const -> std::uint32_t {
        if (size_ == 0) return 0;
        for (auto position = hash & mask();; position = after(position)) {
            const auto found = at(position);
            if (found.number == 0 || (found.hash == hash && is_it(found.number))) return found.number;
        }
    }

    /// Begins to load what `find` will read.
    void prefetch(std::uint32_t hash) const noexcept {
        if (size_ == 0) return;
        const auto position = hash & mask();
        if (const auto& here = pages_[position / page_size]) sipwhere::prefetch(&here[position % page_size]);
    }

    /// Adds an entry; one slot at least has to stay empty.
    ///
    /// Returns: false without memory, and then nothing has changed.
    [[nodiscard]] auto insert(slot entry) noexcept -> bool {
        auto position = entry.hash & mask();
        while (at(position).number != 0) position = after(position);
        auto& here = pages_[position / page_size];
        if (!here) here.make();
        if (!here) return false;
        here[position % page_size] = entry;
        return true;
    }

    /// Returns: whether the entry was there to be removed.
    auto erase(slot entry) noexcept -> bool {
        if (size_ == 0) return false;
        auto position = entry.hash & mask();
        for (auto found = at(position).number; found != entry.number; found = at(position).number) {
            if (found == 0) return false;
            position = after(position);
        }
        empty(position);
        return true;
    }

    /// Empties a slot and moves up those after it that would not be found any more.
    void empty(std::uint32_t hole) noexcept {
        for (auto position = hole;;) {
            position = after(position);
            const auto moved = at(position);
            if (moved.number == 0) break;
            if (((position - moved.hash) & mask()) < ((position - hole) & mask())) continue;
            pages_[hole / page_size][hole % page_size] = moved;
            hole = position;
        }
        pages_[hole / page_size][hole % page_size] = {};
    }

    /// Gives back the page of a position; all its slots are empty.
    void release(std::uint32_t position) noexcept { pages_[position / page_size].reset(); }

private:
    using page = system_array<slot, page_size>;

    [[nodiscard]] auto mask() const noexcept -> std::uint32_t { return size_ - 1; }
    [[nodiscard]] auto after(std::uint32_t position) const noexcept -> std::uint32_t { return (position + 1) & mask(); }

    std::unique_ptr<page[]> pages_;
    std::uint32_t size_ = 0;
};

/// A hash table from hashes to numbers from 1 on, which grows and shrinks a step at a time. Uses the heap.
///
/// While it changes size, entries move from the old array to the new one, a few with each call of `step`, so that no
/// call takes long however many there are. It never fails to find what it holds, with memory or without.
class slot_table {
public:
    template <typename Predicate>
    [[nodiscard]] auto find(std::uint32_t hash, Predicate&& is_it) const -> std::uint32_t {
        if (const auto found = slots_.find(hash, is_it); found != 0) return found;
        return old_.find(hash, is_it);
    }

    /// Begins to load what `find` will read.
    void prefetch(std::uint32_t hash) const noexcept {
        slots_.prefetch(hash);
        old_.prefetch(hash);
    }

    /// Returns: false without memory, and then nothing has changed.
    [[nodiscard]] auto insert(std::uint32_t hash, std::uint32_t number) noexcept -> bool {
        if (used_ + 1 > most_in(slots_.size())) resize(slots_.size() == 0 ? smallest : 2 * slots_.size());
        if (used_ + 1 > most_in(slots_.size()) || !slots_.insert({hash, number})) return false;
        ++used_;
        return true;
    }

    /// Removes an entry that is there.
    void erase(std::uint32_t hash, std::uint32_t number) noexcept {
        if (!slots_.erase({hash, number})) old_.erase({hash, number});
        if (--used_ == 0) *this = {};
        else if (slots_.size() > smallest && used_ < slots_.size() / 8) resize(slots_.size() / 2);
    }

    /// Goes on with a change of size.
    void step() noexcept {
        for (unsigned looked = 0; old_.size() != 0 && looked < slots_a_step; ++looked) {
            if (const auto entry = old_.at(moved_); entry.number != 0) {
                if (!slots_.insert(entry)) return;
                old_.empty(moved_);
                continue;
            }
            if (++moved_ % slot_pages::page_size == 0) old_.release(moved_ - 1);
            if (moved_ == old_.size()) old_ = {};
        }
    }

private:
    static constexpr std::uint32_t smallest = slot_pages::page_size;
    static constexpr std::uint32_t largest = std::uint32_t{1} << 31;
    static constexpr unsigned slots_a_step = 32;

    [[nodiscard]] static constexpr auto most_in(std::uint32_t size) noexcept -> std::uint32_t {
        return size - size / 8;
    }

    /// Begins to change size, unless it is changing already or there is no memory.
    void resize(std::uint32_t size) noexcept {
        if (old_.size() != 0 || slots_.size() == largest) return;
        slot_pages made{size};
        if (made.size() == 0) return;
        old_ = std::exchange(slots_, std::move(made));
        moved_ = 0;
    }

    slot_pages slots_;
    slot_pages old_;
    std::uint32_t moved_ = 0;
    std::uint32_t used_ = 0;
};

} // namespace sipwhere::detail

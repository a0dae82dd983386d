// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/prefetch.hpp>
#include <sipwhere/base/timer_wheel.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/storage/detail/block_pool.hpp>
#include <sipwhere/storage/detail/record_block.hpp>
#include <sipwhere/storage/detail/record_list.hpp>
#include <sipwhere/storage/detail/record_pool.hpp>
#include <sipwhere/storage/detail/slot_table.hpp>
#include <sipwhere/storage/hash_storage_limits.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace sipwhere {

/// Keeps bindings in memory, in a hash table. The everyday storage of a server.
///
/// A record takes a block of its own size, rounded up to 8 bytes, a node of 16 bytes, which is its timer as well, and a
/// table slot of 8 bytes, of which up to 7/8 are in use. All of them come and go in small pieces. A refresh that is as
/// long as what it replaces allocates nothing; without memory an update is `full`.
///
/// A record without bindings, which only remembers transactions, counts like any other while it lasts. When a limit is
/// reached, those that have been without bindings longest go first, for a record that has some.
/// Cost: `update` and `read` one keyed hash and one lookup; `expire` O(1) for each record that is due, of which it
///       drops fewer where memory goes back to the system.
class hash_storage {
public:
    using memory = heap_memory;
    static constexpr bool persistent = false;

    explicit hash_storage(hash_storage_limits limits = {}) noexcept : limits_(limits) {
        limits_.max_aors = std::min(limits_.max_aors, wheel::max_elements);
    }
    hash_storage(const hash_storage&) = delete;
    auto operator=(const hash_storage&) -> hash_storage& = delete;

    /// Returns: how many records it holds.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

    /// Returns: how many bytes keys and records take, counted as `max_bytes` counts them.
    [[nodiscard]] auto bytes() const noexcept -> std::size_t { return blocks_.bytes(); }

    /// Sets the secret of the hash, while the store is empty; one that holds records keeps the secret it has.
    void seed(hash_key key) noexcept {
        if (size_ == 0) key_ = key;
    }

    /// Returns: a keyed hash of a key, for the functions that take one; it holds until the store is seeded anew.
    [[nodiscard]] auto hash_of(const aor_view& key) const noexcept -> std::uint64_t {
        return siphash_1_3{key_}.text(key.user).text(key.domain).finish();
    }

    auto update(const aor_view& key, record_job job) -> outcome { return update(key, hash_of(key), job); }

    auto update(const aor_view& key, std::uint64_t wide_hash, record_job job) -> outcome {
        const auto hash = table_hash(wide_hash);
        const auto index = find(key, hash);
        const auto old = index == none ? record_view{} : block_of(index).record();
        const bool was_listed = old.size() == 0;
        const auto wanted = job(old);
        if (wanted.result != outcome::committed) return wanted.result;
        table_.step();
        const record_view record{wanted.bytes};
        const auto due = record.due(); // before its bytes may go
        if (index == none) return record.bytes().empty() ? outcome::committed : insert(key, hash, record);
        if (record.bytes().empty()) erase(index, hash);
        else if (!replace(index, key, record, was_listed)) return outcome::full;
        else wheel_.arm(index, due);
        return outcome::committed;
    }

    void read(const aor_view& key, instant now, bindings_visitor visit) const { read(key, hash_of(key), now, visit); }

    void read(const aor_view& key, std::uint64_t hash, instant now, bindings_visitor visit) const {
        const auto index = find(key, table_hash(hash));
        if (index != none) visit({block_of(index).record(), now});
    }

    /// Returns: whether there are more records than the caches of most processors hold.
    [[nodiscard]] auto gains_by_prefetch() const noexcept -> bool { return size_ > 16'384; }

    /// Brings what `update` will read of keys with these hashes into the processor's caches, for many keys at the same
    /// time: slots, then nodes, then blocks, since each tells where the next is.
    /// Cost: a lookup for each key; worth it when the records are too many for the caches.
    void prefetch(std::span<const std::uint64_t> hashes) const noexcept {
        std::array<std::uint32_t, 32> places{}; // first the hashes, then the indices
        while (!hashes.empty()) {
            const auto some = hashes.first(std::min(hashes.size(), places.size()));
            hashes = hashes.subspan(some.size());
            for (std::size_t i = 0; i < some.size(); ++i) table_.prefetch(places[i] = table_hash(some[i]));
            for (auto& place : std::span{places}.first(some.size())) {
                place = table_.find(place, [](std::uint32_t) { return true; }) - 1;
                if (place != none) nodes_.prefetch(place);
            }
            for (const auto place : std::span{places}.first(some.size()))
                if (place != none) prefetch_block(nodes_[place].block);
        }
    }

    /// Returns: whether the limits let a record take the place of `before`, that of the same key; an update may find no
    ///          memory all the same.
    [[nodiscard]] auto has_capacity(const aor_view& key, record_view before, record_view after) const noexcept -> bool {
        if (after.bytes().empty() || (after.size() != 0 && empty_.first() != none)) return true;
        if (before.bytes().empty() && size_ == limits_.max_aors) return false;
        const auto bytes_for = [&](record_view record) {
            return record.bytes().empty()
                       ? std::size_t{0}
                       : blocks_.units_for(detail::record_block::size_for(key, record.bytes().size())) * blocks_.unit;
        };
        return bytes_for(after) <= bytes_for(before) + (limits_.max_bytes - std::min(limits_.max_bytes, bytes()));
    }

    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return expire_if(now, at_most, sink, [](const aor_view&) { return true; });
    }

    /// The same for the records of which `may(const aor_view&)` says so. The others have their turn a second later.
    template <typename May>
    auto expire_if(instant now, unsigned at_most, binding_sink sink, May&& may) -> instant {
        const auto second = floor_seconds(now);
        while (at_most > 0) {
            unsigned steps = 8; // one timer comes down through six levels at most
            const auto index = wheel_.pop(second, steps);
            if (index == none && steps > 0) break;
            if (index != none && !may(block_of(index).key())) {
                wheel_.arm(index, second + 1);
                --at_most;
                continue;
            }
            const auto before = blocks_.returned();
            const auto taken = index == none ? 0 : drop(index, now, sink);
            constexpr unsigned time_of_return = 16; // as if so many bindings had gone
            const unsigned returned = blocks_.returned() - before;
            at_most -= std::min(at_most, std::max(1U, taken + time_of_return * returned));
        }
        return to_instant(wheel_.next());
    }

    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        auto index = nodes_.next_in_use(static_cast<std::uint32_t>(from));
        for (; index != none && at_most > 0; --at_most, index = nodes_.next_in_use(index + 1))
            visit(block_of(index).key(), {block_of(index).record(), now});
        return index == none ? scan_position{} : scan_position{index};
    }

private:
    using wheel = timer_wheel<detail::record_pool>;
    static constexpr auto none = detail::record_pool::none;
    static constexpr std::size_t longest_record = std::size_t{1} << 20U;

    [[nodiscard]] auto block_at(std::uint32_t place) const noexcept -> detail::record_block {
        return {blocks_.at(place), blocks_.units(place) * blocks_.unit};
    }
    [[nodiscard]] auto block_of(std::uint32_t index) const noexcept -> detail::record_block {
        return block_at(nodes_[index].block);
    }

    /// Returns: the half of a hash that the table looks at; the other one is for who has many stores.
    [[nodiscard]] static constexpr auto table_hash(std::uint64_t hash) noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>(hash);
    }

    /// Returns: the index of the key's node, or `none`. The table counts from 1 on.
    [[nodiscard]] auto find(const aor_view& key, std::uint32_t hash) const noexcept -> std::uint32_t {
        return table_.find(hash, [&](std::uint32_t number) { return block_of(number - 1).key() == key; }) - 1;
    }

    [[nodiscard]] auto insert(const aor_view& key, std::uint32_t hash, record_view record) -> outcome {
        if (size_ == limits_.max_aors && !make_size_for(record)) return outcome::full;
        const auto index = nodes_.take();
        if (index == none) return outcome::full;
        if (!replace(index, key, record, false) || !table_.insert(hash, index + 1)) {
            if (nodes_[index].block != none) unlist(index);
            free_block(nodes_[index].block);
            nodes_.give_back(index);
            return outcome::full;
        }
        ++size_;
        wheel_.arm(index, record.due());
        return outcome::committed;
    }

    void erase(std::uint32_t index, std::uint32_t hash) noexcept {
        table_.erase(hash, index + 1);
        wheel_.disarm(index);
        unlist(index);
        free_block(nodes_[index].block);
        nodes_.give_back(index);
        --size_;
    }

    /// Returns: whether a record has no bindings and so is in the list of those that go first.
    [[nodiscard]] auto is_listed(std::uint32_t index) const noexcept -> bool {
        return block_of(index).record().size() == 0;
    }

    /// Returns: where the links of a record without bindings are: its block ends with them.
    [[nodiscard]] auto links_of(std::uint32_t index) const noexcept -> char* {
        const auto block = nodes_[index].block;
        return blocks_.at(block) + blocks_.units(block) * blocks_.unit - sizeof(detail::record_links);
    }

    void list(std::uint32_t index) noexcept {
        empty_.add(index, [this](std::uint32_t each) { return links_of(each); });
    }
    void unlist(std::uint32_t index) noexcept {
        if (is_listed(index)) empty_.remove(index, [this](std::uint32_t each) { return links_of(each); });
    }

    /// Drops the record that has been without bindings longest, for one that has some.
    ///
    /// Returns: whether there was one.
    [[nodiscard]] auto make_size_for(record_view record) noexcept -> bool {
        const auto index = empty_.first();
        if (index == none || record.size() == 0) return false;
        erase(index, table_hash(hash_of(block_of(index).key())));
        return true;
    }

    /// Makes `record` that of a node, and keeps the list of those without bindings.
    ///
    /// Returns: false when the capacity is used up; then nothing has changed.
    [[nodiscard]] auto replace(std::uint32_t index, const aor_view& key, record_view record, bool was_listed) noexcept
        -> bool {
        const bool is_empty = record.size() == 0; // before its bytes may go
        if (was_listed) empty_.remove(index, [this](std::uint32_t each) { return links_of(each); });
        const bool written = write(index, key, record, is_empty ? sizeof(detail::record_links) : 0);
        if (written ? is_empty : was_listed) list(index);
        return written;
    }

    /// Writes a record to the block of a node or to a new one, with some bytes to spare.
    ///
    /// Returns: false when the capacity is used up; then nothing has changed.
    [[nodiscard]] auto write(std::uint32_t index, const aor_view& key, record_view wanted, std::size_t spare) noexcept
        -> bool {
        constexpr auto longest = detail::record_block::longest_text;
        const auto record = wanted.bytes();
        if (key.user.size() > longest || key.domain.size() > longest || record.size() > longest_record) return false;
        auto& place = nodes_[index].block;
        const auto units = blocks_.units_for(detail::record_block::size_for(key, record.size()) + spare);
        const auto before = place == none ? 0 : blocks_.units(place);
        if (units == before) {
            block_of(index).write_record(record);
            return true;
        }
        while (units > before && (units - before) * blocks_.unit > limits_.max_bytes - bytes())
            if (!make_size_for(wanted)) return false;
        const auto fresh = blocks_.take(units);
        if (fresh != none) {
            const auto made = block_at(fresh);
            made.write_key(index, key);
            made.write_record(record);
            free_block(place);
            place = fresh;
            return true;
        }
        if (units > before) return false;
        blocks_.shrink(place, units); // without memory a smaller record stays where it is
        block_of(index).write_record(record);
        return true;
    }

    void prefetch_block(std::uint32_t place) const noexcept {
        constexpr std::size_t line = 64, most = 512;
        const char* const block = blocks_.at(place);
        const auto size = std::min(most, blocks_.units(place) * blocks_.unit);
        for (std::size_t at = 0; at < size; at += line) sipwhere::prefetch(block + at);
        sipwhere::prefetch(block + size - 1);
    }

    /// Gives back a block, if there is one; the one that moves to its place is told to its node.
    void free_block(std::uint32_t& block) noexcept {
        const auto place = std::exchange(block, none);
        if (place != none && blocks_.give_back(place)) nodes_[block_at(place).owner()].block = place;
    }

    /// Takes out what is due of a record that has no timer any more.
    ///
    /// Returns: how many bindings it was.
    auto drop(std::uint32_t index, instant now, binding_sink sink) -> unsigned {
        table_.step(); // once for each, so that a table that shrinks keeps up
        const auto block = block_of(index);
        const bool was_listed = is_listed(index);
        unsigned taken = 0;
        const auto left =
            drop_due(block.bytes(), now, [&, key = block.key()](const binding_view& binding, std::size_t more) {
                ++taken;
                sink(key, binding, more);
            });
        if (left.bytes().empty()) erase(index, table_hash(hash_of(block.key())));
        else {
            (void)replace(index, block.key(), left, was_listed); // fits, since it does not grow
            wheel_.arm(index, block_of(index).record().due());
        }
        return taken;
    }

    hash_storage_limits limits_;
    hash_key key_;
    detail::slot_table table_;
    detail::record_pool nodes_;
    detail::block_pool blocks_;
    detail::record_list empty_; ///< records without bindings, those that have been so longest first
    wheel wheel_{nodes_};
    std::size_t size_ = 0;
};
static_assert(storage_policy<hash_storage> && has_prefetch<hash_storage>);

} // namespace sipwhere

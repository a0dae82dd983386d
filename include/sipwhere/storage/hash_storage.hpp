// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/timer_wheel.hpp>
#include <sipwhere/model/record_builder.hpp>
#include <sipwhere/policy/heap_workspace.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/storage/detail/record_pool.hpp>
#include <sipwhere/storage/detail/slot_table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>

namespace sipwhere {

/// How large a `hash_storage` may become.
struct hash_storage_limits {
    std::uint32_t max_aors = 1U << 20U; ///< records
    std::size_t max_bytes = std::numeric_limits<std::size_t>::max(); ///< bytes of all keys and records together
};

/// Keeps bindings in memory, in a hash table. The everyday storage of a server.
///
/// Each record is one block of the heap with a 24-byte node, which is a timer as well, and 8 bytes of a table slot.
/// All of them come and go in small pieces. A refresh that fits into its record's block allocates nothing; without
/// memory an update is `full`.
/// Cost: `update` and `read` one keyed hash and one lookup; `expire` O(1) for each record that is due.
class hash_storage {
public:
    using workspace = heap_workspace;
    static constexpr bool persistent = false;

    explicit hash_storage(hash_storage_limits limits = {}) noexcept : limits_(limits) {
        limits_.max_aors = std::min(limits_.max_aors, wheel::max_elements);
    }
    hash_storage(const hash_storage&) = delete;
    auto operator=(const hash_storage&) -> hash_storage& = delete;
    ~hash_storage() {
        for (auto index = nodes_.next_in_use(0); index != none; index = nodes_.next_in_use(index + 1))
            delete[] nodes_[index].block;
    }

    /// Returns: how many records it holds.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

    /// Returns: how many bytes keys and records take, counted as `max_bytes` counts them.
    [[nodiscard]] auto bytes() const noexcept -> std::size_t { return bytes_; }

    /// Sets the secret of the hash, while the store is empty; one that holds records keeps the secret it has.
    void seed(hash_key key) noexcept {
        if (size_ == 0) key_ = key;
    }

    auto update(const aor_view& key, record_job job) -> outcome {
        const auto hash = hash_of(key);
        const auto index = find(key, hash);
        const auto decided = job(index == none ? record_view{} : nodes_[index].record());
        if (decided.result != outcome::committed) return decided.result;
        table_.step();
        if (index == none) return decided.bytes.empty() ? outcome::committed : insert(key, hash, decided.bytes);
        if (decided.bytes.empty()) erase(index, hash);
        else if (!write(nodes_[index], nodes_[index].key(), decided.bytes)) return outcome::full;
        else wheel_.arm(index, nodes_[index].record().due());
        return outcome::committed;
    }

    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        const auto index = find(key, hash_of(key));
        if (index != none) visit({nodes_[index].record(), now});
    }

    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        const auto second = floor_seconds(now);
        table_.step();
        while (at_most > 0) {
            unsigned steps = 8; // one timer comes down through six levels at most
            const auto index = wheel_.pop(second, steps);
            if (index == none && steps > 0) break;
            const auto taken = index == none ? 0 : drop(index, now, sink);
            at_most -= std::min(at_most, std::max(1U, taken));
        }
        return to_instant(wheel_.next());
    }

    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        auto index = nodes_.next_in_use(static_cast<std::uint32_t>(from));
        for (; index != none && at_most > 0; --at_most, index = nodes_.next_in_use(index + 1))
            visit(nodes_[index].key(), {nodes_[index].record(), now});
        return index == none ? scan_position{} : scan_position{index};
    }

private:
    using wheel = timer_wheel<detail::record_pool>;
    static constexpr auto none = detail::record_pool::none;

    [[nodiscard]] auto hash_of(const aor_view& key) const noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>(siphash_1_3{key_}.text(key.user).text(key.domain).finish());
    }

    /// Returns: the index of the key's node, or `none`. The table counts from 1 on.
    [[nodiscard]] auto find(const aor_view& key, std::uint32_t hash) const noexcept -> std::uint32_t {
        return table_.find(hash, [&](std::uint32_t number) { return nodes_[number - 1].key() == key; }) - 1;
    }

    [[nodiscard]] auto insert(const aor_view& key, std::uint32_t hash, std::string_view record) -> outcome {
        if (size_ == limits_.max_aors) return outcome::full;
        const auto index = nodes_.take();
        if (index == none) return outcome::full;
        auto& node = nodes_[index];
        if (!write(node, key, record) || !table_.insert(hash, index + 1)) {
            free_block(node);
            nodes_.give_back(index);
            return outcome::full;
        }
        ++size_;
        wheel_.arm(index, node.record().due());
        return outcome::committed;
    }

    void erase(std::uint32_t index, std::uint32_t hash) noexcept {
        table_.erase(hash, index + 1);
        wheel_.disarm(index);
        free_block(nodes_[index]);
        nodes_.give_back(index);
        --size_;
    }

    /// Makes `record` the bytes of a node, in its block or in a new one.
    ///
    /// Returns: false when there is no room for it, and then nothing has changed.
    [[nodiscard]] auto write(detail::record_node& node, const aor_view& key, std::string_view record) noexcept -> bool {
        constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
        if (key.user.size() > most || key.domain.size() > most) return false;
        const detail::record_node::key_sizes sizes{static_cast<std::uint16_t>(key.user.size()),
                                                   static_cast<std::uint16_t>(key.domain.size())};
        const auto before = sizeof sizes + key.user.size() + key.domain.size();
        const auto units = node.units_for(before + record.size());
        char* block = node.block;
        if (!node.suits(units)) {
            const auto total = bytes_ - 16U * node.units + 16U * units;
            const bool grows = units > node.units;
            if (units > most || total > limits_.max_bytes) return false;
            if (char* fresh = new (std::nothrow) char[node.bytes_in(units)]; fresh != nullptr) {
                std::memcpy(fresh, &sizes, sizeof sizes);
                key.user.copy(fresh + sizeof sizes, key.user.size());
                key.domain.copy(fresh + sizeof sizes + key.user.size(), key.domain.size());
                block = fresh;
            } else if (grows) return false; // a record that shrinks keeps its block, counted as what it needs of it
            bytes_ = total;
            node.units = static_cast<std::uint16_t>(units);
        }
        std::memmove(block + before, record.data(), record.size());
        node.unused = static_cast<std::uint16_t>(node.bytes_in(node.units) - before - record.size());
        if (block != node.block) delete[] std::exchange(node.block, block);
        return true;
    }

    void free_block(detail::record_node& node) noexcept {
        delete[] std::exchange(node.block, nullptr);
        bytes_ -= 16U * std::exchange(node.units, std::uint16_t{0});
    }

    /// Takes out what is due of a record that has no timer any more.
    ///
    /// Returns: how many bindings it was.
    auto drop(std::uint32_t index, instant now, binding_sink sink) -> unsigned {
        auto& node = nodes_[index];
        unsigned taken = 0;
        const auto left = drop_due(node.bytes(), now, [&, key = node.key()](const binding_view& binding) {
            ++taken;
            sink(key, binding);
        });
        if (left.bytes().empty()) erase(index, hash_of(node.key()));
        else {
            (void)write(node, node.key(), left.bytes());
            wheel_.arm(index, node.record().due());
        }
        return taken;
    }

    hash_storage_limits limits_;
    hash_key key_;
    detail::slot_table table_;
    detail::record_pool nodes_;
    wheel wheel_{nodes_};
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
};
static_assert(storage_policy<hash_storage>);

} // namespace sipwhere

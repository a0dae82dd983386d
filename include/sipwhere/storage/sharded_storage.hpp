// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/policy/storage.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <utility>

namespace sipwhere {

/// Any storage, made safe for threads: `Shards` of it, each behind a mutex of its own.
///
/// Several registrars may share one, each on a thread of its own and with policies of its own otherwise; their clocks
/// have to agree. A keyed hash of its address-of-record says in which shard a record lies. Jobs, visitors and sinks,
/// and so the observer of a binding that expires, are called under the lock of one shard: they must not call the
/// storage. No call ever holds two locks, but for the first `seed`.
///
/// The order in which `scan` and `expire` show records depends on the secret of the hash; all else is as the inner
/// storage has it. A registrar knows a repeat that another one answered if both have the same `settings::secrets`.
/// Cost: that of the inner storage and a mutex, and a keyed hash if the inner storage shows none of its own; `expire`
///       locks each shard once, for a few records. There is no `prefetch`, since the keys of a batch lie in different
///       shards.
template <typename Storage, std::size_t Shards, typename Mutex = std::mutex>
class sharded_storage {
    static_assert(explain_storage<Storage>());
    static_assert(Shards > 0 && Shards <= 65'536, "a sharded storage has from 1 to 65536 shards");
    static_assert(!Storage::persistent, "a sharded storage draws its secret anew in each run: it can't be persistent");

public:
    using memory = typename Storage::memory; ///< each registrar has one, so that jobs share nothing
    static constexpr bool persistent = false;

    sharded_storage() : sharded_storage(std::make_index_sequence<Shards>{}) {}

    /// Makes each shard from `each`: a limit among these is that of one shard.
    template <typename... Each>
        requires(sizeof...(Each) > 0 && std::constructible_from<Storage, const Each&...>)
    explicit sharded_storage(const Each&... each) : sharded_storage(std::make_index_sequence<Shards>{}, each...) {}

    sharded_storage(const sharded_storage&) = delete;
    auto operator=(const sharded_storage&) -> sharded_storage& = delete;

    /// Returns: how many records there are: shard for shard, so others may come and go meanwhile.
    [[nodiscard]] auto size() const -> std::size_t
        requires requires(const Storage& store) { store.size(); }
    {
        return sum_of([](const Storage& store) { return store.size(); });
    }

    /// Returns: how many bytes the inner storages count.
    [[nodiscard]] auto bytes() const -> std::size_t
        requires requires(const Storage& store) { store.bytes(); }
    {
        return sum_of([](const Storage& store) { return store.bytes(); });
    }

    /// Sets the secrets of the hash and of each shard, if the store is empty.
    ///
    /// The first call decides and later ones change nothing, so that each registrar may make one whenever it starts.
    /// Until it has returned nobody may use the storage on another thread.
    void seed(hash_key key) {
        const std::lock_guard once{seeding_};
        if (std::exchange(is_seeded_, true) || !is_empty()) return;
        key_ = key;
        if constexpr (has_seed<Storage>) {
            for (std::uint64_t i = 0; i < Shards; ++i) {
                // Keys of their own, or else the keys of one shard would meet in its table, unless it is one hash of
                // which shard and table look at different halves.
                const hash_key own{siphash_2_4{key}.number(2 * i).finish(),
                                   siphash_2_4{key}.number(2 * i + 1).finish()};
                const std::lock_guard hold{shards_[i].mutex};
                shards_[i].store.seed(has_hash<Storage> ? key : own);
            }
        }
    }

    auto update(const aor_view& key, record_job job) -> outcome {
        const auto hash = hash_of(key);
        auto& one = shards_[shard_of(hash)];
        const std::lock_guard hold{one.mutex};
        if constexpr (has_hash<Storage>) return one.store.update(key, hash, job);
        else return one.store.update(key, job);
    }

    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        const auto hash = hash_of(key);
        const auto& one = shards_[shard_of(hash)];
        const std::lock_guard hold{one.mutex};
        if constexpr (has_hash<Storage>) one.store.read(key, hash, now, visit);
        else one.store.read(key, now, visit);
    }

    /// Goes once round the shards at most, from where the last call stopped. Each may drop its share, so that no crowd
    /// of due records in one makes the others wait; several threads may do so at once.
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        constexpr auto shards = static_cast<unsigned>(Shards);
        const auto share = std::max(1U, at_most / shards);
        auto next = never;
        unsigned handed = 0;
        const auto count = [&](const aor_view& key, const binding_view& gone, std::size_t left) {
            ++handed;
            sink(key, gone, left);
        };
        auto turn = turn_.load(std::memory_order_relaxed);
        unsigned visited = 0;
        for (; visited < shards && handed < at_most; ++visited, turn = (turn + 1) % shards) {
            auto& one = shards_[turn];
            const std::lock_guard hold{one.mutex};
            next = std::min(next, one.store.expire(now, std::min(share, at_most - handed), count));
        }
        turn_.store(turn, std::memory_order_relaxed);
        return visited == shards ? next : std::min(next, now);
    }

    /// Walks shard after shard.
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        if (at_most == 0) return from;
        auto shard = static_cast<std::size_t>(static_cast<std::uint64_t>(from) % Shards);
        auto inner = scan_position{static_cast<std::uint64_t>(from) / Shards};
        const auto count = [&](const aor_view& key, const live_bindings& live) {
            at_most -= std::min(at_most, 1U);
            visit(key, live);
        };
        for (; shard < Shards; ++shard, inner = {}) {
            if (at_most == 0) return scan_position{shard};
            const auto& one = shards_[shard];
            const std::lock_guard hold{one.mutex};
            const auto next = one.store.scan(inner, at_most, now, count);
            if (next != scan_position{}) return position_in(shard, next);
        }
        return {};
    }

private:
    /// As far apart as processors fetch lines together, so that threads in different shards don't disturb each other.
    static constexpr std::size_t apart = 128;

    struct alignas(apart) guarded {
        template <typename... Each>
        explicit guarded(const Each&... each) : store(each...) {}

        mutable Mutex mutex{};
        Storage store;
    };

    template <std::size_t... Index, typename... Each>
    explicit sharded_storage(std::index_sequence<Index...>, const Each&... each)
        : shards_{{(static_cast<void>(Index), guarded{each...})...}} {}

    /// All shards have the same secret, and it stays as it is once others call: so no lock is needed.
    [[nodiscard]] auto hash_of(const aor_view& key) const noexcept -> std::uint64_t {
        if constexpr (has_hash<Storage>) return shards_[0].store.hash_of(key);
        else return siphash_1_3{key_}.text(key.user).text(key.domain).finish();
    }

    [[nodiscard]] static constexpr auto shard_of(std::uint64_t hash) noexcept -> std::size_t {
        return static_cast<std::uint32_t>(hash >> 32U) % static_cast<std::uint32_t>(Shards);
    }

    [[nodiscard]] static auto position_in(std::size_t shard, scan_position inner) noexcept -> scan_position {
        const auto number = static_cast<std::uint64_t>(inner);
        SIPWHERE_ASSERT(number <= std::numeric_limits<std::uint64_t>::max() / Shards - 1);
        return scan_position{number * Shards + shard};
    }

    [[nodiscard]] auto is_empty() const -> bool {
        bool found = false;
        scan({}, 1, {}, [&](const aor_view&, const live_bindings&) { found = true; });
        return !found;
    }

    template <typename Count>
    [[nodiscard]] auto sum_of(Count count) const -> std::size_t {
        std::size_t sum = 0;
        for (const auto& one : shards_) {
            const std::lock_guard hold{one.mutex};
            sum += count(one.store);
        }
        return sum;
    }

    std::array<guarded, Shards> shards_;
    hash_key key_;
    Mutex seeding_{};
    bool is_seeded_ = false;
    alignas(apart) std::atomic<unsigned> turn_{0}; ///< the shard at which `expire` begins; written now and then
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/storage.hpp>

#include <concepts>

namespace sipwhere::testing::detail {

/// Any storage, borrowed: the laws are compiled once, not once for each storage.
class storage_ref {
public:
    template <typename Storage>
        requires(!std::same_as<Storage, storage_ref>)
    explicit storage_ref(Storage& storage) noexcept : object_(&storage), table_(&table_for<Storage>) {}

    auto update(const aor_view& key, record_job job) const -> outcome { return table_->update(object_, key, job); }
    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        table_->read(object_, key, now, visit);
    }
    auto expire(instant now, unsigned at_most, binding_sink sink) const -> instant {
        return table_->expire(object_, now, at_most, sink);
    }
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        return table_->scan(object_, from, at_most, now, visit);
    }

    /// Does nothing to a storage that does not hash.
    void seed(hash_key key) const { table_->seed(object_, key); }

private:
    struct table {
        outcome (*update)(void*, const aor_view&, record_job);
        void (*read)(const void*, const aor_view&, instant, bindings_visitor);
        instant (*expire)(void*, instant, unsigned, binding_sink);
        scan_position (*scan)(const void*, scan_position, unsigned, instant, record_visitor);
        void (*seed)(void*, hash_key);
    };

    template <typename Storage>
    static constexpr table table_for{
        [](void* object, const aor_view& key, record_job job) {
            auto& storage = *static_cast<Storage*>(object);
            // by the hash that it says, if it does, and read without one
            if constexpr (has_hash<Storage>) return storage.update(key, storage.hash_of(key), job);
            else return storage.update(key, job);
        },
        [](const void* object, const aor_view& key, instant now, bindings_visitor visit) {
            static_cast<const Storage*>(object)->read(key, now, visit);
        },
        [](void* object, instant now, unsigned at_most, binding_sink sink) {
            return static_cast<Storage*>(object)->expire(now, at_most, sink);
        },
        [](const void* object, scan_position from, unsigned at_most, instant now, record_visitor visit) {
            return static_cast<const Storage*>(object)->scan(from, at_most, now, visit);
        },
        []([[maybe_unused]] void* object, [[maybe_unused]] hash_key key) {
            if constexpr (has_seed<Storage>) static_cast<Storage*>(object)->seed(key);
        }};

    void* object_;
    const table* table_;
};

} // namespace sipwhere::testing::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/storage/sqlite_storage.hpp>

#include <support/crashing_disk.hpp>
#include <support/settled_storage.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

namespace sipwhere_test {

/// A sqlite_storage on a disk in memory whose callers wait for their commits, so that it is a storage without tickets.
class settled_sqlite {
public:
    using memory = sipwhere::heap_memory;
    static constexpr bool persistent = true;

    explicit settled_sqlite(const sipwhere::sqlite_options& options = {}, sipwhere::instant now = {})
        : disk_(std::make_shared<crashing_disk>()), options_(options) {
        options_.vfs = disk_->name();
        make();
        REQUIRE(store_->open(now));
    }

    /// Ends the storage and opens its file again, as a program does that has been restarted.
    void restart(sipwhere::instant now, std::uint64_t seed = 1) {
        store_.reset();
        make();
        store_->seed({seed, seed});
        REQUIRE(store_->open(now));
    }

    /// The same with a disk that fails until the storage has gone.
    void restart_mended(sipwhere::instant now) {
        store_.reset();
        disk_->fail_at(0, SQLITE_OK);
        disk_->refuse_writes(SQLITE_OK);
        make();
        REQUIRE(store_->open(now));
    }

    /// The same after the power has failed.
    void crash(sipwhere::instant now) {
        disk_->lose_power_at(1);
        store_.reset();
        disk_->crash(1);
        make();
        REQUIRE(store_->open(now));
    }

    /// Ends the storage and opens its file with other options.
    ///
    /// Returns: what it complains of.
    [[nodiscard]] auto opened_with(const sipwhere::sqlite_options& options) -> std::string {
        options_ = options;
        options_.vfs = disk_->name();
        store_.reset();
        make();
        (void)store_->open({});
        return store_->complaint();
    }

    [[nodiscard]] auto store() noexcept -> sipwhere::sqlite_storage& { return *store_; }
    [[nodiscard]] auto disk() noexcept -> crashing_disk& { return *disk_; }

    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome {
        return waiter_->update(*store_, key, job);
    }
    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const {
        (void)store_->read(key, now, visit, {});
    }
    auto expire(sipwhere::instant now, unsigned at_most, sipwhere::binding_sink sink) -> sipwhere::instant {
        return store_->expire(now, at_most, sink);
    }
    auto scan(sipwhere::scan_position from, unsigned at_most, sipwhere::instant now,
              sipwhere::record_visitor visit) const -> sipwhere::scan_position {
        return store_->scan(from, at_most, now, visit);
    }
    void seed(sipwhere::hash_key key) { store_->seed(key); }
    [[nodiscard]] auto size() const -> std::size_t { return store_->size(); }

private:
    void make() { store_ = std::make_unique<sipwhere::sqlite_storage>("bindings", options_); }

    std::shared_ptr<crashing_disk> disk_;
    sipwhere::sqlite_options options_;
    std::unique_ptr<waiter> waiter_ = std::make_unique<waiter>();
    std::unique_ptr<sipwhere::sqlite_storage> store_;
};
static_assert(sipwhere::storage_policy<settled_sqlite>);

/// Makes `record` that of a key, and waits until it is committed, or not.
inline auto put(settled_sqlite& to, const sipwhere::aor_view& key, const std::string& record) -> sipwhere::outcome {
    return to.update(key, [&](sipwhere::record_view) {
        return sipwhere::record_update{sipwhere::outcome::committed, record};
    });
}

/// Returns: the bytes of the record of a key.
inline auto kept(settled_sqlite& from, const sipwhere::aor_view& key) -> std::string {
    std::string bytes;
    (void)from.update(key, [&](sipwhere::record_view record) {
        bytes = record.bytes();
        return sipwhere::record_update{};
    });
    return bytes;
}

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// A disk in memory for SQLite, under a name of its own, that can lose its power. What was written and not synced is
/// then there, or not, or in part, as a seed wants it; what was written before a sync that failed is not there.
class crashing_disk {
public:
    crashing_disk() : name_("crashing-" + std::to_string(next_number())) {
        vfs_.iVersion = 1;
        vfs_.szOsFile = sizeof(open_file);
        vfs_.mxPathname = 256;
        vfs_.zName = name_.c_str();
        vfs_.pAppData = this;
        vfs_.xOpen = [](::sqlite3_vfs* self, const char* path, ::sqlite3_file* out, int flags, int* granted) {
            return of(self).open(path, out, flags, granted);
        };
        vfs_.xDelete = [](::sqlite3_vfs* self, const char* path, int) { return of(self).remove(path); };
        vfs_.xAccess = [](::sqlite3_vfs* self, const char* path, int, int* found) {
            *found = of(self).has(path) ? 1 : 0;
            return SQLITE_OK;
        };
        vfs_.xFullPathname = [](::sqlite3_vfs*, const char* path, int size, char* out) {
            ::sqlite3_snprintf(size, out, "%s", path);
            return SQLITE_OK;
        };
        vfs_.xRandomness = [](::sqlite3_vfs*, int size, char* out) {
            std::memset(out, 7, static_cast<std::size_t>(size));
            return size;
        };
        vfs_.xSleep = [](::sqlite3_vfs*, int microseconds) { return microseconds; };
        vfs_.xCurrentTime = [](::sqlite3_vfs*, double* now) {
            *now = 2'460'000;
            return SQLITE_OK;
        };
        vfs_.xGetLastError = [](::sqlite3_vfs*, int, char*) { return 0; };
        ::sqlite3_vfs_register(&vfs_, 0);
    }
    crashing_disk(const crashing_disk&) = delete;
    auto operator=(const crashing_disk&) -> crashing_disk& = delete;
    ~crashing_disk() { ::sqlite3_vfs_unregister(&vfs_); }

    [[nodiscard]] auto name() const -> const char* { return name_.c_str(); }

    /// From now on the step of this number, from 1 on, and all after it fail: the power is off. 0 for never.
    void lose_power_at(std::size_t step) { set(step, true, SQLITE_IOERR); }

    /// From now on the step of this number fails with a code of SQLite, once.
    void fail_at(std::size_t step, int code) { set(step, false, code); }

    /// The step of this number and all after it fail with a code of SQLite, while the power stays on.
    void fail_from(std::size_t step, int code) {
        set(step, false, code);
        const std::lock_guard hold{mutex_};
        stays_so_ = true;
    }

    /// From now on all steps that write fail with a code of SQLite; SQLITE_OK for none.
    void refuse_writes(int code) {
        const std::lock_guard hold{mutex_};
        refusal_ = code;
    }

    /// From now on files are opened for reading alone, as SQLite does where it may not write.
    void grant_reading_only(bool only) {
        const std::lock_guard hold{mutex_};
        reads_only_ = only;
    }

    /// Returns: how many steps were taken since the last of these calls: writes, syncs, and changes of size.
    [[nodiscard]] auto steps() const -> std::size_t {
        const std::lock_guard hold{mutex_};
        return steps_;
    }

    /// Comes back with the power. Nobody may have a file open.
    void crash(std::uint64_t seed) {
        const std::lock_guard hold{mutex_};
        sipwhere::xoshiro256 chance{seed};
        for (auto& [path, file] : files_) {
            for (auto& each : file->unsynced) {
                const auto fate = chance.next() % 4;
                if (fate == 0) continue; // it never came to the disk
                if (fate == 1 && !each.bytes.empty()) each.bytes.resize(chance.next() % each.bytes.size());
                apply(each, file->synced);
            }
            file->bytes = file->synced;
            file->unsynced.clear();
            file->shared.clear();
        }
        removed_.clear();
        fails_at_ = 0;
        steps_ = 0;
        is_off_ = false;
        refusal_ = SQLITE_OK;
    }

    /// Writes over the bytes of a file, or makes one.
    void put(const std::string& path, std::string_view bytes) {
        const std::lock_guard hold{mutex_};
        auto& made = files_[path];
        if (!made) made = std::make_unique<stored_file>();
        made->bytes = made->synced = std::string{bytes};
        made->unsynced.clear();
    }
    [[nodiscard]] auto bytes(const std::string& path) const -> std::string {
        const std::lock_guard hold{mutex_};
        const auto found = files_.find(path);
        return found == files_.end() ? std::string{} : found->second->bytes;
    }

private:
    /// Bytes written at a place, or, without bytes, the size a file was cut to.
    struct change {
        std::size_t at = 0;
        std::string bytes{};
        bool cuts = false;
    };
    struct stored_file {
        std::string bytes;  ///< as the system shows it
        std::string synced; ///< as the disk has it for sure
        std::vector<change> unsynced;
        std::vector<std::unique_ptr<std::array<char, 32768>>> shared;
        std::set<const ::sqlite3_file*> sharing; ///< these
        std::map<const ::sqlite3_file*, int> locks;                      ///< how each has locked it
        std::array<std::map<const ::sqlite3_file*, int>, 8> shared_locks; ///< the same for each lock of its index
    };
    struct open_file {
        ::sqlite3_file base;
        crashing_disk* disk;
        stored_file* at;
    };

    [[nodiscard]] static auto next_number() -> unsigned {
        static std::mutex mutex;
        static unsigned last = 0;
        const std::lock_guard hold{mutex};
        return ++last;
    }
    [[nodiscard]] static auto of(::sqlite3_vfs* self) -> crashing_disk& {
        return *static_cast<crashing_disk*>(self->pAppData);
    }
    [[nodiscard]] static auto at(::sqlite3_file* self) -> open_file& { return *reinterpret_cast<open_file*>(self); }

    static void apply(const change& made, std::string& to) {
        if (made.cuts) return to.resize(made.at);
        if (to.size() < made.at + made.bytes.size()) to.resize(made.at + made.bytes.size());
        std::copy(made.bytes.begin(), made.bytes.end(), to.begin() + static_cast<std::ptrdiff_t>(made.at));
    }

    void set(std::size_t step, bool is_power, int code) {
        const std::lock_guard hold{mutex_};
        fails_at_ = step;
        loses_power_ = is_power;
        code_ = code;
        stays_so_ = false;
        steps_ = 0;
    }

    /// Returns: what a step that changes the disk meets.
    [[nodiscard]] auto step() -> int {
        if (is_off_) return SQLITE_IOERR;
        ++steps_;
        if (fails_at_ != 0 && steps_ == fails_at_) {
            is_off_ = loses_power_;
            if (stays_so_) refusal_ = code_;
            return code_;
        }
        return refusal_;
    }

    [[nodiscard]] auto has(const char* path) const -> bool {
        const std::lock_guard hold{mutex_};
        return files_.contains(path);
    }

    auto open(const char* path, ::sqlite3_file* out, int flags, int* granted) -> int {
        const std::lock_guard hold{mutex_};
        auto* const made = new (out) open_file{};
        made->base.pMethods = nullptr;
        const auto key = path == nullptr ? "temporary-" + std::to_string(files_.size()) : std::string{path};
        auto& entry = files_[key];
        if (!entry) {
            if ((flags & SQLITE_OPEN_CREATE) == 0 || is_off_) {
                files_.erase(key);
                return SQLITE_CANTOPEN;
            }
            entry = std::make_unique<stored_file>();
        }
        made->disk = this;
        made->at = entry.get();
        made->base.pMethods = &methods;
        if (granted != nullptr)
            *granted = reads_only_ ? (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY : flags;
        return SQLITE_OK;
    }

    auto remove(const char* path) -> int {
        const std::lock_guard hold{mutex_};
        if (const auto said = step(); said != SQLITE_OK) return said;
        const auto found = files_.find(path);
        if (found == files_.end()) return SQLITE_IOERR_DELETE_NOENT;
        removed_.push_back(std::move(found->second)); // who has it open still has it
        files_.erase(found);
        return SQLITE_OK;
    }

    static auto read(::sqlite3_file* self, void* out, int size, ::sqlite3_int64 from) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        if (disk->is_off_) return SQLITE_IOERR_READ;
        const auto wanted = static_cast<std::size_t>(size), begin = static_cast<std::size_t>(from);
        const auto there = begin >= file->bytes.size() ? 0 : std::min(wanted, file->bytes.size() - begin);
        if (there != 0) std::memcpy(out, file->bytes.data() + begin, there);
        std::memset(static_cast<char*>(out) + there, 0, wanted - there);
        return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }
    static auto write(::sqlite3_file* self, const void* from, int size, ::sqlite3_int64 to) -> int {
        return at(self).disk->change_file(
            at(self), {static_cast<std::size_t>(to), {static_cast<const char*>(from), static_cast<std::size_t>(size)}});
    }
    static auto truncate(::sqlite3_file* self, ::sqlite3_int64 size) -> int {
        return at(self).disk->change_file(at(self), {static_cast<std::size_t>(size), {}, true});
    }
    auto change_file(open_file& to, change made) -> int {
        const std::lock_guard hold{mutex_};
        if (const auto said = step(); said != SQLITE_OK) return said;
        apply(made, to.at->bytes);
        to.at->unsynced.push_back(std::move(made));
        return SQLITE_OK;
    }
    static auto sync(::sqlite3_file* self, int) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        const auto said = disk->step();
        if (said == SQLITE_OK)
            for (const auto& each : file->unsynced) apply(each, file->synced);
        if (!disk->is_off_) file->unsynced.clear(); // what could not be synced is shown, and never comes to the disk
        return said;
    }

    static auto map(::sqlite3_file* self, int page, int size, int, volatile void** out) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        if (size != 32768) return SQLITE_IOERR_SHMSIZE;
        file->sharing.insert(self);
        while (file->shared.size() <= static_cast<std::size_t>(page))
            file->shared.push_back(std::make_unique<std::array<char, 32768>>());
        *out = file->shared[static_cast<std::size_t>(page)]->data();
        return SQLITE_OK;
    }

    static auto unmap(::sqlite3_file* self, int) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        for (auto& each : file->shared_locks) each.erase(self);
        file->sharing.erase(self);
        if (file->sharing.empty()) file->shared.clear();
        return SQLITE_OK;
    }

    /// Returns: whether nobody else has as strong a lock as `least`.
    [[nodiscard]] static auto is_free(const std::map<const ::sqlite3_file*, int>& locks, const ::sqlite3_file* for_whom,
                                      int least) -> bool {
        return std::ranges::all_of(locks,
                                   [&](const auto& each) { return each.first == for_whom || each.second < least; });
    }
    static auto lock(::sqlite3_file* self, int level) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        if (!is_free(file->locks, self,
                     level == SQLITE_LOCK_EXCLUSIVE ? SQLITE_LOCK_SHARED
                     : level == SQLITE_LOCK_SHARED  ? SQLITE_LOCK_PENDING
                                                    : SQLITE_LOCK_RESERVED))
            return SQLITE_BUSY;
        file->locks[self] = std::max(file->locks[self], level);
        return SQLITE_OK;
    }
    static auto unlock(::sqlite3_file* self, int level) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        file->locks[self] = level;
        return SQLITE_OK;
    }
    static auto lock_shared(::sqlite3_file* self, int first, int count, int flags) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        const bool unlocks = (flags & SQLITE_SHM_UNLOCK) != 0, is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(first + count); ++i)
            if (!unlocks && !is_free(file->shared_locks[i], self, is_exclusive ? 1 : 2)) return SQLITE_BUSY;
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(first + count); ++i)
            file->shared_locks[i][self] = unlocks ? 0 : is_exclusive ? 2 : 1;
        return SQLITE_OK;
    }
    static auto close(::sqlite3_file* self) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        file->locks.erase(self);
        for (auto& each : file->shared_locks) each.erase(self);
        return SQLITE_OK;
    }
    static auto size_of(::sqlite3_file* self, ::sqlite3_int64* size) -> int {
        auto& [base, disk, file] = at(self);
        const std::lock_guard hold{disk->mutex_};
        *size = static_cast<::sqlite3_int64>(file->bytes.size());
        return SQLITE_OK;
    }

    static inline const ::sqlite3_io_methods methods{
        .iVersion = 2,
        .xClose = close,
        .xRead = read,
        .xWrite = write,
        .xTruncate = truncate,
        .xSync = sync,
        .xFileSize = size_of,
        .xLock = lock,
        .xUnlock = unlock,
        .xCheckReservedLock =
            [](::sqlite3_file*, int* found) {
                *found = 0;
                return SQLITE_OK;
            },
        .xFileControl = [](::sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
        .xSectorSize = [](::sqlite3_file*) { return 512; },
        .xDeviceCharacteristics = [](::sqlite3_file*) { return 0; },
        .xShmMap = map,
        .xShmLock = lock_shared,
        .xShmBarrier = [](::sqlite3_file*) {},
        .xShmUnmap = unmap,
        .xFetch = nullptr,
        .xUnfetch = nullptr,
    };

    std::string name_;
    ::sqlite3_vfs vfs_{};
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<stored_file>> files_;
    std::vector<std::unique_ptr<stored_file>> removed_;
    std::size_t fails_at_ = 0;
    std::size_t steps_ = 0;
    int code_ = SQLITE_OK;
    int refusal_ = SQLITE_OK;
    bool loses_power_ = false;
    bool stays_so_ = false;
    bool is_off_ = false;
    bool reads_only_ = false;
};

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/instant.hpp>
#include <sipwhere/storage/detail/sqlite_database.hpp>
#include <sipwhere/storage/detail/sqlite_loader.hpp>
#include <sipwhere/storage/detail/sqlite_rows.hpp>
#include <sipwhere/storage/detail/sqlite_schema.hpp>
#include <sipwhere/storage/sqlite_options.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace sipwhere::detail {

/// The file of a `sqlite_storage`, which one program at a time may write: a lock beside it keeps others out, while
/// anybody may read.
class sqlite_file {
public:
    sqlite_file(std::string path, const sqlite_options& options)
        : path_(std::move(path)), synchronous_(options.synchronous), vfs_(options.vfs) {}

    /// Opens the file, makes it if it is not there, and brings an older one to this version.
    ///
    /// Returns: what is wrong, in a sentence; empty when nothing is.
    [[nodiscard]] auto open() -> std::string {
        auto wrong = try_to_open();
        if (!wrong.empty()) close();
        return wrong;
    }

    /// Hands each record of the file to `take(const aor_view&, record_view, bool is_other)`, as `sqlite_loader` does.
    ///
    /// Returns: what is wrong, in a sentence; empty when nothing is.
    template <typename Take>
    [[nodiscard]] auto load(instant now, Take&& take) -> std::string {
        std::string at;
        sqlite_loader loader{database_, now};
        const auto said = loader.load(take, at);
        has_ended_rows_ = loader.found_ended();
        read_at_ = floor_seconds(now);
        if (said == SQLITE_OK) return {};
        if (said == SQLITE_TOOBIG) return path_ + ": it holds more than the limits let into memory";
        if (said == SQLITE_MISMATCH) return path_ + ": what it holds of " + at + " is damaged";
        return complaint("it can't be read");
    }

    /// Writes changes in one transaction; the first one removes as well what had ended when the file was read. After an
    /// error of the disk it opens the file again, which settles what is in it, and tries once more.
    ///
    /// Returns: whether they are in the file now. If not, they may be there all the same, each whole, since nobody
    ///          knows what a disk has done that failed: they are to be written anew with the next ones.
    [[nodiscard]] auto write(std::span<const record_change> changes, seconds32 now) -> bool {
        if (is_open() && has_moved()) {
            why_ = "the file was removed, or another has its name";
            return false;
        }
        const bool is_fresh = !is_open();
        if (is_fresh && !reopen()) return false;
        const auto said = try_to_write(changes, now);
        if (said == SQLITE_OK || is_fresh || is_clear(said)) return said == SQLITE_OK;
        return reopen() && try_to_write(changes, now) == SQLITE_OK;
    }

    /// Returns: why the last change could not be written.
    [[nodiscard]] auto why() const -> const std::string& { return why_; }

    void close() {
        disconnect();
        lock_ = {};
    }

private:
    static constexpr int milliseconds_to_wait = 1000; ///< for another program that writes

    [[nodiscard]] auto is_open() const noexcept -> bool { return static_cast<bool>(rows_); }

    [[nodiscard]] auto complaint(const char* about) const -> std::string {
        return path_ + ": " + about + " (" + database_.message() + ')';
    }

    /// Returns: whether an error leaves no doubt about the file: others have it, or there was no space before the
    ///          changes were to be made true.
    [[nodiscard]] auto is_clear(int said) const noexcept -> bool {
        const auto kind = said & 0xff;
        return kind == SQLITE_BUSY || kind == SQLITE_LOCKED || (kind == SQLITE_FULL && !is_committing_);
    }

    [[nodiscard]] auto try_to_open() -> std::string {
        using state = sqlite_schema::state;
        connect(SQLITE_OPEN_CREATE);
        if (!database_.is_open()) return complaint("it can't be opened");
        std::int64_t version = 0;
        const auto found = sqlite_schema::look_at(database_, version);
        if (found == state::unreadable) return complaint("it can't be read");
        if (found == state::foreign) return path_ + ": it is a database of another program";
        if (found == state::newer) return path_ + ": a newer version has written it";
        if (is_read_only()) return path_ + ": it can be read only";
        if (auto wrong = take_lock(); !wrong.empty()) return wrong;
        if (found == state::empty) (void)database_.run("PRAGMA page_size=2048"); // a binding is much smaller
        if (!set_up() || empty_log() == log_state::failed) return complaint("it can't be written");
        if (sqlite_schema::migrate(database_, version) != SQLITE_OK) return complaint("it can't be brought up to date");
        rows_ = sqlite_rows{database_};
        return is_open() ? std::string{} : complaint("its tables are damaged");
    }

    /// Keeps other registrars from the file, until the program ends in whatever way.
    [[nodiscard]] auto take_lock() -> std::string {
        lock_ = sqlite_database{path_ + "-lock", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs_};
        const auto said = lock_.is_open() ? lock_.run("BEGIN EXCLUSIVE") : SQLITE_CANTOPEN;
        if (said == SQLITE_OK) return {};
        if ((said & 0xff) == SQLITE_BUSY) return path_ + ": another registrar keeps its bindings there";
        return path_ + "-lock: it can't be locked (" + lock_.message() + ')';
    }

    void connect(int more_flags) {
        database_ = sqlite_database{path_, SQLITE_OPEN_READWRITE | more_flags, vfs_};
        if (database_.is_open()) (void)::sqlite3_busy_timeout(database_.handle(), milliseconds_to_wait);
    }

    /// Returns: whether SQLite could open it for reading alone, without a word.
    [[nodiscard]] auto is_read_only() const noexcept -> bool {
        return ::sqlite3_db_readonly(database_.handle(), "main") != 0;
    }

    /// Returns: whether the file that is open is not the one of that name any more.
    [[nodiscard]] auto has_moved() const noexcept -> bool {
        int moved = 0;
        const auto said = ::sqlite3_file_control(database_.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
        return said == SQLITE_OK && moved != 0;
    }

    void disconnect() {
        rows_ = {};
        database_ = {};
    }

    /// Has changes written to a log beside the file, of 16 MiB at most unless somebody reads for long, so that others
    /// can read; and as much of the file kept in memory as most of its writes need.
    [[nodiscard]] auto set_up() -> bool {
        sqlite_statement mode{database_, "PRAGMA journal_mode=WAL"};
        if (mode.step() != SQLITE_ROW || mode.text(0) != "wal") return false;
        mode.reset();
        const auto* const safety = synchronous_ == sqlite_synchronous::full     ? "PRAGMA synchronous=FULL"
                                   : synchronous_ == sqlite_synchronous::normal ? "PRAGMA synchronous=NORMAL"
                                                                                : "PRAGMA synchronous=OFF";
        return database_.run(safety) == SQLITE_OK && database_.run("PRAGMA trusted_schema=OFF") == SQLITE_OK &&
               database_.run("PRAGMA cache_size=-65536") == SQLITE_OK &&
               database_.run("PRAGMA journal_size_limit=67108864") == SQLITE_OK &&
               database_.run("PRAGMA wal_autocheckpoint=8000") == SQLITE_OK;
    }

    enum class log_state : std::uint8_t { empty, read, failed };

    /// Moves what the log has into the file itself, and begins a new log: after a sync that failed the system may show
    /// writes that the disk will never have, nothing behind them would be found after a power failure, and SQLite would
    /// not write again what is there already.
    ///
    /// Returns: `read` when somebody is in a transaction, so that the log has to stay.
    [[nodiscard]] auto empty_log() -> log_state {
        sqlite_statement moved{database_, "PRAGMA wal_checkpoint(TRUNCATE)"};
        if (moved.step() != SQLITE_ROW) return log_state::failed;
        return moved.number(0) == 0 ? log_state::empty : log_state::read;
    }

    /// Opens the file again, if it is still there and ours.
    [[nodiscard]] auto reopen() -> bool {
        disconnect();
        connect(0);
        std::int64_t version = 0;
        const bool is_ours = database_.is_open() && !is_read_only() &&
                             sqlite_schema::look_at(database_, version) == sqlite_schema::state::ours &&
                             version == sqlite_schema::version;
        auto log = log_state::failed;
        if (is_ours && set_up()) log = empty_log();
        if (log == log_state::empty) rows_ = sqlite_rows{database_};
        if (is_open()) return true;
        why_ = !is_ours                 ? "it can't be opened again"
               : log == log_state::read ? "somebody reads it in one transaction since the disk failed"
                                        : database_.message();
        disconnect();
        return false;
    }

    [[nodiscard]] auto try_to_write(std::span<const record_change> changes, seconds32 now) -> int {
        auto said = database_.run("BEGIN IMMEDIATE");
        const bool has_begun = said == SQLITE_OK;
        if (said == SQLITE_OK && has_ended_rows_) said = rows_.remove_ended(read_at_);
        for (const auto& each : changes)
            if (said == SQLITE_OK) said = rows_.write(each);
        constexpr seconds32 between_sweeps = 8;
        const bool sweeps = now >= last_sweep_ + between_sweeps;
        if (said == SQLITE_OK && sweeps) said = rows_.sweep(now);
        is_committing_ = said == SQLITE_OK;
        if (is_committing_) said = database_.run("COMMIT");
        if (said == SQLITE_OK) {
            if (sweeps) last_sweep_ = now;
            has_ended_rows_ = false;
            return said;
        }
        why_ = database_.message();
        if (has_begun && ::sqlite3_get_autocommit(database_.handle()) == 0) (void)database_.run("ROLLBACK");
        return said;
    }

    std::string path_;
    sqlite_synchronous synchronous_;
    const char* vfs_;
    sqlite_database lock_;
    sqlite_database database_;
    sqlite_rows rows_;
    std::string why_;
    seconds32 last_sweep_ = 0;
    seconds32 read_at_ = 0;
    bool is_committing_ = false; ///< or was when it failed
    bool has_ended_rows_ = false; ///< of bindings that had ended when the file was read
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sipwhere::detail {

/// A connection to an SQLite database, for one thread at a time.
class sqlite_database {
public:
    sqlite_database() noexcept = default;

    /// Opens it with the flags of `sqlite3_open_v2`; it is not open when that failed.
    sqlite_database(const std::string& path, int flags, const char* vfs = nullptr) {
        ::sqlite3* opened = nullptr;
        result_ = ::sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, vfs);
        handle_.reset(opened);
        if (opened != nullptr) ::sqlite3_extended_result_codes(opened, 1);
    }

    [[nodiscard]] auto is_open() const noexcept -> bool { return handle_ != nullptr && result_ == SQLITE_OK; }
    [[nodiscard]] auto handle() const noexcept -> ::sqlite3* { return handle_.get(); }

    /// Runs statements that show nothing.
    ///
    /// Returns: SQLITE_OK, or the code of the first that failed.
    auto run(const char* sql) noexcept -> int { return ::sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr); }

    /// Returns: what SQLite says of the last call that failed.
    [[nodiscard]] auto message() const -> std::string {
        return handle_ == nullptr ? ::sqlite3_errstr(result_) : ::sqlite3_errmsg(handle_.get());
    }

private:
    struct closing {
        void operator()(::sqlite3* database) const noexcept { (void)::sqlite3_close_v2(database); }
    };

    std::unique_ptr<::sqlite3, closing> handle_;
    int result_ = SQLITE_CANTOPEN;
};

/// A statement that is run many times. Texts bound to it have to last until it is reset.
class sqlite_statement {
public:
    sqlite_statement() noexcept = default;
    sqlite_statement(const sqlite_database& of, const char* sql) {
        ::sqlite3_stmt* made = nullptr;
        if (of.handle() != nullptr) // else it is none, and each step of it fails
            (void)::sqlite3_prepare_v3(of.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        handle_.reset(made);
    }

    explicit operator bool() const noexcept { return handle_ != nullptr; }

    void bind(int number, std::string_view text) noexcept {
        const auto* const begin = text.empty() ? "" : text.data(); // as a null pointer would be NULL
        (void)::sqlite3_bind_text64(handle_.get(), number, begin, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    void bind_blob(int number, std::string_view bytes) noexcept {
        const auto* const begin = bytes.empty() ? "" : bytes.data();
        (void)::sqlite3_bind_blob64(handle_.get(), number, begin, bytes.size(), SQLITE_STATIC);
    }
    void bind(int number, std::int64_t value) noexcept { (void)::sqlite3_bind_int64(handle_.get(), number, value); }
    void bind(int number, double value) noexcept { (void)::sqlite3_bind_double(handle_.get(), number, value); }
    void bind_null(int number) noexcept { (void)::sqlite3_bind_null(handle_.get(), number); }

    /// Returns: SQLITE_ROW, SQLITE_DONE or what failed.
    [[nodiscard]] auto step() noexcept -> int {
        return handle_ == nullptr ? SQLITE_ERROR : ::sqlite3_step(handle_.get());
    }

    /// Makes it ready to be run again; what was bound stays.
    void reset() noexcept { (void)::sqlite3_reset(handle_.get()); }

    /// Runs it to its end, and makes it ready again.
    ///
    /// Returns: SQLITE_OK or what failed.
    [[nodiscard]] auto run() noexcept -> int {
        const auto said = step();
        reset();
        return said == SQLITE_DONE || said == SQLITE_ROW ? SQLITE_OK : said;
    }

    /// Returns: a column of the row at hand, from 0 on; the text holds until the next step.
    [[nodiscard]] auto text(int column) noexcept -> std::string_view {
        const auto* const begin = static_cast<const char*>(::sqlite3_column_blob(handle_.get(), column));
        if (begin == nullptr) return {};
        return {begin, static_cast<std::size_t>(::sqlite3_column_bytes(handle_.get(), column))};
    }
    [[nodiscard]] auto number(int column) noexcept -> std::int64_t {
        return ::sqlite3_column_int64(handle_.get(), column);
    }
    [[nodiscard]] auto real(int column) noexcept -> double { return ::sqlite3_column_double(handle_.get(), column); }
    [[nodiscard]] auto type(int column) noexcept -> int { return ::sqlite3_column_type(handle_.get(), column); }

private:
    struct closing {
        void operator()(::sqlite3_stmt* statement) const noexcept { (void)::sqlite3_finalize(statement); }
    };

    std::unique_ptr<::sqlite3_stmt, closing> handle_;
};

} // namespace sipwhere::detail

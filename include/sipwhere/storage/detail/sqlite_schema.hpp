// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/storage/detail/sqlite_database.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace sipwhere::detail {

/// The tables of a file of bindings. Each step leads to the next version of them, from an empty file on; a step that
/// has been published never changes.
///
/// `bindings` has a row for each binding. `twin` counts those of one address-of-record with the same URI, from 0 on;
/// `position` is the place among all of its bindings. Times are Unix seconds; `expires` is NULL for a binding without
/// an end. `source` is where its last REGISTER came from. `rest` is what only a registrar reads: see `sqlite_rest`.
/// `departed` has the transactions of those that have no binding any more, until nobody can repeat them.
struct sqlite_schema {
    /// What SQLite keeps in the header of the file to tell whose it is: "sipw".
    static constexpr std::int64_t application_id = 0x7369'7077;

    static constexpr std::array steps{
        "CREATE TABLE bindings("
        "user TEXT NOT NULL, domain TEXT NOT NULL, uri TEXT NOT NULL, twin INTEGER NOT NULL, "
        "position INTEGER NOT NULL, expires INTEGER, registered INTEGER NOT NULL, refreshed INTEGER NOT NULL, "
        "q REAL NOT NULL, call_id TEXT NOT NULL, cseq INTEGER NOT NULL, protocol TEXT NOT NULL, source TEXT NOT NULL, "
        "params TEXT NOT NULL, path TEXT NOT NULL, user_agent TEXT NOT NULL, rest BLOB NOT NULL, "
        "PRIMARY KEY(user, domain, uri, twin)) WITHOUT ROWID",
        "CREATE TABLE departed("
        "user TEXT NOT NULL, domain TEXT NOT NULL, until INTEGER NOT NULL, transactions BLOB NOT NULL, "
        "PRIMARY KEY(user, domain)) WITHOUT ROWID;"
        "CREATE INDEX departed_until ON departed(until)",
    };
    static constexpr auto version = static_cast<std::int64_t>(steps.size());

    /// What a file is to us.
    enum class state : std::uint8_t { ours, empty, foreign, newer, unreadable };

    /// Looks at a file without writing to it; `found` becomes the version of its tables.
    [[nodiscard]] static auto look_at(sqlite_database& file, std::int64_t& found) -> state {
        std::int64_t id = 0, tables = 0;
        if (!read(file, "PRAGMA application_id", id) || !read(file, "PRAGMA user_version", found) ||
            !read(file, "SELECT count(*) FROM sqlite_schema", tables))
            return state::unreadable;
        if (id == 0 && found == 0 && tables == 0) return state::empty;
        if (id != application_id || found < 1) return state::foreign;
        return found > version ? state::newer : state::ours;
    }

    /// Makes the tables what they are in this version.
    ///
    /// Returns: SQLITE_OK, or what failed; then they are as they were once the file is closed.
    [[nodiscard]] static auto migrate(sqlite_database& file, std::int64_t from) -> int {
        if (from == version) return SQLITE_OK;
        auto script = std::string{"BEGIN IMMEDIATE;"};
        for (auto step = static_cast<std::size_t>(from); step < steps.size(); ++step) script.append(steps[step]) += ';';
        script += "PRAGMA application_id=" + std::to_string(application_id) + ';';
        script += "PRAGMA user_version=" + std::to_string(version) + ";COMMIT";
        return file.run(script.c_str());
    }

private:
    [[nodiscard]] static auto read(sqlite_database& file, const char* sql, std::int64_t& value) -> bool {
        sqlite_statement asked{file, sql};
        if (asked.step() != SQLITE_ROW) return false;
        value = asked.number(0);
        return true;
    }
};

} // namespace sipwhere::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/storage/detail/sqlite_columns.hpp>
#include <sipwhere/storage/detail/sqlite_database.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sipwhere::detail {

/// How a record changes.
struct record_change {
    aor_view key{};
    record_view before{};
    record_view after{};
    bool is_whole = false; ///< whatever the file has of it, `after` takes its place
};

/// Writes the rows in which two states of a record differ.
class sqlite_rows {
public:
    sqlite_rows() noexcept = default;
    explicit sqlite_rows(const sqlite_database& file)
        : update_(file, "UPDATE bindings SET position=?5, expires=?6, registered=?7, refreshed=?8, q=?9, call_id=?10, "
                        "cseq=?11, protocol=?12, source=?13, params=?14, path=?15, user_agent=?16, rest=?17 "
                        "WHERE user=?1 AND domain=?2 AND uri=?3 AND twin=?4"),
          insert_(file, "INSERT OR REPLACE INTO bindings VALUES("
                        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"),
          remove_(file, "DELETE FROM bindings WHERE user=?1 AND domain=?2 AND uri=?3 AND twin=?4"),
          remove_all_(file, "DELETE FROM bindings WHERE user=?1 AND domain=?2"),
          depart_(file, "INSERT OR REPLACE INTO departed VALUES(?1, ?2, ?3, ?4)"),
          come_back_(file, "DELETE FROM departed WHERE user=?1 AND domain=?2"),
          sweep_(file, "DELETE FROM departed WHERE until <= ?1"),
          remove_ended_(file, "DELETE FROM bindings WHERE expires <= ?1"), file_(file.handle()) {}

    /// Returns: whether the file has the tables that this needs.
    explicit operator bool() const noexcept {
        return update_ && insert_ && remove_ && remove_all_ && depart_ && come_back_ && sweep_ && remove_ended_;
    }

    /// Returns: SQLITE_OK, or what failed; then some of it may have been written.
    /// Cost:    a statement for each row that changes, and a pass over both records.
    [[nodiscard]] auto write(const record_change& change) -> int {
        list(change.is_whole ? record_view{} : change.before, old_);
        list(change.after, new_);
        if (change.is_whole)
            if (const auto said = run_for(remove_all_, change.key); said != SQLITE_OK) return said;
        if (const auto said = write_bindings(change); said != SQLITE_OK) return said;
        const bool departs = new_.empty() && change.after.tag_count() != 0;
        const bool was_departed = change.is_whole || (old_.empty() && change.before.tag_count() != 0);
        if (departs) return write_departed(change);
        return was_departed ? run_for(come_back_, change.key) : SQLITE_OK;
    }

    /// Forgets the transactions of those without bindings that nobody can repeat any more.
    [[nodiscard]] auto sweep(seconds32 now) -> int {
        sweep_.bind(1, std::int64_t{now});
        return sweep_.run();
    }

    /// Removes all rows of bindings that have ended.
    /// Cost:    a pass over the whole table.
    [[nodiscard]] auto remove_ended(seconds32 now) -> int {
        remove_ended_.bind(1, std::int64_t{now});
        return remove_ended_.run();
    }

private:
    struct row {
        binding_iterator at{};
        std::string_view uri{};
        std::int64_t twin = 0;
        bool is_known = false; ///< of the new rows: the file has one with this key
    };

    static void list(record_view record, std::vector<row>& into) {
        into.clear();
        for (auto at = record.begin(); at != record.end(); ++at) {
            const auto uri = at.brief().uri;
            const auto twin = std::ranges::count(into, uri, &row::uri);
            into.push_back({at, uri, twin});
        }
    }

    [[nodiscard]] static auto is_same_key(const row& a, const row& b) noexcept -> bool {
        return a.uri == b.uri && a.twin == b.twin;
    }

    /// Returns: whether the row of a binding is already as it has to be; the first holds the transactions as well.
    [[nodiscard]] static auto is_same(const row& a, const row& b) noexcept -> bool {
        return a.at.body() == b.at.body() && a.at.call_id() == b.at.call_id();
    }

    /// Bindings stay in their order, new ones come behind: so one walk finds what has gone. A binding that has got
    /// another URI is removed, and all behind it are written anew.
    [[nodiscard]] auto write_bindings(const record_change& change) -> int {
        std::size_t next = 0;
        for (std::size_t i = 0; i < old_.size(); ++i) {
            if (next < new_.size() && is_same_key(old_[i], new_[next])) {
                new_[next].is_known = true;
                if (i == next && i != 0 && is_same(old_[i], new_[next])) new_[next].at = {};
                ++next;
                continue;
            }
            bind_key(remove_, change.key, old_[i]);
            if (const auto said = remove_.run(); said != SQLITE_OK) return said;
        }
        for (std::size_t i = 0; i < new_.size(); ++i)
            if (new_[i].at != binding_iterator{})
                if (const auto said = write_row(change, new_[i], i); said != SQLITE_OK) return said;
        return SQLITE_OK;
    }

    [[nodiscard]] auto write_row(const record_change& change, const row& one, std::size_t position) -> int {
        if (one.is_known) {
            bind(update_, change, one, position);
            if (const auto said = update_.run(); said != SQLITE_OK) return said;
            if (::sqlite3_changes(file_) == 1) return SQLITE_OK; // else somebody else has removed it
        }
        bind(insert_, change, one, position);
        return insert_.run();
    }

    void bind_key(sqlite_statement& to, const aor_view& key, const row& one) noexcept {
        to.bind(sqlite_column::user, key.user);
        to.bind(sqlite_column::domain, key.domain);
        to.bind(sqlite_column::uri, one.uri);
        to.bind(sqlite_column::twin, one.twin);
    }

    void bind(sqlite_statement& to, const record_change& change, const row& one, std::size_t position) {
        using column = sqlite_column;
        const auto binding = *one.at;
        bind_key(to, change.key, one);
        to.bind(column::position, static_cast<std::int64_t>(position));
        if (binding.is_static()) to.bind_null(column::expires);
        else to.bind(column::expires, std::int64_t{binding.due});
        to.bind(column::registered, std::int64_t{binding.first});
        to.bind(column::refreshed, std::int64_t{binding.last});
        to.bind(column::q, binding.q / 1000.0);
        to.bind(column::call_id, binding.call_id);
        to.bind(column::cseq, std::int64_t{binding.cseq});
        to.bind(column::protocol, sqlite_protocols[static_cast<std::size_t>(binding.source.over)]);
        writer source{source_};
        if (binding.source.remote.address.family() != address_family::none)
            write_endpoint(source, binding.source.remote);
        to.bind(column::source, source.text());
        to.bind(column::params, binding.params);
        to.bind(column::path, binding.path);
        to.bind(column::user_agent, binding.user_agent);
        const auto size = sqlite_rest::write(binding, rest_head_);
        rest_.assign(rest_head_.begin(), rest_head_.begin() + static_cast<std::ptrdiff_t>(size));
        if (position == 0) append_transactions(change.after);
        to.bind_blob(column::rest, {rest_.data(), rest_.size()});
    }

    void append_transactions(record_view record) {
        const auto* const begin = record.bytes().data() + packed_record::begin_of_tag(0);
        rest_.insert(rest_.end(), begin, record.begin_of_bindings());
    }

    [[nodiscard]] auto write_departed(const record_change& change) -> int {
        rest_.clear();
        append_transactions(change.after);
        depart_.bind(3, std::int64_t{change.after.due()});
        depart_.bind_blob(4, {rest_.data(), rest_.size()});
        return run_for(depart_, change.key);
    }

    [[nodiscard]] static auto run_for(sqlite_statement& statement, const aor_view& key) -> int {
        statement.bind(1, key.user);
        statement.bind(2, key.domain);
        return statement.run();
    }

    sqlite_statement update_, insert_, remove_, remove_all_, depart_, come_back_, sweep_, remove_ended_;
    ::sqlite3* file_ = nullptr;
    std::vector<row> old_, new_;
    std::array<char, 64> source_{};
    std::array<char, sqlite_rest::longest> rest_head_{};
    std::vector<char> rest_;
};

} // namespace sipwhere::detail

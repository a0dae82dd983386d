// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/decimal.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/record/is_record.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/storage/detail/sqlite_columns.hpp>
#include <sipwhere/storage/detail/sqlite_database.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere::detail {

/// Reads the records of a file as they are at `now`.
///
/// A row that has ended is not always gone from the file: its transactions count if no later row has some.
/// Bindings that have ended are left out. A clock that has been set back while the program was off lets none last
/// longer than it was granted: what was refreshed later than now counts as refreshed now. Connections have ended with
/// the program: a binding over one is kept, without the number of its connection.
class sqlite_loader {
public:
    sqlite_loader(const sqlite_database& file, instant now)
        : bindings_(file,
                    (std::string{"SELECT "} + sqlite_column::all + " FROM bindings ORDER BY user, domain").c_str()),
          departed_(file, "SELECT user, domain, transactions FROM departed"), now_(now), second_(floor_seconds(now)) {}

    /// Hands each record of which something is left to `take(const aor_view&, record_view, bool is_other)`, which
    /// says whether it has taken it; `is_other` when its rows say something else: some have ended, or were set back.
    ///
    /// Returns: SQLITE_OK; SQLITE_MISMATCH for a row that no registrar has written, SQLITE_TOOBIG when a record was
    ///          not taken, or what SQLite could not read; `at` then names the last one that was looked at.
    template <typename Take>
    [[nodiscard]] auto load(Take&& take, std::string& at) -> int {
        for (auto said = bindings_.step(); said != SQLITE_DONE; said = bindings_.step()) {
            if (said != SQLITE_ROW) return said;
            const aor_view key{bindings_.text(0), bindings_.text(1)};
            const bool is_text = is_key(bindings_) && bindings_.type(sqlite_column::uri - 1) == SQLITE_TEXT;
            if (count_ != 0 && key_.view() != key)
                if (const auto flushed = hand_over(take); flushed != SQLITE_OK) return name(at, flushed);
            if (count_ == 0) {
                key_.user.assign(key.user);
                key_.domain.assign(key.domain);
            }
            if (!is_text || !read_row()) return name(at, SQLITE_MISMATCH);
        }
        if (count_ != 0)
            if (const auto flushed = hand_over(take); flushed != SQLITE_OK) return name(at, flushed);
        return load_departed(take, at);
    }

    /// Returns: whether the file has rows that have ended.
    [[nodiscard]] auto found_ended() const noexcept -> bool { return found_ended_; }

private:
    /// A row, with texts of its own: they stay allocated for the next record.
    struct row {
        std::int64_t position = 0;
        binding_view binding{};
        std::string uri, params, call_id, path, user_agent, transactions;
    };

    /// Returns: whether a row can be found by its key again, which is bound as a text.
    [[nodiscard]] static auto is_key(sqlite_statement& row) -> bool {
        return row.type(0) == SQLITE_TEXT && row.type(1) == SQLITE_TEXT;
    }

    [[nodiscard]] auto name(std::string& at, int said) const -> int {
        at = key_.user + '@' + key_.domain;
        return said;
    }

    /// Reads a number of a column, from `column` of a statement's parameters.
    template <typename T>
    [[nodiscard]] auto read_number(int column, T& into) -> bool {
        const auto value = bindings_.number(column - 1);
        into = static_cast<T>(value);
        return bindings_.type(column - 1) == SQLITE_INTEGER && value >= 0 &&
               static_cast<std::uint64_t>(value) <= std::numeric_limits<T>::max();
    }

    [[nodiscard]] auto read_row() -> bool {
        using column = sqlite_column;
        if (count_ == rows_.size()) rows_.emplace_back();
        auto& made = rows_[count_++];
        made.binding = {};
        auto& to = made.binding;
        made.uri.assign(bindings_.text(column::uri - 1));
        made.params.assign(bindings_.text(column::params - 1));
        made.call_id.assign(bindings_.text(column::call_id - 1));
        made.path.assign(bindings_.text(column::path - 1));
        made.user_agent.assign(bindings_.text(column::user_agent - 1));
        to.due = never32;
        std::uint32_t position = 0;
        if (!read_number(column::position, position) || !read_number(column::registered, to.first) ||
            !read_number(column::refreshed, to.last) || !read_number(column::cseq, to.cseq))
            return false;
        made.position = position;
        if (bindings_.type(column::expires - 1) != SQLITE_NULL && !read_number(column::expires, to.due)) return false;
        const auto q = bindings_.real(column::q - 1) * 1000;
        if (!(q >= 0 && q <= 1000)) return false;
        to.q = static_cast<std::uint16_t>(std::lround(q));
        const auto over = std::ranges::find(sqlite_protocols, bindings_.text(column::protocol - 1));
        if (over == sqlite_protocols.end() || !read_source(bindings_.text(column::source - 1), to.source.remote))
            return false;
        to.source.over = static_cast<protocol>(over - sqlite_protocols.begin());
        std::string_view transactions;
        if (!sqlite_rest::read(bindings_.text(column::rest - 1), to, transactions)) return false;
        made.transactions.assign(transactions);
        is_moved_ = bound_by_now(to) || is_moved_;
        return is_contact(made.uri, made.params);
    }

    /// Reads `192.0.2.1:5060` or `[2001:db8::1]:5060`; nothing for a binding that came by no message.
    [[nodiscard]] static auto read_source(std::string_view text, endpoint& into) -> bool {
        if (text.empty()) return true;
        const auto colon = text.rfind(':');
        if (colon == std::string_view::npos) return false;
        into.address = parse_address(text.substr(0, colon));
        const auto port = parse_decimal(text.substr(colon + 1), overflow::is_error, 0xffff);
        if (port) into.port = static_cast<std::uint16_t>(*port);
        return port && into.address.family() != address_family::none;
    }

    /// Moves what was written later than now to now.
    ///
    /// Returns: whether it was.
    [[nodiscard]] auto bound_by_now(binding_view& binding) const noexcept -> bool {
        const bool is_later = binding.last > second_;
        if (is_later) {
            if (!binding.is_static()) binding.due = second_ + (binding.due - std::min(binding.due, binding.last));
            binding.last = second_;
        }
        binding.first = std::min(binding.first, binding.last);
        return is_later;
    }

    template <typename Take>
    [[nodiscard]] auto hand_over(Take&& take) -> int {
        const std::span rows{rows_.data(), count_};
        count_ = 0;
        std::ranges::sort(rows, {}, &row::position);
        std::size_t most = packed_record::size;
        for (const auto& each : rows)
            most += packed_binding::most_beside_texts + sizeof(std::uint16_t) + each.uri.size() + each.params.size() +
                    each.call_id.size() + each.path.size() + each.user_agent.size() + each.transactions.size() + 1;
        if (bytes_.size() < most) bytes_.resize(most);
        record_builder out{bytes_};
        const row* first = nullptr;
        std::size_t live = 0;
        for (const auto& each : rows) {
            const bool is_live = each.binding.is_live(now_);
            live += is_live ? 1 : 0;
            if (!each.transactions.empty() && (first == nullptr || (is_live && !first->binding.is_live(now_))))
                first = &each;
        }
        if (first != nullptr) add_transactions(first->transactions, out);
        for (auto& each : rows) {
            auto& binding = each.binding;
            if (!binding.is_live(now_)) continue;
            binding.uri = each.uri;
            binding.params = each.params;
            binding.call_id = each.call_id;
            binding.path = each.path;
            binding.user_agent = each.user_agent;
            out.add(binding);
        }
        found_ended_ = found_ended_ || live != rows.size();
        return taken(take, out, std::exchange(is_moved_, false) || live != rows.size());
    }

    /// Adds those that may still be repeated.
    void add_transactions(std::string_view bytes, record_builder& out) const noexcept {
        for (; bytes.size() >= transaction_tag::packed_size; bytes.remove_prefix(transaction_tag::packed_size)) {
            auto tag = transaction_tag::at(bytes.data());
            tag.since = std::min(tag.since, second_);
            if (tag.is_live(now_)) out.add(tag);
        }
    }

    template <typename Take>
    [[nodiscard]] auto taken(Take&& take, record_builder& out, bool is_other) -> int {
        if (!out.fits()) return SQLITE_MISMATCH;
        const auto record = out.finish();
        return record.bytes().empty() || take(key_.view(), record, is_other) ? SQLITE_OK : SQLITE_TOOBIG;
    }

    template <typename Take>
    [[nodiscard]] auto load_departed(Take&& take, std::string& at) -> int {
        for (auto said = departed_.step(); said != SQLITE_DONE; said = departed_.step()) {
            if (said != SQLITE_ROW) return said;
            key_.user.assign(departed_.text(0));
            key_.domain.assign(departed_.text(1));
            const auto transactions = departed_.text(2);
            if (!is_key(departed_) || transactions.size() % transaction_tag::packed_size != 0)
                return name(at, SQLITE_MISMATCH);
            bytes_.resize(std::max(bytes_.size(), packed_record::size + transactions.size()));
            record_builder out{bytes_};
            add_transactions(transactions, out);
            if (const auto result = taken(take, out, false); result != SQLITE_OK) return name(at, result);
        }
        return SQLITE_OK;
    }

    sqlite_statement bindings_, departed_;
    instant now_;
    seconds32 second_;
    aor key_;
    std::vector<row> rows_;
    std::size_t count_ = 0;
    std::vector<char> bytes_;
    bool found_ended_ = false;
    bool is_moved_ = false; ///< a binding of the record at hand, to now
};

} // namespace sipwhere::detail

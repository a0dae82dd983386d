// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/record/record_builder.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// Keeps bindings in arrays: no heap, and its size is known when it is compiled. The storage of a small board.
///
/// It holds up to `Aors` records with up to `Bindings` bindings in all and `Text` bytes of text: users, domains,
/// contacts, their parameters, Call-IDs and paths. What else a record takes is counted on top of that, with two
/// remembered transactions for each; more of them take bytes that texts leave. When something is used up, records that
/// only remember transactions go, for one that has bindings, the oldest first; then an update is `full`.
/// Cost: finding a key compares up to `Aors` numbers of 16 bits; a record that changes its size moves the bytes that
///       lie behind it, so that there are never gaps; `expire` looks at every record.
template <std::size_t Aors, std::size_t Bindings, std::size_t Text, memory_sizes Sizes = memory_sizes{}>
class fixed_storage {
    static_assert(Aors > 0 && Bindings >= Aors && Text > 0, "a fixed storage holds at least one binding of each AOR");
    static_assert(Aors < std::numeric_limits<std::uint16_t>::max(), "a fixed storage is searched one by one");

public:
    using memory = fixed_memory<Sizes>;
    static constexpr bool persistent = false;

    /// The bytes for keys and records together.
    static constexpr std::size_t capacity = Text + Aors * (packed_record::size + 2 * transaction_tag::packed_size) +
                                            Bindings * packed_binding::most_beside_texts;

    fixed_storage() noexcept = default;
    fixed_storage(const fixed_storage&) = delete;
    auto operator=(const fixed_storage&) -> fixed_storage& = delete;

    /// Returns: how many records it holds.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

    /// Sets the secret of the hash, while the store is empty; one that holds records keeps the secret it has.
    void seed(hash_key key) noexcept {
        if (size_ == 0) key_ = key;
    }

    auto update(const aor_view& key, record_job job) -> outcome {
        const auto tag = tag_of(key);
        const auto index = find(key, tag);
        const auto old = index == none ? record_view{} : record_of(entries_[index]);
        const auto wanted = job(old);
        if (wanted.result != outcome::committed) return wanted.result;
        const auto added = record_view{wanted.bytes}.size();
        const auto bindings = bindings_ - old.size() + added;
        if (bindings > Bindings) return outcome::full;
        while (!(index == none ? insert(key, tag, wanted.bytes) : write(entries_[index], wanted.bytes)))
            if (added == 0 || !drop_empty(entries_.data() + index)) return outcome::full;
        bindings_ = bindings;
        return outcome::committed;
    }

    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        const auto index = find(key, tag_of(key));
        if (index != none) visit({record_of(entries_[index]), now});
    }

    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        auto next = never;
        for (auto& one : entries_) {
            if (!one.is_used()) continue;
            auto due = to_instant(record_of(one).due());
            if (due <= now && at_most > 0) {
                at_most -= std::min(at_most, std::max(1U, drop(one, now, sink)));
                if (!one.is_used()) continue;
                due = to_instant(record_of(one).due());
            }
            next = std::min(next, due);
        }
        return next;
    }

    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        for (auto i = static_cast<std::size_t>(from); i < Aors; ++i) {
            if (!entries_[i].is_used()) continue;
            if (at_most-- == 0) return scan_position{i};
            visit(key_of(entries_[i]), {record_of(entries_[i]), now});
        }
        return {};
    }

private:
    static constexpr std::size_t none = Aors;
    using byte_count =
        std::conditional_t<capacity <= std::numeric_limits<std::uint16_t>::max(), std::uint16_t, std::uint32_t>;

    /// Where a record lies in the text: user, domain and the packed record.
    struct entry {
        byte_count begin = 0;
        byte_count record = 0; ///< bytes of the record; 0 in a free entry
        std::uint16_t user = 0;
        std::uint16_t domain = 0;
        std::uint16_t tag = 0; ///< bits of the key's hash

        [[nodiscard]] auto is_used() const noexcept -> bool { return record != 0; }
        [[nodiscard]] auto begin_of_record() const noexcept -> std::size_t {
            return std::size_t{begin} + user + domain;
        }
        [[nodiscard]] auto end() const noexcept -> std::size_t { return begin_of_record() + record; }
    };

    [[nodiscard]] auto key_of(const entry& one) const noexcept -> aor_view {
        const char* text = text_.data() + one.begin;
        return {{text, one.user}, {text + one.user, one.domain}};
    }
    [[nodiscard]] auto record_of(const entry& one) const noexcept -> record_view {
        return record_view{std::string_view{text_.data() + one.begin_of_record(), one.record}};
    }

    [[nodiscard]] auto tag_of(const aor_view& key) const noexcept -> std::uint16_t {
        return static_cast<std::uint16_t>(siphash_1_3{key_}.text(key.user).text(key.domain).finish());
    }

    [[nodiscard]] auto find(const aor_view& key, std::uint16_t tag) const noexcept -> std::size_t {
        for (std::size_t i = 0; i < Aors; ++i)
            if (entries_[i].tag == tag && entries_[i].is_used() && key_of(entries_[i]) == key) return i;
        return none;
    }

    /// Adds a record after all others, unless it is empty.
    [[nodiscard]] auto insert(const aor_view& key, std::uint16_t tag, std::string_view record) noexcept -> bool {
        if (record.empty()) return true;
        constexpr std::size_t longest = std::numeric_limits<std::uint16_t>::max();
        if (size_ == Aors || key.user.size() > longest || key.domain.size() > longest) return false;
        if (key.user.size() + key.domain.size() + record.size() > capacity - used_) return false;
        auto* free = entries_.data(); // there is one, as `size_` tells
        while (free->is_used()) ++free;
        *free = {static_cast<byte_count>(used_), static_cast<byte_count>(record.size()),
                 static_cast<std::uint16_t>(key.user.size()), static_cast<std::uint16_t>(key.domain.size()), tag};
        for (const auto text : {key.user, key.domain, record}) used_ += text.copy(text_.data() + used_, text.size());
        ++size_;
        return true;
    }

    /// Drops the record that has been without bindings longest, but not that of one entry.
    ///
    /// Returns: whether there was one.
    [[nodiscard]] auto drop_empty(const entry* but) noexcept -> bool {
        entry* oldest = nullptr;
        auto first = never32;
        for (auto& one : entries_) {
            if (!one.is_used() || record_of(one).size() != 0 || &one == but) continue;
            if (const auto due = record_of(one).due(); due < first) oldest = &one, first = due;
        }
        return oldest != nullptr && write(*oldest, {});
    }

    /// Makes `record` the bytes of an entry, which goes if they are none.
    [[nodiscard]] auto write(entry& one, std::string_view record) noexcept -> bool {
        if (record.empty()) {
            resize(one, one.begin, one.end());
            one = {};
            --size_;
            return true;
        }
        if (record.size() > one.record && record.size() - one.record > capacity - used_) return false;
        const auto old_end = one.end();
        const auto new_end = one.begin_of_record() + record.size();
        char* const to = text_.data() + one.begin_of_record();
        // Bytes that are part of the old record are never more than it, and so are read before anything moves.
        if (new_end <= old_end) std::memmove(to, record.data(), record.size());
        resize(one, new_end, old_end);
        if (new_end > old_end) std::memcpy(to, record.data(), record.size());
        one.record = static_cast<byte_count>(record.size());
        return true;
    }

    /// Moves all that lies behind an entry from its old end to its new one.
    void resize(const entry& one, std::size_t new_end, std::size_t old_end) noexcept {
        if (new_end == old_end) return;
        std::memmove(text_.data() + new_end, text_.data() + old_end, used_ - old_end);
        for (auto& other : entries_)
            if (other.is_used() && other.begin > one.begin)
                other.begin = static_cast<byte_count>(other.begin + new_end - old_end);
        used_ = used_ + new_end - old_end;
    }

    /// Takes out what is due of a record.
    ///
    /// Returns: how many bindings it was.
    auto drop(entry& one, instant now, binding_sink sink) -> unsigned {
        unsigned taken = 0;
        const std::span<char> bytes{text_.data() + one.begin_of_record(), one.record};
        const auto left = drop_due(bytes, now, [&, key = key_of(one)](const binding_view& binding, std::size_t more) {
            ++taken;
            sink(key, binding, more);
        });
        (void)write(one, left.bytes()); // fits, since it does not grow
        bindings_ -= taken;
        return taken;
    }

    std::array<entry, Aors> entries_{};
    hash_key key_;
    std::size_t size_ = 0;
    std::size_t bindings_ = 0;
    std::size_t used_ = 0; ///< bytes
    std::array<char, capacity> text_{};
};

} // namespace sipwhere

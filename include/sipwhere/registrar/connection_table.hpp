// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/flow.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sipwhere {

/// Which addresses-of-record have been bound over which connection, so that these bindings can go when it ends; and
/// those of connections that have ended, until that is done.
///
/// A note may be out of date, as the record tells what is bound now: each call of `add` looks at two old ones of its
/// connection, so that no more of these are kept than twice as many as are bound, and some. Notes never move.
/// `Memory` is a memory policy: it says how many there may be, a connection that has any counting as one.
/// Cost: constant for each call.
template <typename Memory>
class connection_table {
public:
    using index = std::uint32_t; ///< of a note, from 1; 0 is none

    /// Gives it the key of its hash; call it before the first `add`.
    void seed(hash_key key) noexcept { key_ = key; }

    /// Notes that an address-of-record is bound over a connection. `is_bound(aor)` says whether an older one still is.
    ///
    /// Returns: false when there are as many notes as there may be.
    template <typename IsBound>
    [[nodiscard]] auto add(const flow& over, const aor_view& key, IsBound&& is_bound) -> bool {
        const auto hash = hash_of(over, key);
        if (find(hash, over, key) != 0) return true;
        auto head = find(hash_of(over, {}), over, {});
        if (head == 0) head = make(hash_of(over, {}), over, {});
        if (head == 0) return false;
        for (int i = 0; i < 2 && at(head).count >= few; ++i) look_at_oldest(head, is_bound);
        const auto made = make(hash, over, key);
        if (made == 0) {
            if (at(head).count == 0) release(head);
            return false;
        }
        append(head, made);
        return true;
    }

    /// Keeps a note, whatever `is_bound` says of it, until as many calls of `unpin`: its update is in work.
    void pin(const flow& over, const aor_view& key) noexcept {
        if (const auto one = find(hash_of(over, key), over, key); one != 0) ++at(one).count;
    }
    void unpin(const flow& over, const aor_view& key) noexcept {
        if (const auto one = find(hash_of(over, key), over, key); one != 0 && at(one).count != 0) --at(one).count;
    }

    /// Moves what was bound over a connection to what is lost.
    void lose(const flow& over) noexcept {
        const auto head = find(hash_of(over, {}), over, {});
        if (head == 0) return;
        const auto first = at(head).first;
        if (first != 0) {
            (lost_last_ == 0 ? lost_first_ : at(lost_last_).next) = first;
            lost_last_ = at(head).last;
        }
        release(head);
    }

    /// Forgets all that was bound over any connection, but not what is lost.
    void forget_connections() noexcept {
        for (index i = 1; i <= notes_.size(); ++i) {
            if (!at(i).is_head) continue;
            for (auto one = at(i).first; one != 0;) release(std::exchange(one, at(one).next));
            release(i);
        }
    }

    /// Takes the first note of what is lost out of these; it is there until `forget`, or `put_back` puts it last.
    ///
    /// Returns: 0 if nothing is lost.
    [[nodiscard]] auto take_lost() noexcept -> index {
        const auto taken = lost_first_;
        if (taken == 0) return 0;
        lost_first_ = at(taken).next;
        if (lost_first_ == 0) lost_last_ = 0;
        at(taken).next = 0;
        return taken;
    }
    void put_back(index taken) noexcept {
        (lost_last_ == 0 ? lost_first_ : at(lost_last_).next) = taken;
        lost_last_ = taken;
    }
    void forget(index taken) noexcept { release(taken); }
    [[nodiscard]] auto has_lost() const noexcept -> bool { return lost_first_ != 0; }

    /// Returns: the address-of-record and the connection of a note.
    [[nodiscard]] auto aor_of(index one) const noexcept -> aor_view { return at(one).key.view(); }
    [[nodiscard]] auto flow_of(index one) const noexcept -> flow { return at(one).over.whole(); }

    /// Returns: how many notes there are, of connections too.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return used_; }

private:
    static constexpr std::uint32_t few = 8; ///< notes of a connection that are never looked at again

    /// What tells a connection from all others.
    struct connection {
        endpoint remote{};
        std::uint32_t number = 0;
        std::uint32_t epoch = 0;
        protocol over = protocol::udp;

        [[nodiscard]] auto whole() const noexcept -> flow {
            return {.remote = remote, .over = over, .connection = number, .epoch = epoch};
        }
    };

    /// A note, or the head of all notes of a connection, which has no text. Each is a bucket of the hash table as well.
    struct note {
        typename Memory::aor_text key;
        connection over;
        std::uint32_t hash = 0;
        index in_bucket = 0; ///< the first note of this bucket
        index next_equal = 0; ///< in the same bucket
        index next = 0; ///< of the same connection, or of what is lost, or free
        index first = 0; ///< of a head: its notes
        index last = 0;
        std::uint32_t count = 0; ///< notes of a head; of others, updates in work
        bool is_head = false;
    };

    [[nodiscard]] auto at(index one) const noexcept -> note& {
        SIPWHERE_ASSERT(one != 0);
        return notes_[one - 1];
    }

    [[nodiscard]] auto hash_of(const flow& over, const aor_view& key) const noexcept -> std::uint32_t {
        siphash_1_3 hash{key_};
        hash.number(std::uint64_t{over.connection} << 32U | over.epoch);
        hash.number(std::uint64_t{over.remote.port} << 8U | static_cast<std::uint64_t>(over.over));
        return static_cast<std::uint32_t>(hash.texts(key.user, key.domain).finish());
    }

    /// Returns: the bucket of a hash among `count` of them: linear hashing, which adds one at a time.
    [[nodiscard]] static auto bucket_of(std::uint32_t hash, std::size_t count) noexcept -> index {
        const auto wide = static_cast<std::uint32_t>(std::bit_ceil(count));
        const auto found = hash & (wide - 1);
        return (found < count ? found : found & (wide / 2 - 1)) + 1;
    }

    [[nodiscard]] auto find(std::uint32_t hash, const flow& over, const aor_view& key) const noexcept -> index {
        if (notes_.size() == 0) return 0;
        for (auto one = at(bucket_of(hash, notes_.size())).in_bucket; one != 0; one = at(one).next_equal) {
            const auto& found = at(one);
            if (found.hash == hash && found.key.view() == key && is_same_connection(found.over.whole(), over))
                return one;
        }
        return 0;
    }

    /// Makes a note, and puts it into its bucket.
    [[nodiscard]] auto make(std::uint32_t hash, const flow& over, const aor_view& key) -> index {
        auto made = free_;
        if (made != 0) free_ = at(made).next;
        else if (made = grow(); made == 0) return 0;
        auto& one = at(made);
        one.next = one.first = one.last = one.count = 0;
        one.is_head = key.user.empty() && key.domain.empty();
        if (one.is_head || one.key.assign(key)) {
            one.over = {over.remote, over.connection, over.epoch, over.over};
            one.hash = hash;
            put_into_bucket(made);
            ++used_;
            return made;
        }
        one.next = free_;
        one.is_head = false;
        free_ = made;
        return 0;
    }

    /// Makes one more note, and so one more bucket, which takes over a part of another one.
    [[nodiscard]] auto grow() -> index {
        const auto before = notes_.size();
        if (before == Memory::of_connections || notes_.make() == nullptr) return 0;
        const auto made = static_cast<index>(before + 1);
        if (before == 0) return made;
        const auto from = static_cast<index>(before - std::bit_floor(before) + 1);
        auto rest = at(from).in_bucket;
        at(from).in_bucket = 0;
        while (rest != 0) {
            const auto next = at(rest).next_equal;
            put_into_bucket(rest);
            rest = next;
        }
        return made;
    }

    void put_into_bucket(index one) noexcept {
        auto& bucket = at(bucket_of(at(one).hash, notes_.size()));
        at(one).next_equal = bucket.in_bucket;
        bucket.in_bucket = one;
    }

    void release(index gone) noexcept {
        auto* link = &at(bucket_of(at(gone).hash, notes_.size())).in_bucket;
        while (*link != gone) link = &at(*link).next_equal;
        *link = at(gone).next_equal;
        at(gone).key.clear();
        at(gone).is_head = false;
        at(gone).next = free_;
        free_ = gone;
        --used_;
    }

    void append(index head, index one) noexcept {
        auto& all = at(head);
        (all.last == 0 ? all.first : at(all.last).next) = one;
        all.last = one;
        ++all.count;
    }

    /// Drops the oldest note of a connection if it is out of date, or makes it the newest.
    template <typename IsBound>
    void look_at_oldest(index head, IsBound& is_bound) {
        auto& all = at(head);
        const auto oldest = all.first;
        all.first = at(oldest).next;
        if (all.first == 0) all.last = 0;
        at(oldest).next = 0;
        --all.count;
        if (at(oldest).count != 0 || is_bound(at(oldest).key.view())) append(head, oldest);
        else release(oldest);
    }

    mutable typename Memory::template connection_pool<note> notes_;
    hash_key key_{};
    index free_ = 0;
    index lost_first_ = 0;
    index lost_last_ = 0;
    std::size_t used_ = 0;
};

} // namespace sipwhere

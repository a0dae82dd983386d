// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/registration/registration.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere {

/// What the tags of earlier transactions say about a request.
enum class seen : std::uint8_t {
    unknown,
    late,     ///< as its Call-ID has had a higher CSeq since, or the same, and its own tag may have been dropped
    merged,   ///< it came by another way before (RFC 3261 §8.2.2.2)
    repeated, ///< it was committed
};

/// Returns: the tag that a request leaves when it is committed.
[[nodiscard]] inline auto tag_of(const registration& asked, instant now) noexcept -> transaction_tag {
    return {.call_id = static_cast<std::uint16_t>(asked.keys.call_id),
            .request = static_cast<std::uint16_t>(asked.keys.request),
            .transaction = static_cast<std::uint32_t>(asked.keys.transaction) & 0x3fff'ffffU,
            .cseq = asked.cseq,
            .since = floor_seconds(now)};
}

namespace detail {

[[nodiscard]] constexpr auto is_newer(const transaction_tag& tag, const transaction_tag& than) noexcept -> bool {
    return tag.call_id == than.call_id && tag.cseq >= than.cseq;
}

/// Returns: the index of the tag that is missed least, from `first` on: the oldest one that a newer of its Call-ID can
///          stand for; else the oldest of which a binding is still there as its transaction wrote it, so that its
///          repeat would come too late; else the oldest.
[[nodiscard]] inline auto least_missed(const transaction_tag& own, record_view record,
                                       std::span<const binding_change> bindings, std::size_t first) noexcept
    -> std::size_t {
    const auto count = record.tag_count();
    for (auto i = first; i < count; ++i)
        if (const auto tag = record.tag(i); tag.has_newer != 0 || is_newer(own, tag)) return i;
    auto oldest = count;
    auto at = record.begin();
    for (const auto& old : bindings) {
        const auto head = at.head();
        ++at;
        for (auto i = first; i < oldest && old.kind == change::kept; ++i) {
            const auto tag = record.tag(i);
            if (tag.cseq == head.cseq && tag.since == head.last && tag.covers_older == 0) oldest = i;
        }
    }
    return oldest == count ? first : oldest;
}

} // namespace detail

/// Returns: how many transactions of an address-of-record are remembered at once: two for each binding it may have,
///          as long as they take a quarter of a record's memory at most.
[[nodiscard]] constexpr auto max_tags(const limits& rules, std::size_t capacity) noexcept -> std::size_t {
    const auto most = std::min<std::size_t>(capacity / (4 * transaction_tag::packed_size), packed_record::most_tags);
    return std::max<std::size_t>(1, std::min(2 * rules.max_contacts, most));
}

/// Looks for a request among the transactions that a record remembers.
[[nodiscard]] inline auto seen_before(const registration& asked, record_view record, instant now) noexcept -> seen {
    const auto own = tag_of(asked, now);
    auto found = seen::unknown;
    for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) {
        const auto tag = record.tag(i);
        if (tag.call_id != own.call_id || !tag.is_live(now)) continue;
        if (tag.cseq == own.cseq && tag.request == own.request) {
            if (tag.transaction == own.transaction) return seen::repeated;
            if (!asked.has_to_tag) found = seen::merged;
        }
        if (tag.covers_older != 0 && tag.cseq >= own.cseq) found = std::max(found, seen::late);
    }
    return found;
}

/// Writes the tags of a record that may still be asked for and the one of the request at hand, at most `most` of them
/// unless there were more before.
///
/// A repeat whose tag was dropped for one of the same Call-ID is late for as long as that one is kept.
/// Cost: one pass over the tags, and two over tags and bindings when there are too many.
inline void write_tags(const registration& asked, record_view record, std::span<const binding_change> bindings,
                       instant now, std::size_t most, record_builder& out) noexcept {
    auto own = tag_of(asked, now);
    const auto count = record.tag_count();
    std::size_t first = 0;
    while (first < count && !record.tag(first).is_live(now)) ++first;
    const bool is_full = count - first >= most;
    const auto victim = is_full ? detail::least_missed(own, record, bindings, first) : count;
    const auto dropped = is_full ? record.tag(victim) : transaction_tag{};
    own.covers_older = is_full && detail::is_newer(own, dropped) ? 1 : 0;
    auto newest = count; // which stands for the dropped one from now on, unless the request's own does
    for (auto i = victim + 1; i < count && own.covers_older == 0; ++i)
        if (detail::is_newer(record.tag(i), dropped)) newest = i;
    const auto add = [&](std::size_t begin, std::size_t end) {
        auto* at = out.add_tags_of(record, begin, end);
        for (auto i = begin; i < end && at != nullptr; ++i, at += transaction_tag::packed_size) {
            transaction_tag::note_newer(at, own);
            if (i == newest) transaction_tag::note_covers_older(at);
        }
    };
    add(first, victim);
    if (is_full) add(victim + 1, count);
    out.add(own);
}

} // namespace sipwhere

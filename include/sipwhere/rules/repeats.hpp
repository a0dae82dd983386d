// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/record_builder.hpp>
#include <sipwhere/policy/workspace.hpp>
#include <sipwhere/rules/limits.hpp>
#include <sipwhere/rules/registration.hpp>

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

namespace detail {

/// Returns: the tag that a request leaves when it is committed.
[[nodiscard]] inline auto tag_of(const registration& asked, instant now) noexcept -> transaction_tag {
    return {.call_id = static_cast<std::uint16_t>(asked.keys.call_id),
            .request = static_cast<std::uint16_t>(asked.keys.request),
            .transaction = static_cast<std::uint32_t>(asked.keys.transaction) & 0x3fff'ffffU,
            .cseq = asked.cseq,
            .at = floor_seconds(now)};
}

[[nodiscard]] constexpr auto is_newer(const transaction_tag& tag, const transaction_tag& than) noexcept -> bool {
    return tag.call_id == than.call_id && tag.cseq >= than.cseq;
}

/// Returns: the oldest tag of which a binding is still there as its transaction wrote it, or 0.
[[nodiscard]] inline auto oldest_with_binding(const record_builder& tags, record_view record,
                                              std::span<const verdict_on_binding> bindings) noexcept -> std::size_t {
    auto oldest = tags.tag_count();
    auto at = record.begin();
    for (const auto& old : bindings) {
        const auto head = at.head();
        ++at;
        if (old.what != fate::keeps) continue;
        for (std::size_t i = 0; i < oldest; ++i)
            if (const auto tag = tags.tag(i); tag.cseq == head.cseq && tag.at == head.last && tag.covers_older == 0)
                oldest = i;
    }
    return oldest == tags.tag_count() ? 0 : oldest;
}

/// Drops the tag that is missed least: the oldest one that a newer of its Call-ID can stand for; else the oldest whose
/// repeat would come too late for a binding; else the oldest. `own` will be the newest.
inline void drop_tag(record_builder& tags, transaction_tag& own, record_view record,
                     std::span<const verdict_on_binding> bindings) noexcept {
    const auto count = tags.tag_count();
    std::size_t index = 0;
    while (index < count && tags.tag(index).has_newer == 0) ++index;
    if (index == count) {
        tags.remove_tag(oldest_with_binding(tags, record, bindings));
        return;
    }
    const auto dropped = tags.tag(index);
    if (is_newer(own, dropped)) {
        own.covers_older = 1;
    } else {
        auto newest = count - 1;
        while (!is_newer(tags.tag(newest), dropped)) --newest;
        auto tag = tags.tag(newest);
        tag.covers_older = 1;
        tags.replace_tag(newest, tag);
    }
    tags.remove_tag(index);
}

} // namespace detail

/// Returns: how many transactions of an address-of-record are remembered at once: two for each binding it may have,
///          as long as they take a quarter of a record's memory at most.
[[nodiscard]] constexpr auto max_tags(const limits& rules, std::size_t capacity) noexcept -> std::size_t {
    const auto most = std::min<std::size_t>(capacity / (4 * sizeof(transaction_tag)), packed_record::most_tags);
    return std::max<std::size_t>(1, std::min(2 * rules.max_contacts, most));
}

/// Looks for a request among the transactions that a record remembers.
[[nodiscard]] inline auto seen_before(const registration& asked, record_view record, instant now) noexcept -> seen {
    const auto own = detail::tag_of(asked, now);
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

/// Writes the tags of a record that may still be asked for and the one of the request at hand, at most `most` of them.
///
/// A repeat whose tag was dropped for one of the same Call-ID is late for as long as that one is kept.
/// Cost: one pass over the tags, and one over the bindings for each tag dropped.
inline void write_tags(const registration& asked, record_view record, std::span<const verdict_on_binding> bindings,
                       instant now, std::size_t most, record_builder& out) noexcept {
    auto own = detail::tag_of(asked, now);
    for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) {
        auto tag = record.tag(i);
        if (!tag.is_live(now)) continue;
        if (detail::is_newer(own, tag)) tag.has_newer = 1;
        if (out.fits()) out.add(tag);
    }
    while (out.fits() && out.tag_count() >= most) detail::drop_tag(out, own, record, bindings);
    out.add(own);
}

} // namespace sipwhere

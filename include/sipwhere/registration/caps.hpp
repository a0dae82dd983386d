// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/registration/registration.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace sipwhere {

/// The refusal of one contact more that is equal to others but for URI parameters.
inline constexpr refusal too_many_alike{status::forbidden, "Too Many Contacts Alike"};

/// Returns: whether the record will hold the text of a contact to which a decision does this.
[[nodiscard]] inline auto is_new_text(change kind) noexcept -> bool {
    return kind == change::created || kind == change::refreshed;
}

namespace detail {

/// Calls `visit(index, last)` for each binding that may give way.
template <typename Visit>
void for_each_that_gives_way(record_view record, std::span<const binding_change> bindings, Visit&& visit) noexcept {
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        const auto head = at.head();
        if (bindings[index].kind == change::kept && head.due != never32) visit(index, head.last);
    }
}

/// Finds the second in which the last of so many bindings was refreshed that are to give way, the oldest first; without
/// memory, by halving the time in which it may lie.
[[nodiscard]] inline auto last_of_oldest(record_view record, std::span<const binding_change> bindings,
                                         std::size_t count) noexcept -> seconds32 {
    seconds32 from = never32, to = 0;
    for_each_that_gives_way(record, bindings, [&](std::size_t, seconds32 last) {
        from = std::min(from, last);
        to = std::max(to, last);
    });
    if (count == 1) return from;
    while (from < to) {
        const auto middle = from + (to - from) / 2;
        std::size_t found = 0;
        for_each_that_gives_way(record, bindings,
                                [&](std::size_t, seconds32 last) { found += last <= middle ? 1U : 0U; });
        if (found >= count) to = middle;
        else from = middle + 1;
    }
    return from;
}

/// Takes bindings that the request does not name out of a full record, those refreshed longest ago.
///
/// Returns: how many it took out, at most `count`.
/// Cost:    some 32 passes over the record at most, however many there are to take out.
inline auto drop_oldest(record_view record, std::size_t count, std::span<binding_change> bindings) noexcept
    -> std::size_t {
    const auto until = last_of_oldest(record, bindings, count);
    std::size_t dropped = 0;
    for (const bool in_last : {false, true})
        for_each_that_gives_way(record, bindings, [&](std::size_t index, seconds32 last) {
            if (dropped == count || (in_last ? last != until : last >= until)) return;
            bindings[index].kind = change::removed;
            ++dropped;
        });
    return dropped;
}

/// Returns: whether a decision leaves more bindings that are alike than there may be, one of them new.
[[nodiscard]] inline auto are_too_many_alike(std::span<const binding_change> bindings,
                                             std::span<const contact_change> contacts,
                                             std::span<const compared_contact> compared, std::size_t most) noexcept
    -> bool {
    for (std::size_t i = 0; i < contacts.size(); ++i) {
        if (contacts[i].kind != change::created) continue;
        const auto core = compared[i].identity.core;
        std::size_t alike = 0;
        for (const auto& old : bindings)
            alike += old.core == core && (old.kind == change::kept || old.kind == change::refreshed) ? 1U : 0U;
        for (std::size_t other = 0; other < contacts.size(); ++other)
            alike += compared[other].identity.core == core && contacts[other].kind == change::created ? 1U : 0U;
        if (alike > most) return true;
    }
    return false;
}

} // namespace detail

/// Returns: which text of a binding that a contact makes or refreshes is over its cap; null if none is.
[[nodiscard]] inline auto too_long(const registration& asked, const contact_view& contact, const limits& rules) noexcept
    -> const char* {
    const auto call_id = asked.call_id.size();
    if (call_id > rules.max_call_id_bytes) return "Call-ID Too Long";
    const auto bytes = contact.uri.text.size() + contact.params.text().size() + call_id;
    return bytes > rules.max_contact_bytes ? "Contact Too Long" : nullptr;
}

/// Applies the caps of one address-of-record to a decision; where the settings say so, older bindings go.
///
/// An update that adds nothing always passes.
/// Returns: 403 with the cap that was met; nothing when all fits.
[[nodiscard]] inline auto apply_caps(const registration& asked, record_view record, const limits& rules,
                                     std::span<const compared_contact> compared, std::span<binding_change> bindings,
                                     std::span<const contact_change> changes) noexcept -> std::optional<refusal> {
    for (std::size_t i = 0; i < asked.contacts.size(); ++i)
        if (is_new_text(changes[i].kind))
            if (const auto* const why = too_long(asked, asked.contacts[i], rules))
                return refuse(status::forbidden, why);
    const auto is_created = [](const contact_change& contact) { return contact.kind == change::created; };
    const auto created = static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), is_created));
    if (created == 0) return std::nullopt;

    const auto is_kept = [](const binding_change& old) {
        return old.kind == change::kept || old.kind == change::refreshed;
    };
    auto kept = static_cast<std::size_t>(std::count_if(bindings.begin(), bindings.end(), is_kept));
    if (kept + created > rules.max_contacts && rules.when_full != when_full::refuse) {
        const bool all = rules.when_full == when_full::replace_all;
        kept -= detail::drop_oldest(record, all ? kept : kept + created - rules.max_contacts, bindings);
    }
    if (kept + created > rules.max_contacts) return refuse(status::forbidden, "Too Many Contacts");
    if (kept + created > rules.max_alike && detail::are_too_many_alike(bindings, changes, compared, rules.max_alike))
        return too_many_alike;
    return std::nullopt;
}

} // namespace sipwhere

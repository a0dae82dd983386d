// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/registration/caps.hpp>
#include <sipwhere/registration/expiry.hpp>
#include <sipwhere/registration/identity.hpp>
#include <sipwhere/registration/ordering.hpp>
#include <sipwhere/registration/registration.hpp>
#include <sipwhere/registration/repeats.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sipwhere {

/// What to do with a record, binding by binding and contact by contact.
struct decision {
    bool is_update = false; ///< else a query, or the repeat of a REGISTER that was committed: nothing changes
    std::span<binding_change> bindings{}; ///< one for each binding of the record, in its order
    std::span<contact_change> contacts{}; ///< one for each contact of the request, in its order
};

namespace detail {

/// Decides about one contact and a binding it means.
inline void decide_pair(std::size_t contact, std::size_t binding, bool is_static, decision& out) noexcept {
    auto& fresh = out.contacts[contact];
    auto& old = out.bindings[binding];
    if (is_static) {
        if (fresh.kind != change::refreshed) fresh.kind = change::kept;
        return;
    }
    if (old.kind == change::refreshed) return;
    old.kind = change::removed;
    if (fresh.kind != change::created) return;
    old.kind = change::refreshed;
    old.contact = static_cast<std::uint16_t>(contact);
    fresh.kind = change::refreshed;
    fresh.binding = static_cast<std::uint16_t>(binding);
}

/// Why nothing is decided about a request.
enum class obstacle : std::uint8_t { none, stale, alike };

/// Looks whether one contact is about a binding of the same octets, or about none as there are none: nearly all are.
///
/// Returns: whether it was decided about.
[[nodiscard]] inline auto decide_plain(const registration& asked, record_view record, const limits& rules, instant now,
                                       decision& out, obstacle& why) noexcept -> bool {
    const auto found = find_octets(
        asked.contacts.front().uri.text, record, out.bindings, [&](std::size_t index, const brief_binding& binding) {
            const bool is_static = binding.is_static();
            if (!is_static && is_stale(binding, asked.call_id, asked.cseq, rules.stale_cseq, now))
                why = obstacle::stale;
            decide_pair(0, index, is_static, out);
        });
    return found != octets::not_there;
}

/// Decides about all contacts and the bindings they mean, whatever they are.
[[nodiscard, gnu::noinline]] inline auto decide_any(const registration& asked, record_view record, const limits& rules,
                                                    instant now, std::span<compared_contact> compared,
                                                    decision& out) noexcept -> obstacle {
    matching found{asked.contacts, record, compared, out.bindings};
    if (!found.run(asked.key, rules.max_alike)) return obstacle::alike;
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        if (!matching::is_meant(out.bindings[index])) continue;
        const auto binding = at.brief();
        if (!binding.is_static() && is_stale(binding, asked.call_id, asked.cseq, rules.stale_cseq, now))
            return obstacle::stale;
    }
    for (index = 0; index < asked.contacts.size(); ++index) {
        auto& contact = out.contacts[index];
        if (contact.kind == change::created && found.is_superseded(index)) contact.kind = change::superseded;
        found.for_each_meant(index, [&](std::size_t at, bool is_static) { decide_pair(index, at, is_static, out); });
    }
    return obstacle::none;
}

/// Decides about all contacts and the bindings they mean.
[[nodiscard]] inline auto decide_contacts(const registration& asked, record_view record, const limits& rules,
                                          instant now, const request_memory& memory, decision& out) noexcept
    -> obstacle {
    for (auto& contact : out.contacts) contact.kind = contact.granted == 0 ? change::removed : change::created;
    auto why = obstacle::none;
    if (asked.contacts.size() == 1 && decide_plain(asked, record, rules, now, out, why)) return why;
    return decide_any(asked, record, rules, now, memory.compared, out);
}

/// Decides about a request whose Contact is `*`.
[[nodiscard]] inline auto decide_all(const registration& asked, record_view record, const limits& rules, instant now,
                                     decision& out) noexcept -> bool {
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at) {
        const auto binding = at.brief();
        auto& old = out.bindings[index++];
        if (old.kind == change::expired || binding.is_static()) continue;
        if (is_stale(binding, asked.call_id, asked.cseq, rules.stale_cseq, now)) return false;
        old.kind = change::removed;
    }
    return true;
}

} // namespace detail

/// Decides what a REGISTER does to a record. Changes nothing.
///
/// When more than one thing is wrong the answer is, in this order: 482, 423, 500 for a CSeq that is not higher, 403 for
/// the caps; more contacts alike than may be held against each other are 403 before 500. A repeat of what was committed
/// in the last 32 s is none of them (RFC 3261 §17.2.2).
/// Cost: one pass over the record; a comparison of numbers for each pair of a contact and a binding, and of
///       parameters for each pair that is alike. One contact whose octets are bound is looked for alone.
/// Spec: RFC 3261 §8.2.2.2, §10.3 steps 6 and 7.
[[nodiscard]] inline auto plan(const registration& asked, record_view record, const limits& rules, instant now,
                               const request_memory& memory, decision& out) noexcept -> std::optional<refusal> {
    out = {};
    const auto before = seen_before(asked, record, now);
    if (before == seen::merged) return refuse(status::loop_detected, "Merged Request");
    if (before == seen::repeated || asked.is_query()) return std::nullopt;
    if (record.size() > memory.binding_changes.size()) return refuse(status::server_internal_error);

    out.is_update = true;
    out.bindings = memory.binding_changes.first(record.size());
    out.contacts = memory.contact_changes.first(asked.contacts.size());
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        const bool live = to_instant(at.head().due) > now;
        out.bindings[index] = {.kind = live ? change::kept : change::expired};
    }
    for (index = 0; index < asked.contacts.size(); ++index) {
        const auto& contact = asked.contacts[index];
        const auto requested = contact.has_expires ? std::optional{contact.expires} : asked.expires;
        const auto seconds = granted_expires(requested, rules);
        if (!seconds)
            return refusal{status::interval_too_brief, {}, static_cast<std::uint32_t>(rules.min_expires.count())};
        out.contacts[index] = {.granted = *seconds};
    }
    constexpr refusal stale{status::server_internal_error, "CSeq Is Not Higher"};
    if (before == seen::late) return stale;
    if (asked.removes_all && !detail::decide_all(asked, record, rules, now, out)) return stale;
    switch (detail::decide_contacts(asked, record, rules, now, memory, out)) {
    case detail::obstacle::stale: return stale;
    case detail::obstacle::alike: return too_many_alike;
    case detail::obstacle::none: break;
    }
    return apply_caps(asked, record, rules, memory.compared, out.bindings, out.contacts);
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/uri_equal.hpp>
#include <sipwhere/model/record.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/policy/workspace.hpp>
#include <sipwhere/rules/expiry.hpp>
#include <sipwhere/rules/limits.hpp>
#include <sipwhere/rules/match.hpp>
#include <sipwhere/rules/ordering.hpp>
#include <sipwhere/rules/registration.hpp>
#include <sipwhere/rules/repeats.hpp>
#include <sipwhere/rules/room.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sipwhere {

/// What to do with a record, binding by binding and contact by contact.
struct decision {
    enum class course : std::uint8_t {
        show,   ///< a query, or the repeat of a REGISTER that was committed: nothing changes
        update,
    };

    course what = course::show;
    std::span<verdict_on_binding> bindings{}; ///< one for each binding of the record, in its order
    std::span<verdict_on_binding> contacts{}; ///< one for each contact of the request, in its order
};

namespace detail {

/// Returns: whether a later contact of the same request is equal, so that this one leaves no binding.
[[nodiscard]] inline auto is_superseded(std::span<const contact_view> contacts, std::size_t index) noexcept -> bool {
    for (std::size_t later = index + 1; later < contacts.size(); ++later) {
        const auto& a = contacts[index].uri;
        const auto& b = contacts[later].uri;
        if (a.text == b.text || uri_equal(a, b)) return true;
    }
    return false;
}

/// Decides about one contact and the bindings it means.
///
/// Returns: false when the request comes too late for one of them.
[[nodiscard]] inline auto decide_contact(const registration& asked, std::size_t index, record_view record,
                                         const limits& rules, instant now, decision& out) noexcept -> bool {
    auto& contact = out.contacts[index];
    contact.what = contact.granted == 0                   ? fate::removed
                   : is_superseded(asked.contacts, index) ? fate::superseded
                                                          : fate::created;
    const auto hit = [&](std::size_t at, const brief_binding& binding) {
        if (binding.is_static()) {
            if (contact.what != fate::refreshed) contact.what = fate::keeps;
            return true;
        }
        if (is_stale(binding, asked.call_id, asked.cseq, rules.stale_cseq, now)) return false;
        auto& old = out.bindings[at];
        if (old.what == fate::refreshed) return true;
        old.what = fate::removed;
        if (contact.what == fate::created) {
            old = {.what = fate::refreshed, .by = static_cast<std::uint16_t>(index)};
            contact.what = fate::refreshed;
            contact.by = static_cast<std::uint16_t>(at);
        }
        return true;
    };
    return for_each_match(asked.contacts[index].uri, record, now, hit);
}

/// Decides about a request whose Contact is `*`.
[[nodiscard]] inline auto decide_all(const registration& asked, record_view record, const limits& rules, instant now,
                                     decision& out) noexcept -> bool {
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at) {
        const auto binding = at.brief();
        auto& old = out.bindings[index++];
        if (old.what == fate::expired || binding.is_static()) continue;
        if (is_stale(binding, asked.call_id, asked.cseq, rules.stale_cseq, now)) return false;
        old.what = fate::removed;
    }
    return true;
}

} // namespace detail

/// Decides what a REGISTER does to a record. Changes nothing.
///
/// When more than one thing is wrong the answer is, in this order: 482, 423, 500 for a CSeq that is not higher, 403 for
/// the caps; a repeat of what was committed in the last 32 s is none of them (RFC 3261 §17.2.2).
/// `out` needs room for a verdict on each contact and on as many bindings as the workspace allows.
/// Spec: RFC 3261 §8.2.2.2, §10.3 steps 6 and 7.
[[nodiscard]] inline auto plan(const registration& asked, record_view record, const limits& rules, instant now,
                               const workspace_view& memory, decision& out) noexcept -> std::optional<refusal> {
    out = {};
    const auto before = seen_before(asked, record, now);
    if (before == seen::merged) return refuse(status::loop_detected, "Merged Request");
    if (before == seen::repeated || asked.is_query()) return std::nullopt;
    if (record.size() > memory.binding_fates.size()) return refuse(status::server_internal_error);

    out.what = decision::course::update;
    out.bindings = memory.binding_fates.first(record.size());
    out.contacts = memory.contact_fates.first(asked.contacts.size());
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        const bool live = to_instant(at.head().due) > now;
        out.bindings[index] = {.what = live ? fate::keeps : fate::expired};
    }
    for (index = 0; index < asked.contacts.size(); ++index) {
        const auto& contact = asked.contacts[index];
        const auto requested = contact.has_expires ? std::optional{contact.expires} : asked.expires;
        const auto granted = granted_expires(requested, rules);
        if (!granted)
            return refusal{status::interval_too_brief, {}, static_cast<std::uint32_t>(rules.min_expires.count())};
        out.contacts[index] = {.granted = *granted};
    }
    constexpr refusal stale{status::server_internal_error, "CSeq Is Not Higher"};
    if (before == seen::late) return stale;
    if (asked.removes_all && !detail::decide_all(asked, record, rules, now, out)) return stale;
    for (index = 0; index < asked.contacts.size(); ++index)
        if (!detail::decide_contact(asked, index, record, rules, now, out)) return stale;
    return make_room(asked.contacts, asked.call_id, record, rules, out.bindings, out.contacts);
}

} // namespace sipwhere

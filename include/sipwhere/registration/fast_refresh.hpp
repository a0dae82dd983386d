// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/registration/apply.hpp>
#include <sipwhere/registration/caps.hpp>
#include <sipwhere/registration/expiry.hpp>
#include <sipwhere/registration/plan.hpp>
#include <sipwhere/registration/registration.hpp>
#include <sipwhere/registration/repeats.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace sipwhere {

namespace detail {

/// Returns: whether a contact would be kept with the very bytes that a binding has, but for its numbers.
[[nodiscard]] inline auto is_kept_as(const registration& asked, const contact_view& contact,
                                     const binding_view& binding) noexcept -> bool {
    const auto params = params_to_keep(contact);
    const auto before = params.before.size();
    return same_text(binding.uri, contact.uri.text) && same_text(binding.call_id, asked.call_id) &&
           binding.params.size() == before + params.after.size() &&
           same_text(slice(binding.params, 0, before), params.before) &&
           same_text(slice(binding.params, before, binding.params.size()), params.after) &&
           binding.source == *asked.source && binding.of_flow == contact.of_flow && binding.path.empty() &&
           same_text(binding.user_agent, asked.user_agent);
}

/// Returns: whether a record remembers any transaction that may be repeated still.
[[nodiscard]] inline auto remembers_any(record_view record, instant now) noexcept -> bool {
    for (auto left = record.tag_count(); left > 0; --left)
        if (record.tag(left - 1).is_live(now)) return true;
    return false;
}

} // namespace detail

/// Renews the only binding of a record as `plan` and `apply` do, if nothing of it changes but its numbers: what nearly
/// every REGISTER asks for. The bytes of the binding are copied, and the numbers written over. It may leave any
/// REGISTER to these two, and never refuses one.
///
/// Returns: the new record in `memory.record`, with the decision in `out`; nothing if it is left to them.
/// Cost:    a comparison of the texts of the contact and the binding, and a copy of the record.
[[nodiscard]] inline auto fast_refresh(const registration& asked, record_view record, const limits& rules, instant now,
                                       const request_memory& memory, decision& out) noexcept
    -> std::optional<record_view> {
    if (asked.contacts.size() != 1 || asked.removes_all || record.size() != 1 || memory.binding_changes.empty())
        return std::nullopt;
    const auto& contact = asked.contacts.front();
    const auto at = record.begin();
    const auto binding = *at;
    if (binding.due == never32 || to_instant(binding.due) <= now || asked.cseq <= binding.cseq) return std::nullopt;
    const auto granted = granted_expires(contact.has_expires ? std::optional{contact.expires} : asked.expires, rules);
    const bool remembers = detail::remembers_any(record, now);
    if (!granted || *granted == 0 || (remembers && seen_before(asked, record, now) != seen::unknown))
        return std::nullopt;
    if (too_long(asked, contact, rules) != nullptr || !detail::is_kept_as(asked, contact, binding)) return std::nullopt;

    out = {.is_update = true, .bindings = memory.binding_changes.first(1), .contacts = memory.contact_changes.first(1)};
    out.bindings.front() = {.kind = change::refreshed};
    out.contacts.front() = {.kind = change::refreshed, .granted = *granted};
    record_builder made{memory.record};
    if (remembers) write_tags(asked, record, out.bindings, now, max_tags(rules, memory.record.size()), made);
    else made.add(tag_of(asked, now));
    const auto fresh = new_binding(asked, contact, *granted, {}, now);
    auto* const renewed = made.add_bindings_of(record);
    if (renewed == nullptr) return std::nullopt;
    packed_binding::renew(renewed + (at.body().data() - record.begin_of_bindings()), asked.cseq, fresh.due,
                          std::min(binding.first, fresh.first), fresh.last);
    return made.finish();
}

} // namespace sipwhere

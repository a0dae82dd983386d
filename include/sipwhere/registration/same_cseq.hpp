// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/registration/apply.hpp>
#include <sipwhere/registration/plan.hpp>
#include <sipwhere/registration/registration.hpp>

#include <cstdint>
#include <limits>

namespace sipwhere {

namespace detail {

/// Returns: whether a binding is what a contact of this request made, or would make.
[[nodiscard]] inline auto is_made_by(const brief_binding& binding, const registration& asked,
                                     const contact_view& contact, std::uint32_t granted) noexcept -> bool {
    const auto lifetime = binding.due - binding.last; // from a second begun to a second ended
    const auto params = params_to_keep(contact);
    const bool same_params = binding.params.size() == params.before.size() + params.after.size() &&
                             binding.params.starts_with(params.before) && binding.params.ends_with(params.after);
    return binding.call_id == asked.call_id && binding.cseq == asked.cseq && binding.uri == contact.uri.text &&
           same_params && (lifetime == granted || lifetime == granted + 1);
}

} // namespace detail

/// Finds out whether all that a REGISTER asks for is there already, made by a request of the same Call-ID and CSeq.
///
/// Decides about it as if it came later, by a transaction of its own: then it must add nothing, take nothing away, and
/// refresh nothing but what it has made. Its decision is of no other use.
///
/// Cost: that of `plan`.
[[nodiscard]] inline auto is_done_already(const registration& asked, record_view record, const limits& rules,
                                          instant now, const request_memory& memory, decision& out) noexcept -> bool {
    auto later = asked;
    later.cseq = std::numeric_limits<std::uint32_t>::max(); // higher than any that is let in
    later.keys = {};
    if (plan(later, record, rules, now, memory, out)) return false;
    for (const auto& contact : out.contacts)
        if (contact.kind == change::created) return false;
    auto at = record.begin();
    for (const auto& old : out.bindings) {
        const auto binding = at.brief();
        ++at;
        if (old.kind == change::kept || old.kind == change::expired) continue;
        if (old.kind != change::refreshed) return false;
        const auto granted = out.contacts[old.contact].granted;
        if (!detail::is_made_by(binding, asked, asked.contacts[old.contact], granted)) return false;
    }
    return true;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/registration/plan.hpp>
#include <sipwhere/registration/repeats.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sipwhere {

/// The parameters of a contact that are kept: all but `expires`, before and behind which some may stand.
struct kept_params {
    std::string_view before;
    std::string_view after;
};

/// Returns: the parameters of a contact as a binding keeps them.
[[nodiscard]] inline auto params_to_keep(const contact_view& contact) noexcept -> kept_params {
    const auto all = contact.params.text();
    if (!contact.has_expires) return {all, {}};
    const auto begin = static_cast<std::size_t>(contact.expires_param.data() - all.data());
    return {slice(all, 0, begin), slice(all, begin + contact.expires_param.size(), all.size())};
}

/// Returns: the binding that a contact asks for, made now.
[[nodiscard]] inline auto new_binding(const registration& asked, const contact_view& contact, std::uint32_t granted,
                                      std::string_view params, instant now) noexcept -> binding_view {
    const auto due = ceil_seconds(now + std::chrono::seconds{granted});
    const auto passed = floor_seconds(now);
    return {.uri = contact.uri.text,
            .params = params,
            .call_id = asked.call_id,
            .path = {},
            .cseq = asked.cseq,
            .due = std::min(due, never32 - 1),
            .first = passed,
            .last = passed,
            .q = contact.q,
            .source = *asked.source,
            .user_agent = asked.user_agent,
            .of_flow = contact.of_flow};
}

/// Writes the record that a decision leads to. Old bindings keep their places, new ones come last.
///
/// Returns: the new record in `bytes`, empty if nothing is left of it; nothing if it does not fit.
/// Cost:    one pass over the record; kept bindings are copied as they lie.
[[nodiscard]] inline auto apply(const registration& asked, record_view record, const decision& plan,
                                const limits& rules, instant now, std::span<char> bytes) noexcept
    -> std::optional<record_view> {
    record_builder out{bytes};
    write_tags(asked, record, plan.bindings, now, max_tags(rules, bytes.size()), out);
    const auto add = [&](std::size_t contact, seconds32 first) {
        const auto params = params_to_keep(asked.contacts[contact]);
        const auto granted = plan.contacts[contact].granted;
        auto made = new_binding(asked, asked.contacts[contact], granted, params.before, now);
        made.first = std::min(first, made.first);
        out.add(made, params.after);
        return out.fits();
    };
    auto at = record.begin();
    for (const auto& old : plan.bindings) {
        if (old.kind == change::kept) out.add_packed(at);
        if (old.kind == change::refreshed && !add(old.contact, at.head().first)) return std::nullopt;
        ++at;
    }
    for (std::size_t i = 0; i < plan.contacts.size(); ++i)
        if (plan.contacts[i].kind == change::created && !add(i, never32)) return std::nullopt;
    if (!out.fits()) return std::nullopt;
    return out.finish();
}

} // namespace sipwhere

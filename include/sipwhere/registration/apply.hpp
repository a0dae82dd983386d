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

namespace detail {

/// Returns: the parameters of a contact as a binding keeps them, all but `expires`; in `room` if they must be joined.
[[nodiscard]] inline auto kept_params(const contact_view& contact, std::span<char> room) noexcept
    -> std::optional<std::string_view> {
    const auto all = contact.params.text();
    if (!contact.has_expires) return all;
    const auto before = slice(all, 0, static_cast<std::size_t>(contact.expires_param.data() - all.data()));
    const auto after = slice(all, before.size() + contact.expires_param.size(), all.size());
    if (after.empty()) return before;
    if (before.empty()) return after;
    writer out{room};
    out.put(before).put(after);
    return out.fits() ? std::optional{out.text()} : std::nullopt;
}

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
            .source = asked.source};
}

} // namespace detail

/// Writes the record that a decision leads to. Old bindings keep their places, new ones come last.
///
/// `scratch` is room for the parameters of one contact.
/// Returns: the new record in `room`, empty if nothing is left of it; nothing if it does not fit.
/// Cost:    one pass over the record; kept bindings are copied as they lie.
[[nodiscard]] inline auto apply(const registration& asked, record_view record, const decision& decided,
                                const limits& rules, instant now, std::span<char> room,
                                std::span<char> scratch) noexcept -> std::optional<record_view> {
    record_builder out{room};
    write_tags(asked, record, decided.bindings, now, max_tags(rules, room.size()), out);
    const auto add = [&](std::size_t contact, seconds32 first) {
        const auto params = detail::kept_params(asked.contacts[contact], scratch);
        if (!params) return false;
        const auto granted = decided.contacts[contact].granted;
        auto made = detail::new_binding(asked, asked.contacts[contact], granted, *params, now);
        made.first = std::min(first, made.first);
        out.add(made);
        return out.fits();
    };
    auto at = record.begin();
    for (const auto& old : decided.bindings) {
        if (old.what == fate::keeps) out.add_packed(at);
        if (old.what == fate::refreshed && !add(old.by, at.head().first)) return std::nullopt;
        ++at;
    }
    for (std::size_t i = 0; i < decided.contacts.size(); ++i)
        if (decided.contacts[i].what == fate::created && !add(i, never32)) return std::nullopt;
    if (!out.fits()) return std::nullopt;
    return out.finish();
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/contact.hpp>
#include <sipwhere/model/record.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/policy/workspace.hpp>
#include <sipwhere/rules/limits.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace sipwhere {

namespace detail {

[[nodiscard]] inline auto is_new_text(fate what) noexcept -> bool {
    return what == fate::created || what == fate::refreshed;
}

/// Takes one binding that the request does not name out of a full record, the one refreshed longest ago.
[[nodiscard]] inline auto drop_oldest(record_view record, std::span<verdict_on_binding> bindings) noexcept -> bool {
    auto oldest = bindings.size();
    auto oldest_last = never32;
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        const auto head = at.head();
        if (bindings[index].what != fate::keeps || head.due == never32 || head.last >= oldest_last) continue;
        oldest = index;
        oldest_last = head.last;
    }
    if (oldest == bindings.size()) return false;
    bindings[oldest].what = fate::removed;
    return true;
}

} // namespace detail

/// Holds a decision against the caps of one address-of-record, and makes room if the user chose so.
///
/// An update that adds nothing always passes.
/// Returns: 403 with the cap that was met; nothing when all fits.
[[nodiscard]] inline auto make_room(std::span<const contact_view> contacts, std::string_view call_id,
                                    record_view record, const limits& rules, std::span<verdict_on_binding> bindings,
                                    std::span<const verdict_on_binding> verdicts) noexcept -> std::optional<refusal> {
    for (std::size_t i = 0; i < contacts.size(); ++i) {
        if (!detail::is_new_text(verdicts[i].what)) continue;
        if (call_id.size() > rules.max_call_id_bytes) return refuse(status::forbidden, "Call-ID Too Long");
        const auto bytes = contacts[i].uri.text.size() + contacts[i].params.text().size() + call_id.size();
        if (bytes > rules.max_contact_bytes) return refuse(status::forbidden, "Contact Too Long");
    }
    const auto is_created = [](const verdict_on_binding& contact) { return contact.what == fate::created; };
    const auto created = static_cast<std::size_t>(std::count_if(verdicts.begin(), verdicts.end(), is_created));
    if (created == 0) return std::nullopt;

    const auto is_kept = [](const verdict_on_binding& old) {
        return old.what == fate::keeps || old.what == fate::refreshed;
    };
    auto kept = static_cast<std::size_t>(std::count_if(bindings.begin(), bindings.end(), is_kept));
    while (kept + created > rules.max_contacts && rules.when_full != when_full::refuse) {
        if (!detail::drop_oldest(record, bindings)) break;
        --kept;
        while (rules.when_full == when_full::replace_all && detail::drop_oldest(record, bindings)) --kept;
    }
    if (kept + created > rules.max_contacts) return refuse(status::forbidden, "Too Many Contacts");
    return std::nullopt;
}

} // namespace sipwhere

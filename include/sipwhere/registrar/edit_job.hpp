// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/event.hpp>
#include <sipwhere/model/outcome.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/registration/identity.hpp>

#include <cstddef>
#include <optional>

namespace sipwhere {

/// An operator's change of a record: takes bindings out, or puts a static one in. No rule of RFC 3261 §10.3 applies but
/// that of which bindings a contact means.
class edit_job {
public:
    /// Takes out the bindings that `contact` means, or all when there is none. `key` is one under which URIs are
    /// compared.
    [[nodiscard]] static auto removing(std::optional<uri_view> contact, instant now, hash_key key,
                                       const request_memory& memory) noexcept -> edit_job {
        return {contact, std::nullopt, now, key, memory};
    }

    /// Puts a static binding in the place of those that its URI means.
    [[nodiscard]] static auto adding(const uri_view& contact, const binding_view& binding, instant now, hash_key key,
                                     const request_memory& memory) noexcept -> edit_job {
        return {contact, binding, now, key, memory};
    }

    [[nodiscard]] auto run(record_view record) noexcept -> record_update {
        removed_ = 0;
        gone_lost_ = false;
        was_empty_ = record.size() == 0;
        if (record.size() > memory_.binding_changes.size() || !find_meant(record)) return {outcome::full, {}};
        record_builder out{memory_.record};
        record_builder gone{memory_.gone};
        for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) out.add(record.tag(i));
        std::size_t index = 0;
        for (auto at = record.begin(); at != record.end(); ++at) {
            if (memory_.binding_changes[index++].kind != change::removed) {
                out.add_packed(at);
                continue;
            }
            ++removed_;
            if (!gone_lost_) gone_lost_ = !gone.add_if_fits(at);
        }
        if (removed_ == 0 && !added_) return {outcome::unchanged, {}};
        if (added_) out.add(*added_);
        if (!out.fits() || out.size() > memory_.binding_changes.size()) return {outcome::full, {}};
        gone_ = gone.finish();
        new_ = out.finish();
        return {outcome::committed, new_.bytes()};
    }

    /// Returns: how many bindings were taken out.
    [[nodiscard]] auto removed() const noexcept -> std::size_t { return removed_; }

    /// Tells an observer what the committed edit did.
    ///
    /// Returns: whether everything could be told; bindings taken away may not have fitted into memory.
    template <typename Observer>
    [[nodiscard]] auto report(const aor_view& key, Observer& observer) const -> bool {
        auto left_to_tell = gone_.size();
        for (const auto binding : gone_) {
            const bool is_last = --left_to_tell == 0 && new_.size() == 0;
            observer.on(binding_event{change::removed, key, binding, now_, false, is_last});
        }
        if (added_) observer.on(binding_event{change::created, key, *added_, now_, was_empty_});
        return !gone_lost_;
    }

private:
    edit_job(std::optional<uri_view> contact, std::optional<binding_view> added, instant now, hash_key key,
             const request_memory& memory) noexcept
        : contact_(contact), added_(added), now_(now), key_(key), memory_(memory) {}

    /// Marks each binding that is to go.
    ///
    /// Returns: false when the contact can't be compared with the bindings for want of memory.
    [[nodiscard]] auto find_meant(record_view record) noexcept -> bool {
        const auto changes = memory_.binding_changes.first(record.size());
        std::size_t index = 0;
        for (auto at = record.begin(); at != record.end(); ++at)
            changes[index++] = {.kind = to_instant(at.head().due) > now_ ? change::kept : change::expired};
        if (contact_) {
            if (memory_.compared.empty()) return false;
            const contact_view alone{.uri = *contact_};
            matching found{std::span{&alone, 1}, record, memory_.compared, changes};
            if (!found.run(key_, most_alike)) return false;
        }
        for (auto& each : changes)
            if (each.kind == change::kept && (!contact_ || matching::is_meant(each))) each.kind = change::removed;
        return true;
    }

    std::optional<uri_view> contact_;
    std::optional<binding_view> added_;
    instant now_;
    hash_key key_;
    const request_memory& memory_;

    record_view new_;
    record_view gone_;
    std::size_t removed_ = 0;
    bool gone_lost_ = false;
    bool was_empty_ = false;
};

} // namespace sipwhere

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

    /// Takes out the bindings that go with a connection, which has ended. One of a phone that can be woken by a push
    /// stays, and has no connection any more (RFC 8599 §5.2).
    [[nodiscard]] static auto losing(const flow& lost, instant now, const request_memory& memory) noexcept -> edit_job {
        edit_job made{std::nullopt, std::nullopt, now, {}, memory};
        made.lost_ = lost;
        return made;
    }

    /// Puts a static binding in the place of those that its URI means.
    [[nodiscard]] static auto adding(const uri_view& contact, const binding_view& binding, instant now, hash_key key,
                                     const request_memory& memory) noexcept -> edit_job {
        return {contact, binding, now, key, memory};
    }

    [[nodiscard]] auto run(record_view record) noexcept -> record_update {
        removed_ = 0;
        gone_lost_ = false;
        changes_others_ = false;
        was_empty_ = record.size() == 0;
        if (record.size() > memory_.binding_changes.size() || !find_meant(record)) return {outcome::full, {}};
        record_builder out{memory_.record};
        record_builder gone{memory_.gone};
        for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) out.add(record.tag(i));
        std::size_t index = 0;
        for (auto at = record.begin(); at != record.end(); ++at) {
            const auto kind = memory_.binding_changes[index++].kind;
            if (kind == change::superseded) {
                auto left = *at;
                left.of_flow = false;
                left.source.connection = left.source.epoch = 0;
                out.add(left);
                changes_others_ = true;
                continue;
            }
            if (kind != change::removed) {
                out.add_packed(at);
                continue;
            }
            ++removed_;
            if (!gone_lost_) gone_lost_ = !gone.add_if_fits(at);
        }
        if (removed_ == 0 && !added_ && !changes_others_) return {outcome::unchanged, {}};
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
        if (lost_) {
            find_lost(record, changes);
            return true;
        }
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

    /// Marks each binding that goes with the connection that has ended, or stays without it: `superseded`.
    void find_lost(record_view record, std::span<binding_change> changes) const noexcept {
        std::size_t index = 0;
        for (const auto binding : record) {
            auto& kind = changes[index++].kind;
            if (kind != change::kept || !binding.of_flow || !is_same_connection(binding.source, *lost_)) continue;
            kind = can_be_woken(binding.uri) ? change::superseded : change::removed;
        }
    }

    /// Returns: whether a Contact URI tells how to wake its phone (RFC 8599 §4.1).
    [[nodiscard]] static auto can_be_woken(std::string_view text) noexcept -> bool {
        const auto uri = parse_uri(text);
        if (!uri) return false;
        for (const auto& param : uri_params_view{uri->params})
            if (ascii::iequals(param.name, "pn-prid")) return true;
        return false;
    }

    std::optional<uri_view> contact_;
    std::optional<binding_view> added_;
    instant now_;
    hash_key key_;
    const request_memory& memory_;

    record_view new_;
    record_view gone_;
    std::size_t removed_ = 0;
    std::optional<flow> lost_;
    bool gone_lost_ = false;
    bool changes_others_ = false; ///< bindings that stay
    bool was_empty_ = false;
};

} // namespace sipwhere

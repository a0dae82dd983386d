// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/contact.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/event.hpp>
#include <sipwhere/model/outcome.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/registration/identity.hpp>

#include <cstddef>
#include <optional>

namespace sipwhere {

/// An operator's change of a record: takes bindings out, or puts a static one in. No rule of RFC 3261 applies.
class edit_job {
public:
    /// Takes out the bindings that `contact` means, or all when there is none.
    [[nodiscard]] static auto removing(std::optional<uri_view> contact, instant now,
                                       const workspace_view& memory) noexcept -> edit_job {
        return {contact, std::nullopt, now, memory};
    }

    /// Puts a static binding in the place of those that its URI means.
    [[nodiscard]] static auto adding(const uri_view& contact, const binding_view& binding, instant now,
                                     const workspace_view& memory) noexcept -> edit_job {
        return {contact, binding, now, memory};
    }

    [[nodiscard]] auto run(record_view record) noexcept -> decided {
        removed_ = 0;
        gone_lost_ = false;
        record_builder out{memory_.record};
        record_builder gone{memory_.gone};
        for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) out.add(record.tag(i));
        for (auto at = record.begin(); at != record.end(); ++at) {
            const auto binding = *at;
            if (!binding.is_live(now_) || !is_meant(binding)) {
                out.add_packed(at);
                continue;
            }
            ++removed_;
            if (!gone_lost_) gone_lost_ = !gone.add_if_fits(at);
        }
        if (removed_ == 0 && !added_) return {outcome::unchanged, {}};
        if (added_) out.add(*added_);
        if (!out.fits() || out.size() > memory_.binding_fates.size()) return {outcome::full, {}};
        gone_ = gone.finish();
        made_ = out.finish();
        return {outcome::committed, made_.bytes()};
    }

    /// Returns: how many bindings were taken out.
    [[nodiscard]] auto removed() const noexcept -> std::size_t { return removed_; }

    /// Tells an observer what the committed edit did.
    template <typename Observer>
    [[nodiscard]] auto report(const aor_view& key, Observer& observer) const -> bool {
        for (const auto binding : gone_) observer.on(binding_event{binding_event::change::removed, key, binding, now_});
        if (added_) observer.on(binding_event{binding_event::change::created, key, *added_, now_});
        return !gone_lost_;
    }

private:
    edit_job(std::optional<uri_view> contact, std::optional<binding_view> added, instant now,
             const workspace_view& memory) noexcept
        : contact_(contact), added_(added), now_(now), memory_(memory) {}

    [[nodiscard]] auto is_meant(const binding_view& binding) const noexcept -> bool {
        return !contact_ || means(*contact_, binding.uri);
    }

    std::optional<uri_view> contact_;
    std::optional<binding_view> added_;
    instant now_;
    const workspace_view& memory_;

    record_view made_;
    record_view gone_;
    std::size_t removed_ = 0;
    bool gone_lost_ = false;
};

} // namespace sipwhere

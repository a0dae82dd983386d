// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/event.hpp>
#include <sipwhere/model/outcome.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/registration/apply.hpp>
#include <sipwhere/registration/fast_refresh.hpp>
#include <sipwhere/registration/list_bindings.hpp>
#include <sipwhere/registration/plan.hpp>
#include <sipwhere/registration/same_cseq.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace sipwhere {

/// The work of one REGISTER on its record: decide, build the new record, write the answer.
///
/// A store runs it, perhaps more than once; each run begins anew, and all that it needs and makes lives here and in
/// the workspace. Nothing has happened until the store says `committed`.
class registration_job {
public:
    registration_job(const registration& asked, const listing_context& about, const limits& rules, instant now,
                     const request_memory& memory) noexcept
        : asked_(asked), about_(about), rules_(rules), now_(now), memory_(memory) {}

    /// Decides about a record as it is now.
    ///
    /// Returns: `committed` with the new record, `unchanged` for a query or a repeat, or `refused`.
    [[nodiscard]] auto run(record_view record) noexcept -> record_update {
        refused_.reset();
        record_ = {};
        answer_ = {};
        events_lost_ = false;
        gone_ = {};
        auto made = renewed(record);
        if (!made) {
            refused_ = plan(asked_, record, rules_, now_, memory_, decision_);
            if (refused_) return {outcome::refused, {}};
            if (!decision_.is_update) return show(record);
            made = apply(asked_, record, decision_, rules_, now_, memory_.record);
        }
        if (!made) return refuse({status::forbidden, "Too Much for One Address-of-Record"});
        record_ = *made;
        if (!write(record_, is_growing() ? listing::whole : listing::as_many_as_fit))
            return refuse({status::forbidden, "Answer Would Be Too Large"});
        keep_gone(record);
        return {outcome::committed, record_.bytes()};
    }

    /// Refuses what the last run decided: nothing changes.
    [[nodiscard]] auto refuse(refusal why) noexcept -> record_update {
        refused_ = why;
        return {outcome::refused, {}};
    }

    /// Returns: whether the request asks for a change that has not been made yet.
    [[nodiscard]] auto is_update() const noexcept -> bool { return decision_.is_update; }

    /// Shows what is there to a request that was refused for its CSeq, if the user chose so and it asks for no more.
    ///
    /// Returns: what `run` decided about this record, or the new decision.
    [[nodiscard]] auto reconsidered(const record_update& first, record_view record) noexcept -> record_update {
        if (rules_.same_cseq == same_cseq::refuse || !refused_) return first;
        if (!is_done_already(asked_, record, rules_, now_, memory_, decision_)) return first;
        refused_.reset();
        decision_ = {};
        return show(record);
    }

    /// Returns: why the request is refused, if it is.
    [[nodiscard]] auto refused() const noexcept -> const std::optional<refusal>& { return refused_; }

    /// Returns: the 200, if the request is not refused.
    [[nodiscard]] auto answer() const noexcept -> std::string_view { return answer_; }

    /// Returns: whether nothing but the memory of this transaction would be stored, so that a full store is no harm;
    ///          false for a job that never ran.
    [[nodiscard]] auto changes_no_binding() const noexcept -> bool {
        for (const auto& old : decision_.bindings)
            if (old.kind != change::kept && old.kind != change::expired) return false;
        return !answer_.empty() && !is_growing();
    }

    /// Tells an observer what the committed update did, binding by binding, and whose REGISTER it was.
    ///
    /// Returns: whether everything could be told; bindings taken away may not have fitted into the workspace.
    template <typename Observer>
    [[nodiscard]] auto report(Observer& observer, const user_identity& by = {}) const -> bool {
        if (!decision_.is_update) return true;
        const auto tell = [&](change kind, const binding_view& binding, bool is_first = false, bool is_last = false) {
            observer.on(binding_event{kind, asked_.aor, binding, now_, is_first, is_last, by});
        };
        auto at = record_.begin();
        auto gone = gone_.begin();
        auto left_to_tell = gone_.size();
        bool is_first = decision_.bindings.empty();
        for (const auto& old : decision_.bindings) {
            if (old.kind == change::refreshed) tell(change::refreshed, *at);
            if (old.kind == change::refreshed || old.kind == change::kept) {
                ++at;
            } else if (gone != gone_.end()) {
                const bool by_time = old.kind == change::expired;
                const bool is_last = --left_to_tell == 0 && record_.size() == 0;
                tell(by_time ? change::expired : change::removed, *gone, false, is_last);
                ++gone;
            }
        }
        for (; at != record_.end(); ++at) tell(change::created, *at, std::exchange(is_first, false));
        return !events_lost_;
    }

private:
    /// Returns: what `fast_refresh` makes of a record; never anything where code is to be small.
    [[nodiscard]] auto renewed(record_view record) noexcept -> std::optional<record_view> {
        if constexpr (SIPWHERE_SMALL != 0) return std::nullopt;
        else return fast_refresh(asked_, record, rules_, now_, memory_, decision_);
    }

    [[nodiscard]] auto show(record_view record) noexcept -> record_update {
        // The repeat of a removal passes as the removal did.
        const auto rule = asked_.is_query() ? listing::whole : listing::as_many_as_fit;
        if (!write(record, rule)) return refuse({status::message_too_large, "Answer Too Large"});
        return {outcome::unchanged, {}};
    }

    [[nodiscard]] auto write(record_view record, listing rule) noexcept -> bool {
        writer out{memory_.answer.first(rules_.max_answer_bytes)};
        if (!list_bindings(out, about_, live_bindings{record, now_}, rules_, rule)) return false;
        answer_ = out.text();
        return true;
    }

    /// Returns: whether the request adds or refreshes a binding; one that only removes always passes.
    [[nodiscard]] auto is_growing() const noexcept -> bool {
        for (const auto& contact : decision_.contacts)
            if (is_new_text(contact.kind)) return true;
        return false;
    }

    /// Copies the bindings that go, in their order, so that events can show them once their bytes are gone.
    void keep_gone(record_view record) noexcept {
        record_builder out{memory_.gone};
        auto at = record.begin();
        for (const auto& old : decision_.bindings) {
            const bool goes = old.kind == change::removed || old.kind == change::expired;
            if (goes && !out.add_if_fits(at)) {
                events_lost_ = true;
                break;
            }
            ++at;
        }
        if (out.fits()) gone_ = out.finish();
    }

    const registration& asked_;
    const listing_context& about_;
    const limits& rules_;
    instant now_;
    const request_memory& memory_;

    decision decision_;
    std::optional<refusal> refused_;
    record_view record_;
    record_view gone_;
    std::string_view answer_;
    bool events_lost_ = false;
};

} // namespace sipwhere

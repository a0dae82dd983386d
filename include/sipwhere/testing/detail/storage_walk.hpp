// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/testing/detail/records.hpp>
#include <sipwhere/testing/law.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere::testing::detail {

/// Does at random what a registrar may do to a storage, and the same to a map of records, and compares the two.
class storage_walk {
public:
    storage_walk(storage_ref store, judge& verdicts, std::uint64_t seed, std::uint32_t keys)
        : store_(store), judge_(verdicts), draw_(seed) {
        for (std::uint32_t i = 0; i < keys; ++i)
            keys_.push_back(aor{{"user" + std::to_string(i), i % 3 == 0 ? "example.com" : "example.org"}});
        now_ = {std::uint64_t{1'000'000} * draw_.below(1000)};
    }

    void step() {
        const auto& key = keys_[draw_.below(static_cast<std::uint32_t>(keys_.size()))];
        switch (draw_.below(16)) {
        case 0: pass_time(); break;
        case 1: tidy_some(); break;
        case 2: tidy_all(); break;
        case 3:
        case 4: look_at(key); break;
        case 5: change(key, {outcome::committed, {}}); break;
        case 6: change(key, {outcome::refused, draw_.record(now_)}); break;
        default: change(key, {outcome::committed, draw_.record(now_)});
        }
    }

    /// Compares every record, and then takes all of them away.
    void finish() {
        tidy_all();
        for (const auto& key : keys_) look_at(key);
        for (const auto& key : keys_) change(key, {outcome::committed, {}});
        judge_.expects(scanned(store_, now_).empty(), "a record whose job left nothing is gone");
        judge_.expects(store_.expire(now_, 1, [](const auto&, const auto&) {}) == never,
                       "expire says never when nothing is left");
    }

    [[nodiscard]] auto most_records() const noexcept -> std::size_t { return most_records_; }

private:
    struct wish {
        outcome result = outcome::unchanged;
        std::string bytes;
    };

    /// Returns: the record as the model has it; empty if it has none.
    [[nodiscard]] auto model(const aor& key) const -> std::string {
        const auto found = model_.find(key);
        return found == model_.end() ? std::string{} : found->second;
    }

    /// Follows a storage that has dropped a record without bindings, as it may when its capacity is used up.
    void follow_dropped(const aor& key) {
        const auto found = model_.find(key);
        const bool may_go = found != model_.end() && record_view{found->second}.size() == 0;
        if (may_go && kept(store_, key.view()).empty()) model_.erase(found);
    }

    void look_at(const aor& key) {
        follow_dropped(key);
        const auto expected = model(key);
        judge_.expects(without_due(kept(store_, key.view()), now_) == without_due(expected, now_),
                       "a job is shown the record that was committed last");
        judge_.expects(shown(store_, key.view(), now_) == live_part(expected, now_),
                       "read shows the live bindings that were committed last");
    }

    void change(const aor& key, const wish& wanted) {
        look_at(key);
        const auto result = store_.update(key.view(), [&](record_view) {
            return record_update{wanted.result, wanted.bytes};
        });
        if (wanted.result != outcome::committed) {
            judge_.expects(result == wanted.result, "a job that refuses is obeyed");
        } else if (result == outcome::committed) {
            model_[key] = wanted.bytes;
        } else {
            judge_.expects(result == outcome::full || result == outcome::failed, "an update commits or says why not");
        }
        if (model(key).empty()) model_.erase(key);
        most_records_ = std::max(most_records_, model_.size());
        look_at(key);
    }

    void pass_time() {
        constexpr std::uint64_t second = 1000, hour = 3'600'000, day = 24 * hour;
        switch (draw_.below(8)) {
        case 0: now_.milliseconds += draw_.below(400) * day; break;
        case 1: now_.milliseconds += draw_.below(100) * hour; break;
        case 2: now_.milliseconds += draw_.below(1000); break;
        default: now_.milliseconds += draw_.below(100) * second;
        }
    }

    /// The model loses what the sink is handed, and it must have had it.
    void hand_over(const aor_view& key, const binding_view& gone, std::size_t more) {
        judge_.expects(to_instant(gone.due) <= now_, "expire hands over what is due, never before");
        const auto found = model_.find(key);
        bool had = false;
        std::string left;
        if (found != model_.end()) left = without(found->second, packed(gone), had);
        if (!judge_.expects(had, "expire hands over each binding once, with its key, as it was committed")) return;
        judge_.expects(record_view{left}.size() == more, "expire tells how many bindings a record has left");
        if (left.empty()) model_.erase(found);
        else found->second = left;
    }

    [[nodiscard]] static auto without(std::string_view bytes, const std::string& gone, bool& had) -> std::string {
        const record_view record{bytes};
        std::vector<transaction_tag> tags;
        std::vector<binding_view> bindings;
        for (std::size_t i = 0; i < record.tag_count(); ++i) tags.push_back(record.tag(i));
        for (const auto binding : record) {
            if (!had && packed(binding) == gone) had = true;
            else bindings.push_back(binding);
        }
        return packed(tags, bindings);
    }

    void tidy_some() {
        constexpr unsigned most_in_record = 4;
        const auto at_most = 1 + draw_.below(3);
        unsigned handed = 0;
        store_.expire(now_, at_most, [&](const aor_view& key, const binding_view& gone, std::size_t left) {
            ++handed;
            hand_over(key, gone, left);
        });
        judge_.expects(handed < at_most + most_in_record, "expire stops after about at_most bindings");
    }

    void tidy_all() {
        for (const auto& gone : expire_all(store_, now_)) {
            hand_over(gone.key.view(), *record_view{gone.bytes}.begin(), gone.left);
        }
        for (auto& [key, bytes] : model_) {
            const auto left = without_due(bytes, now_);
            judge_.expects(record_view{left}.size() == record_view{bytes}.size(), "expire leaves nothing that is due");
            bytes = left;
        }
        std::erase_if(model_, [](const auto& one) { return one.second.empty(); });
        for (const auto& key : keys_) follow_dropped(key);

        auto found = scanned(store_, now_, 1 + draw_.below(5));
        std::sort(found.begin(), found.end());
        const bool same = std::equal(found.begin(), found.end(), model_.begin(), model_.end(),
                                     [](const aor& key, const auto& one) { return key == one.first; });
        judge_.expects(same, "scan shows each record once, and none that is gone");
    }

    storage_ref store_;
    judge& judge_;
    record_source draw_;
    std::vector<aor> keys_;
    std::map<aor, std::string, std::less<>> model_;
    instant now_;
    std::size_t most_records_ = 0;
};

} // namespace sipwhere::testing::detail

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/record/owned_record.hpp>
#include <sipwhere/record/record_builder.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <string>

/// Keeps records in a std::map: as simple as a storage can be that needs no number of users known beforehand.
class map_storage {
public:
    using memory = sipwhere::heap_memory;
    static constexpr bool persistent = false;

    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome {
        const auto found = records_.find(key);
        const auto wanted = job(found == records_.end() ? sipwhere::record_view{} : found->second.view());
        if (wanted.result != sipwhere::outcome::committed) return wanted.result;
        const std::string bytes{wanted.bytes}; // a copy first: they may be part of the old record
        if (!bytes.empty()) records_[sipwhere::aor{key}] = {bytes};
        else if (found != records_.end()) records_.erase(found);
        return sipwhere::outcome::committed;
    }

    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const {
        const auto found = records_.find(key);
        if (found != records_.end()) visit({found->second.view(), now});
    }

    auto expire(sipwhere::instant now, unsigned at_most, sipwhere::binding_sink sink) -> sipwhere::instant {
        auto next = sipwhere::never;
        for (auto at = records_.begin(); at != records_.end();) {
            auto& [key, record] = *at;
            if (at_most > 0) {
                const auto left = sipwhere::drop_due(
                    record.bytes, now, [&, &of = key](const sipwhere::binding_view& gone, std::size_t more) {
                        sink(of.view(), gone, more);
                        at_most -= at_most > 0 ? 1 : 0;
                    });
                record.bytes.resize(left.bytes().size());
            }
            if (!record.bytes.empty()) next = std::min(next, sipwhere::to_instant(record.view().due()));
            at = record.bytes.empty() ? records_.erase(at) : std::next(at);
        }
        return next;
    }

    /// Goes on behind the record it showed last, whose key it keeps: one walk at a time.
    auto scan(sipwhere::scan_position from, unsigned at_most, sipwhere::instant now,
              sipwhere::record_visitor visit) const -> sipwhere::scan_position {
        auto at = from == sipwhere::scan_position{} ? records_.begin() : records_.upper_bound(shown_);
        for (; at != records_.end() && at_most > 0; ++at, --at_most) {
            shown_ = at->first;
            visit(at->first.view(), {at->second.view(), now});
        }
        return sipwhere::scan_position{at == records_.end() ? 0U : 1U};
    }

private:
    std::map<sipwhere::aor, sipwhere::owned_record, std::less<>> records_;
    mutable sipwhere::aor shown_;
};
static_assert(sipwhere::storage_policy<map_storage>);

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/record/owned_record.hpp>
#include <sipwhere/record/record_builder.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace sipwhere_test {

/// The plainest store there is. It runs each job twice, once on another record, as a store may.
template <typename Memory = sipwhere::heap_memory>
struct map_storage {
    using memory = Memory;
    static constexpr bool persistent = false;

    std::map<sipwhere::aor, sipwhere::owned_record, std::less<>> records;

    auto update(const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome {
        (void)job(sipwhere::record_view{});
        const auto found = records.find(key);
        const auto decided = job(found == records.end() ? sipwhere::record_view{} : found->second.view());
        if (decided.result != sipwhere::outcome::committed) return decided.result;
        std::string bytes{decided.bytes};
        if (bytes.empty()) {
            if (found != records.end()) records.erase(found);
        } else if (found != records.end()) found->second.bytes = std::move(bytes);
        else records.emplace(sipwhere::aor{key}, sipwhere::owned_record{std::move(bytes)});
        return sipwhere::outcome::committed;
    }

    void read(const sipwhere::aor_view& key, sipwhere::instant now, sipwhere::bindings_visitor visit) const {
        if (const auto found = records.find(key); found != records.end()) visit({found->second.view(), now});
    }

    auto expire(sipwhere::instant now, unsigned, sipwhere::binding_sink sink) -> sipwhere::instant {
        auto next = sipwhere::never;
        for (auto at = records.begin(); at != records.end();) {
            auto& bytes = at->second.bytes;
            const auto key = at->first.view();
            const auto left = sipwhere::drop_due(
                {bytes.data(), bytes.size()}, now,
                [&](const sipwhere::binding_view& binding, std::size_t more) { sink(key, binding, more); });
            if (left.bytes().empty()) {
                at = records.erase(at);
                continue;
            }
            bytes.resize(left.bytes().size());
            next = std::min(next, sipwhere::to_instant(at->second.view().due()));
            ++at;
        }
        return next;
    }

    /// Shows all records at once, however few are asked for.
    auto scan(sipwhere::scan_position, unsigned, sipwhere::instant now, sipwhere::record_visitor visit) const
        -> sipwhere::scan_position {
        for (const auto& [key, record] : records) visit(key.view(), {record.view(), now});
        return {};
    }
};
static_assert(sipwhere::storage_policy<map_storage<>>);

} // namespace sipwhere_test

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/storage.hpp>

namespace sipwhere::testing {

/// Any storage, but every job runs twice: first on a record that proves to be out of date, then on the real one.
///
/// What a registrar does over it has to be what it does over the storage itself: a job run twice is a job run once.
template <typename Storage>
class rerunning_storage {
    static_assert(explain_storage<Storage>());

public:
    using memory = typename Storage::memory;
    static constexpr bool persistent = Storage::persistent;

    explicit rerunning_storage(Storage& storage) noexcept : storage_(storage) {}

    auto update(const aor_view& key, record_job job) -> outcome {
        return storage_.update(key, [&](record_view record) {
            (void)job(record_view{});
            return job(record);
        });
    }
    void read(const aor_view& key, instant now, bindings_visitor visit) const { storage_.read(key, now, visit); }
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return storage_.expire(now, at_most, sink);
    }
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        return storage_.scan(from, at_most, now, visit);
    }
    void seed(hash_key key)
        requires has_seed<Storage>
    {
        storage_.seed(key);
    }

private:
    Storage& storage_;
};

} // namespace sipwhere::testing

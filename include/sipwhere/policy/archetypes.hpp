// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/access.hpp>
#include <sipwhere/policy/clock.hpp>
#include <sipwhere/policy/observer.hpp>
#include <sipwhere/policy/random.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/record/owned_record.hpp>
#include <sipwhere/record/record_builder.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere {

namespace detail {

/// What the library never does to a policy: copy or move it.
struct stays_put {
    stays_put() = default;
    stays_put(const stays_put&) = delete;
    auto operator=(const stays_put&) -> stays_put& = delete;
};

} // namespace detail

/// The smallest clock: the library asks for nothing more. Like the other archetypes of this file it is a beginning for
/// one's own policy, and what the library is compiled against to prove that.
struct archetype_clock : detail::stays_put {
    static constexpr bool survives_restart = false;

    [[nodiscard]] auto now() const noexcept -> instant { return {}; }
};
static_assert(clock_policy<archetype_clock>);

/// The smallest source of randomness; no secret is safe with it.
struct archetype_random : detail::stays_put {
    auto next() noexcept -> std::uint64_t { return state_ += 0x9e3779b97f4a7c15ULL; }

private:
    std::uint64_t state_ = 0;
};
static_assert(random_policy<archetype_random>);

/// The smallest transport: it receives nothing and sends nothing.
struct archetype_transport : detail::stays_put {
    auto listen(receiver_ref) -> result<void> { return {}; }
    void stop() {}
    auto send(const flow&, std::string_view) -> bool { return false; }
    [[nodiscard]] auto is_own(const endpoint&) const -> bool { return false; }
};
static_assert(transport_policy<archetype_transport>);

/// The smallest access: everyone may do everything.
struct archetype_access : detail::stays_put {
    auto authorize(const access_request&, writer&) -> access_result { return grant; }
};
static_assert(access_policy<archetype_access>);

/// The smallest observer.
struct archetype_observer : detail::stays_put {
    void on(const binding_event&) {}
    void on(const rejection_event&) {}
    void on(const traffic_event&) {}
};
static_assert(observer_policy<archetype_observer>);

/// The smallest storage that keeps every law: a list in the order of arrival, searched one by one. Uses the heap.
class archetype_storage : detail::stays_put {
public:
    using memory = heap_memory;
    static constexpr bool persistent = false;

    auto update(const aor_view& key, record_job job) -> outcome {
        const auto found = kept_.find(number_of(key));
        const auto wanted = job(found == kept_.end() ? record_view{} : found->second.record.view());
        if (wanted.result != outcome::committed) return wanted.result;
        if (!wanted.bytes.empty()) {
            const auto at = found == kept_.end() ? kept_.try_emplace(++last_).first : found;
            at->second = {aor{key}, owned_record{std::string{wanted.bytes}}};
        } else if (found != kept_.end()) {
            kept_.erase(found);
        }
        return outcome::committed;
    }

    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        const auto found = kept_.find(number_of(key));
        if (found != kept_.end()) visit(live_bindings{found->second.record.view(), now});
    }

    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        auto next = never;
        for (auto at = kept_.begin(); at != kept_.end();) {
            auto& [key, record] = at->second;
            if (at_most > 0 && to_instant(record.view().due()) <= now) {
                const auto left =
                    drop_due(record.bytes, now, [&, &of = key](const binding_view& gone, std::size_t more) {
                        at_most -= at_most > 0 ? 1 : 0;
                        sink(of.view(), gone, more);
                    });
                record.bytes.resize(left.bytes().size());
            }
            if (!record.bytes.empty()) next = std::min(next, to_instant(record.view().due()));
            at = record.bytes.empty() ? kept_.erase(at) : std::next(at);
        }
        return next;
    }

    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        for (auto at = kept_.lower_bound(static_cast<std::uint64_t>(from)); at != kept_.end(); ++at) {
            if (at_most-- == 0) return scan_position{at->first};
            visit(at->second.key.view(), live_bindings{at->second.record.view(), now});
        }
        return {};
    }

private:
    struct kept {
        aor key;
        owned_record record;
    };

    /// Returns: 0 for a key that is not there.
    [[nodiscard]] auto number_of(const aor_view& key) const -> std::uint64_t {
        for (const auto& [number, one] : kept_)
            if (one.key == key) return number;
        return 0;
    }

    std::map<std::uint64_t, kept> kept_;
    std::uint64_t last_ = 0;
};
static_assert(storage_policy<archetype_storage>);

} // namespace sipwhere

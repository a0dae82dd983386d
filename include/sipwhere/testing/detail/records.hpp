// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/testing/detail/storage_ref.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere::testing::detail {

/// Returns: bytes that a binding surely fits into.
[[nodiscard]] inline auto size_for(const binding_view& binding) -> std::size_t {
    return packed_binding::most_beside_texts + binding.uri.size() + binding.params.size() + binding.call_id.size() +
           binding.path.size() + 1 + binding.user_agent.size();
}

/// Returns: the bytes of a record.
[[nodiscard]] inline auto packed(std::span<const transaction_tag> tags, std::span<const binding_view> bindings)
    -> std::string {
    std::size_t size = packed_record::size + tags.size_bytes();
    for (const auto& binding : bindings) size += size_for(binding);
    std::string bytes(size, '\0');
    record_builder builder{bytes};
    for (const auto& tag : tags) builder.add(tag);
    for (const auto& binding : bindings) builder.add(binding);
    bytes.resize(builder.finish().bytes().size());
    return bytes;
}

[[nodiscard]] inline auto packed(std::initializer_list<binding_view> bindings) -> std::string {
    return packed({}, std::span{bindings.begin(), bindings.size()});
}

/// Returns: the bytes of a record with one binding, which are equal if all its parts are.
[[nodiscard]] inline auto packed(const binding_view& binding) -> std::string {
    return packed({}, std::span{&binding, 1});
}

/// Returns: what of a record is not due at `now`.
[[nodiscard]] inline auto without_due(std::string bytes, instant now) -> std::string {
    if (!bytes.empty()) bytes.resize(drop_due(bytes, now, [](const binding_view&) {}).bytes().size());
    return bytes;
}

[[nodiscard]] inline auto binding_until(seconds32 due, std::string_view uri = "sip:phone@192.0.2.1") -> binding_view {
    return {.uri = uri, .call_id = "1@192.0.2.1", .cseq = 1, .due = due};
}

/// Stores a record as it is.
inline auto put(storage_ref store, const aor_view& key, std::string_view bytes) -> outcome {
    return store.update(key, [&](record_view) { return record_update{outcome::committed, bytes}; });
}

/// Returns: the record that a job is shown; it stays as it is.
[[nodiscard]] inline auto kept(storage_ref store, const aor_view& key) -> std::string {
    std::string bytes;
    store.update(key, [&](record_view record) {
        bytes = record.bytes();
        return record_update{outcome::unchanged, {}};
    });
    return bytes;
}

/// Returns: the live bindings that a reader is shown, packed one after another.
[[nodiscard]] inline auto shown(storage_ref store, const aor_view& key, instant now) -> std::string {
    std::string all;
    store.read(key, now, [&](const live_bindings& live) {
        for (const auto binding : live) all += packed(binding);
    });
    return all;
}

/// Returns: the live bindings of a record, packed one after another.
[[nodiscard]] inline auto live_part(std::string_view bytes, instant now) -> std::string {
    std::string all;
    for (const auto binding : live_bindings{record_view{bytes}, now}) all += packed(binding);
    return all;
}

/// How often a storage is asked to go on before it is taken to be stuck.
inline constexpr unsigned patience = 20'000;

/// A binding that a sink was handed.
struct expired_binding {
    aor key;
    std::string bytes;
    seconds32 due = 0;
    std::size_t left = 0; ///< in its record
};

/// Lets all that is due expire, a few at a time.
///
/// Returns: what the sink was handed, in its order.
inline auto expire_all(storage_ref store, instant now, unsigned at_most = 16) -> std::vector<expired_binding> {
    std::vector<expired_binding> gone;
    const auto sink = [&](const aor_view& key, const binding_view& binding, std::size_t left) {
        gone.push_back({aor{key}, packed(binding), binding.due, left});
    };
    for (unsigned calls = 0; calls < patience && store.expire(now, at_most, sink) <= now;) ++calls;
    return gone;
}

/// Returns: the keys that a walk over all records shows, in its order.
[[nodiscard]] inline auto scanned(storage_ref store, instant now, unsigned at_most = 3) -> std::vector<aor> {
    std::vector<aor> keys;
    const auto visit = [&](const aor_view& key, const live_bindings&) { keys.emplace_back(key); };
    scan_position from{};
    for (unsigned calls = 0; calls < patience; ++calls) {
        from = store.scan(from, at_most, now, visit);
        if (from == scan_position{}) break;
    }
    return keys;
}

/// Draws keys and records, some of them hostile.
class record_source {
public:
    explicit record_source(std::uint64_t seed) noexcept : random_(seed) {}

    /// Returns: a number from 0 to `count` - 1.
    auto below(std::uint32_t count) noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>((random_.next() >> 32U) * count >> 32U);
    }

    /// Returns: bytes of any value.
    auto text(std::uint32_t longest) -> std::string {
        std::string made(below(longest + 1), '\0');
        for (auto& c : made) c = static_cast<char>(random_.next() & 0xff);
        return made;
    }

    /// Returns: a record with up to 3 tags and up to 4 bindings, empty at times.
    auto record(instant now) -> std::string {
        std::vector<transaction_tag> tags(below(4));
        for (auto& tag : tags)
            tag = {.request = static_cast<std::uint16_t>(below(1000)), .cseq = below(100000), .since = past(now)};
        std::vector<std::string> texts;
        texts.reserve(20);
        const auto some_text = [&](std::uint32_t longest) -> std::string_view {
            return texts.emplace_back(text(longest));
        };
        std::vector<binding_view> bindings(below(5));
        for (auto& binding : bindings) {
            binding = {.uri = some_text(60),
                       .params = some_text(20),
                       .call_id = some_text(30),
                       .path = some_text(below(8) == 0 ? 200 : 0),
                       .cseq = below(100000),
                       .due = due_after(now),
                       .first = past(now),
                       .last = past(now),
                       .q = static_cast<std::uint16_t>(below(1001)),
                       .source = drawn_flow(),
                       .user_agent = some_text(below(4) == 0 ? 40 : 0)};
            binding.of_flow = binding.source.connection % 4 == 1;
        }
        return packed(tags, bindings);
    }

private:
    auto past(instant now) noexcept -> seconds32 { return floor_seconds(now) - below(40); }

    auto due_after(instant now) noexcept -> seconds32 {
        constexpr std::uint32_t day = 86'400;
        const auto passed = floor_seconds(now);
        switch (below(8)) {
        case 0: return never32;
        case 1: return passed + below(3);
        case 2: return passed + below(10 * day);
        case 3: return passed + below(1000 * day);
        default: return passed + below(400);
        }
    }

    auto drawn_flow() noexcept -> flow {
        flow made{.listener = static_cast<std::uint16_t>(below(3))};
        if (below(2) == 0) made.remote = made.local = {ip_address::v4({192, 0, 2, 1}), 5060};
        if (below(4) == 0) made.remote.address = ip_address::v6({0x20, 0x01, 0x0d, 0xb8});
        if (below(4) == 0) made.over = protocol::tcp, made.connection = 1 + below(9), made.epoch = below(9);
        return made;
    }

    xoshiro256 random_;
};

} // namespace sipwhere::testing::detail

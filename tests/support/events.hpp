// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/event.hpp>

#include <cstdint>

namespace sipwhere_test {

/// Where the events of these tests come from.
inline constexpr sipwhere::flow some_phone{.remote = {sipwhere::ip_address::v4({192, 0, 2, 7}), 5060}};

/// A binding of alice, for 60 s from the clock's beginning.
[[nodiscard]] inline auto event_of(sipwhere::change what) -> sipwhere::binding_event {
    sipwhere::binding_event made{.kind = what, .aor = {"alice", "example.com"}};
    made.binding.uri = "sip:alice@192.0.2.7";
    made.binding.call_id = "a84b4c76e66710";
    made.binding.cseq = 3;
    made.binding.due = 60;
    made.binding.source = some_phone;
    return made;
}

[[nodiscard]] inline auto event_of(sipwhere::status code) -> sipwhere::rejection_event {
    return {.code = code, .from = some_phone, .method = "REGISTER", .aor = "sip:alice@example.com", .call_id = "a84b"};
}

[[nodiscard]] inline auto event_of(sipwhere::traffic what) -> sipwhere::traffic_event {
    return {.kind = what, .from = some_phone};
}

/// So many datagrams lost at a listener.
[[nodiscard]] inline auto overrun_of(std::uint32_t count) -> sipwhere::traffic_event {
    const sipwhere::endpoint listener{sipwhere::ip_address::v4({192, 0, 2, 100}), 5060};
    return {.kind = sipwhere::traffic::overrun, .from = {.local = listener}, .count = count};
}

} // namespace sipwhere_test

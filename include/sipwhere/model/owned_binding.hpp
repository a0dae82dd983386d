// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/binding.hpp>

#include <cstdint>
#include <string>

namespace sipwhere {

/// A binding that holds its own texts, to be kept or handed to another thread. Uses the heap.
struct owned_binding {
    std::string uri{};
    std::string params{};
    std::string call_id{};
    std::string path{};
    std::uint32_t cseq = 0;
    seconds32 due = 0;
    seconds32 first = 0;
    seconds32 last = 0;
    std::uint16_t q = 1000;
    flow source{};
    std::string user_agent{};
    bool of_flow = false;

    owned_binding() = default;
    explicit owned_binding(const binding_view& from)
        : uri(from.uri), params(from.params), call_id(from.call_id), path(from.path), cseq(from.cseq), due(from.due),
          first(from.first), last(from.last), q(from.q), source(from.source), user_agent(from.user_agent),
          of_flow(from.of_flow) {}

    /// Returns: a view of it, which it must outlive.
    [[nodiscard]] auto view() const noexcept -> binding_view {
        return {uri, params, call_id, path, cseq, due, first, last, q, source, user_agent, of_flow};
    }
};

} // namespace sipwhere

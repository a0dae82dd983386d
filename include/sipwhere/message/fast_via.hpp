// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/fast_host_port.hpp>
#include <sipwhere/message/fast_params.hpp>
#include <sipwhere/message/via.hpp>

#include <string_view>

namespace sipwhere {

/// Reads a row that holds one Via value as `read_via` does, if it is written as nearly all are. It may leave any row to
/// that, and never decides that one is wrong.
///
/// Returns: whether it has read it; `via` means nothing otherwise.
[[nodiscard]] inline auto fast_via(const marked_text& in, via_view& via) noexcept -> bool {
    constexpr std::string_view protocol = "SIP/2.0/";
    via.text = in.text(in.begin(), in.end());
    if (!via.text.starts_with(protocol)) return false;
    const auto transport = in.begin() + protocol.size();
    const auto space = in.next(transport);
    if (space == transport || !in.has(' ', space)) return false;
    via.transport = in.text(transport, space);

    const auto sent_by = space + 1;
    const auto at = fast_host_port(in, sent_by, via);
    if (at == sent_by) return false;
    via.sent_by_text = in.text(sent_by, at);

    fast_params params;
    if (!params.read_of_value(in, at)) return false;
    for (const auto& each : params) detail::note_via_param(fast_params::param(in, each), via);
    if (at != in.end()) via.params = params_view{in.text(at, in.end())};
    return true;
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/fast_params.hpp>
#include <sipwhere/message/fast_uri.hpp>
#include <sipwhere/message/via.hpp>

#include <cstddef>
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
    auto begin = in.begin() + protocol.size();
    auto at = in.next(begin);
    if (at == begin || !in.has(' ', at)) return false;
    via.transport = in.text(begin, at);

    const auto sent_by = at + 1;
    at = in.next(sent_by);
    if (!fast_host(in.text(sent_by, at), via.host)) return false;
    if (in.has(':', at)) {
        begin = at + 1;
        at = in.next(begin);
        const auto port = fast_port(in.text(begin, at));
        if (!port) return false;
        via.port = *port;
        via.has_port = true;
    }
    via.sent_by_text = in.text(sent_by, at);

    fast_params params;
    if (!params.read_of_value(in, at)) return false;
    for (const auto& each : params) detail::note_via_param(fast_params::param(in, each), via);
    if (at != in.end()) via.params = params_view{in.text(at, in.end())};
    return true;
}

} // namespace sipwhere

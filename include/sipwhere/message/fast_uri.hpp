// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/fast_host_port.hpp>
#include <sipwhere/message/fast_params.hpp>
#include <sipwhere/message/uri.hpp>

#include <cstddef>

namespace sipwhere {

/// Reads a SIP or SIPS URI as `read_uri` does, if it is written as nearly all are: without escapes, a password, header
/// fields or an IPv6 address. It may leave any URI to that, and never decides that one is wrong.
///
/// Returns: whether it has read it; `out` means nothing otherwise.
[[nodiscard, gnu::noinline]] inline auto fast_uri(const marked_text& in, uri_view& out) noexcept -> bool {
    const auto colon = in.next(in.begin());
    if (!in.has(':', colon)) return false;
    out.text = in.text(in.begin(), in.end());
    out.scheme = in.text(in.begin(), colon);
    out.kind = detail::scheme_kind(out.scheme);
    if (!out.is_sip()) return false;
    auto begin = colon + 1;
    if (const auto at = in.next(begin); in.has('@', at)) {
        if (at == begin) return false;
        out.user = in.text(begin, at);
        out.has_user = true;
        begin = at + 1;
    }
    const auto at = fast_host_port(in, begin, out);
    if (at == begin || (out.has_port && out.port == 0)) return false;
    if (at == in.end()) return true;
    if (in[at] != ';') return false;
    out.params = in.text(at + 1, in.end());
    return fast_params{}.read_of_uri(in, at);
}

} // namespace sipwhere

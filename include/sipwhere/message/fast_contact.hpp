// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/fast_name_addr.hpp>
#include <sipwhere/message/fast_uri.hpp>

namespace sipwhere {

/// Reads a row that holds one Contact value as `read_contact` does, if it is written as nearly all are. It may leave
/// any row to that, and never decides that one is wrong.
///
/// Returns: whether it has read it; `contact` means nothing otherwise.
[[nodiscard]] inline auto fast_contact(const marked_text& in, contact_view& contact) noexcept -> bool {
    fast_name_addr value;
    if (!value.read(in)) return false;
    for (const auto& each : value.params) {
        const auto param = fast_params::param(in, each);
        if (ascii::iequals(param.name, "expires")) detail::note_expires(param, contact);
        else if (ascii::iequals(param.name, "q") && !detail::note_q(param, contact)) return false;
    }
    if (value.begin_of_params != in.end()) contact.params = params_view{in.text(value.begin_of_params, in.end())};
    const auto uri = in.piece(value.uri, value.end_of_uri);
    return uri && fast_uri(uri, contact.uri);
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/comma_list.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/message_view.hpp>

#include <string_view>

namespace sipwhere {

/// Calls `visit(std::string_view)` with each option tag of all rows of a field: Require, Supported, …
///
/// Errors: bad_option_tag at the first that is no token; those before it have been visited.
/// Spec:   RFC 3261 §20.32, §20.37, §19.2.
template <typename Visitor>
[[nodiscard]] constexpr auto for_each_option_tag(const message_view& message, header_name name, Visitor&& visit)
    -> result<void> {
    for (const auto row : message.rows(name)) {
        for (const auto tag : comma_list{row}) {
            if (!ascii::is_token(tag)) return fail(errc::bad_option_tag);
            visit(tag);
        }
    }
    return {};
}

/// Returns: whether a field lists this option tag, in any case; what is malformed around it does not matter.
/// Spec:    RFC 3261 §8.2.2 for the tolerance, §7.3.1 for the case.
[[nodiscard]] constexpr auto has_option_tag(const message_view& message, header_name name,
                                            std::string_view tag) noexcept -> bool {
    for (const auto row : message.rows(name))
        for (const auto listed : comma_list{row})
            if (ascii::iequals(listed, tag)) return true;
    return false;
}

} // namespace sipwhere

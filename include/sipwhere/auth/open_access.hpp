// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/access.hpp>

namespace sipwhere {

/// Lets everyone register everything, for networks where something else keeps strangers out.
///
/// Spec: RFC 3261 §10.3 step 3 allows to take From as the asserted identity; third-party registration passes too.
struct open_access {
    [[nodiscard]] auto authorize(const access_request&, writer&) const noexcept -> access_result { return grant; }
};
static_assert(access_policy<open_access>);

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace sipwhere {

/// Who an access policy found the sender of a request to be; nobody in particular when both are empty.
struct user_identity {
    std::string_view name{};  ///< as the user is known in the realm
    std::string_view realm{};
};

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/user_identity.hpp>

#include <string_view>

namespace sipwhere {

/// How the name of a user is held against an address-of-record.
struct own_address_rule {
    bool one_realm = false; ///< the realm stands for all domains
    bool any_case = false;  ///< `sip:Bob@...` is `sip:bob@...`
};

/// Returns: whether an address-of-record is that of the user: it has their name, in the domain that is their realm. A
///          name may be a whole address-of-record as well.
/// Spec:    RFC 3261 §10.3 step 4.
[[nodiscard]] constexpr auto is_own_address(const user_identity& user, const aor_view& aor,
                                            const own_address_rule& rule = {}) noexcept -> bool {
    const auto equal = [&rule](std::string_view a, std::string_view b) {
        return rule.any_case ? ascii::iequals(a, b) : a == b;
    };
    const auto name = user.name;
    if (equal(name, aor.user)) return rule.one_realm || ascii::iequals(user.realm, aor.domain);
    if (name.size() != aor.user.size() + 1 + aor.domain.size() || name[aor.user.size()] != '@') return false;
    return equal(name.substr(0, aor.user.size()), aor.user) &&
           ascii::iequals(name.substr(aor.user.size() + 1), aor.domain);
}

} // namespace sipwhere

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/credentials.hpp>

#include <span>
#include <string_view>

namespace sipwhere {

/// The password of one user, in clear.
struct user_password {
    std::string_view user{};
    std::string_view password{};
    std::string_view realm{}; ///< empty for every realm
};

/// The passwords of a few users in a list, which must outlive it: for a firmware, a test, an intercom.
/// Cost: a comparison for each user.
class listed_credentials {
public:
    constexpr explicit listed_credentials(std::span<const user_password> users) noexcept : users_(users) {}

    auto find(const credentials_query& asked, credentials_visitor visit) const -> credentials_answer {
        for (const auto& each : users_)
            if (each.user == asked.user && (each.realm.empty() || each.realm == asked.realm)) {
                visit(credentials::of_password(each.password));
                return credentials_answer::found;
            }
        return credentials_answer::unknown;
    }

    [[nodiscard]] constexpr auto holds_passwords() const noexcept -> bool { return !users_.empty(); }

private:
    std::span<const user_password> users_;
};
static_assert(credentials_policy<listed_credentials>);

} // namespace sipwhere

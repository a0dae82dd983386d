// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/access.hpp>

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

/// Knows from which address each user may register; nobody else may at all.
class address_book {
public:
    address_book(std::initializer_list<std::pair<std::string, sipwhere::ip_address>> users)
        : addresses_(users.begin(), users.end()) {}

    auto authorize(const sipwhere::access_request& asked, sipwhere::writer&) -> sipwhere::access_result {
        const auto known = addresses_.find(asked.aor.user);
        if (known == addresses_.end()) return sipwhere::refusal{sipwhere::status::not_found};
        if (known->second == asked.from.remote.address) return sipwhere::grant;
        return sipwhere::refusal{sipwhere::status::forbidden, "Not From This Address"};
    }

private:
    std::map<std::string, sipwhere::ip_address, std::less<>> addresses_;
};
static_assert(sipwhere::access_policy<address_book>);

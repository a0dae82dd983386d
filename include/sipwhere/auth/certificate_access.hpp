// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/status.hpp>
#include <sipwhere/policy/access.hpp>

#include <algorithm>
#include <span>
#include <string_view>

namespace sipwhere {

/// What who shows a certificate may do.
struct certified_domain {
    std::string_view shown;  ///< the domain that the certificate names
    std::string_view domain; ///< of which they may register every address-of-record
};

/// Lets in gateways and other servers that show a certificate, each for the domains that a list gives it, and leaves
/// all others to another policy: `certificate_access access{users, trusted}`. A certificate that is not listed counts
/// for nothing, and neither does that of a request with an Authorization of its own, or of one that its client only
/// passes on, as a proxy does: whoever is behind it is asked.
///
/// It borrows both; names are compared whole and in any case.
/// Spec: RFC 5922 §7.1, §7.2: a certificate names a domain, never a user.
template <typename Access>
class certificate_access {
public:
    certificate_access(Access& others, std::span<const certified_domain> trusted) noexcept
        : others_(others), trusted_(trusted) {}

    /// Grants a request to the first domain of its certificate that is listed: an identity without a name.
    auto authenticate(const access_request& asked, writer& fields) -> access_result {
        if (const auto shown = listed_name(asked); !shown.empty()) return user_identity{{}, shown};
        if constexpr (has_authenticate<Access>) return others_.authenticate(asked, fields);
        else return grant;
    }

    auto authorize(const access_request& asked, writer& fields) -> access_result {
        if (listed_name(asked).empty()) return others_.authorize(asked, fields);
        const bool may = std::any_of(trusted_.begin(), trusted_.end(), [&](const certified_domain& each) {
            return shows(asked, each) && ascii::iequals(each.domain, asked.aor.domain);
        });
        if (may) return grant;
        return refusal{status::forbidden, "Not of a Domain of This Certificate"};
    }

private:
    /// Returns: whether a request's certificate names a domain of the list.
    [[nodiscard]] static auto shows(const access_request& asked, const certified_domain& listed) noexcept -> bool {
        auto rest = asked.peer_domains;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(' '), rest.size());
            if (ascii::iequals(rest.substr(0, end), listed.shown)) return true;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return false;
    }

    /// Returns: whether a request speaks for who sent it: it came by way of nobody, and has no credentials of its own.
    [[nodiscard]] static auto is_of_peer(const message_view& request) noexcept -> bool {
        return request.count(header_name::authorization) == 0 && request.count(header_name::path) == 0 &&
               request.count(header_name::via) == 1 &&
               request.value(header_name::via).find(',') == std::string_view::npos;
    }

    [[nodiscard]] auto listed_name(const access_request& asked) const noexcept -> std::string_view {
        if (asked.peer_domains.empty() || !is_of_peer(asked.request)) return {};
        for (const auto& each : trusted_)
            if (shows(asked, each)) return each.shown;
        return {};
    }

    Access& others_;
    std::span<const certified_domain> trusted_;
};

} // namespace sipwhere

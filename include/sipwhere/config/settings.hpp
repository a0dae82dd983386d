// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/domains.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/config/secrets.hpp>
#include <sipwhere/config/setting_list.hpp>
#include <sipwhere/model/ip_address.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere {

/// When an answer goes to the port its request came from, although the client did not ask for `rport`.
enum class reply_to_source : std::uint8_t {
    off,
    on,
    if_private, ///< when sent-by is a private address, so most likely behind a NAT
};

/// What happens to a body that nobody asked for.
enum class unasked_body : std::uint8_t {
    refuse, ///< 415, unless it is optional
    ignore, ///< the request is served as without it
};

/// For whom OPTIONS is answered with 200.
enum class options_user : std::uint8_t {
    any,   ///< every user of a domain that is served
    bound, ///< those with a binding; others are 404, which tells strangers which users exist
};

/// All that a user may choose about a registrar, beside its policies. Texts must outlive the registrar.
///
/// `answer_budget` limits what someone gains who sends requests with a forged source address: over UDP an answer more
/// than three times as large as its request is taken out of the budget of its network, an IPv4 /24 or IPv6 /56. Beyond
/// it a change is 503 and not made, anything else is dropped. It needs a memory with a table for it.
struct settings {
    setting_list<domain_rule> domains{};  ///< whose bindings it keeps; none keeps those of every domain
    setting_list<domain_alias> aliases{}; ///< other names and addresses of these domains
    sipwhere::limits limits{};

    bool strict_domain = false;        ///< To and Request-URI must name the same domain, else 404
    bool case_insensitive_user = false; ///< `sip:Bob@…` and `sip:bob@…` are one address-of-record
    sipwhere::reply_to_source reply_to_source = sipwhere::reply_to_source::off;
    bool obey_maddr = false;           ///< answer to the maddr of a Via: anyone can then aim answers at others
    std::uint32_t answer_budget = 65'536; ///< bytes a second of large answers for each network; 0 for no limit
    sipwhere::unasked_body unasked_body = sipwhere::unasked_body::refuse;
    sipwhere::options_user options_user = sipwhere::options_user::any;
    bool options_contact = false;      ///< a Contact in the 200 to OPTIONS: the address that was asked
    ip_address advertised{}; ///< our address as clients know it, where a NAT or a balancer is in front; or none
    bool keep_user_agent = false;      ///< each binding keeps the User-Agent of its REGISTER, up to 255 bytes
    /// A contact of sips is refused that came to us in clear. Leave it off where TLS is not of use, or ends in front.
    bool sips_needs_tls = false;
    std::string_view server{}; ///< Server header field of every answer; empty for none
    std::optional<sipwhere::secrets> secrets{}; ///< shared with other runs or servers; drawn anew if there is none

    [[nodiscard]] constexpr auto served() const noexcept -> served_domains {
        return {domains.view(), aliases.view(), &advertised};
    }
};

/// Returns: whether a setting asks for code that a board leaves out: `same_cseq`, `options_user`, `options_contact`,
/// `keep_user_agent`.
[[nodiscard]] constexpr auto needs_all_settings(const settings& wanted) noexcept -> bool {
    return wanted.limits.same_cseq != same_cseq::refuse || wanted.options_user != options_user::any ||
           wanted.options_contact || wanted.keep_user_agent;
}

/// Checks the domains that a user configured.
///
/// Errors: those of `check(served_domains)`; capacity_exceeded for more values in braces than a `setting_list`
///         keeps.
[[nodiscard]] constexpr auto check_domains(const settings& wanted) noexcept -> result<void> {
    if (wanted.domains.overflowed() || wanted.aliases.overflowed()) return fail(errc::capacity_exceeded);
    return check(wanted.served());
}

} // namespace sipwhere

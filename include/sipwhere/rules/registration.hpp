// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/essentials.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/policy/workspace.hpp>
#include <sipwhere/rules/settings.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sipwhere {

/// What a REGISTER asks for, read once. Views into the datagram and the workspace.
struct registration {
    aor_view aor{};
    std::string_view call_id{};
    std::uint32_t cseq = 0;
    bool has_to_tag = false;
    bool removes_all = false;                 ///< Contact: *
    std::span<const contact_view> contacts{};   ///< none for a query
    std::optional<std::uint32_t> expires{};     ///< the Expires header field
    transaction_keys keys{};
    flow source{};

    [[nodiscard]] constexpr auto is_query() const noexcept -> bool { return contacts.empty() && !removes_all; }
};

/// Writes the key under which the bindings of an address-of-record are kept.
///
/// Returns: a view into `room`.
/// Errors:  too_long.
/// Spec:    RFC 3261 §10.3 step 5: without parameters, unescaped; the domain is one already found to be served.
[[nodiscard]] inline auto canonical_aor(std::string_view escaped_user, const host_view& domain, bool ignore_case,
                                        std::span<char> room) noexcept -> result<aor_view> {
    writer out{room};
    for (percent_reader user{escaped_user}; !user.at_end();) {
        const char byte = user.next().byte;
        out.put(ignore_case ? ascii::lower(byte) : byte);
    }
    const auto user_size = out.size();
    if (domain.kind == host_kind::name) {
        for (const char c : detail::without_root(domain.text)) out.put(ascii::lower(c));
    } else {
        write_address(out, ip_address::of(domain));
    }
    if (!out.fits()) return fail(errc::too_long);
    return aor_view{out.text().substr(0, user_size), out.text().substr(user_size)};
}

namespace detail {

/// Returns: how many parameters and headers a URI has at most; to compare two takes time that grows with their square.
[[nodiscard]] inline auto count_uri_fields(const uri_view& uri) noexcept -> std::size_t {
    const auto begins_field = [](char c) { return c == ';' || c == '?' || c == '&'; };
    return static_cast<std::size_t>(std::ranges::count_if(uri.text, begins_field));
}

/// Reads every Contact value of a request into the workspace.
[[nodiscard]] inline auto read_contacts(const message_view& request, const limits& rules, std::span<contact_view> room,
                                        registration& out) noexcept -> std::optional<refusal> {
    constexpr refusal malformed{status::bad_request, "Malformed Contact"};
    std::size_t size = 0;
    std::size_t uri_fields = 0;
    const bool alone = request.count(header_name::contact) == 1;
    for (const auto text : request.rows(header_name::contact)) {
        if (is_star(text)) {
            if (!alone) return refusal{status::bad_request, "Contact * With Others"};
            out.removes_all = true;
            continue;
        }
        cursor from{text};
        do {
            const auto contact = parse_contact(from);
            if (!contact) {
                if (contact.error().code == errc::bad_q) return refusal{status::bad_request, "Malformed Contact q"};
                return malformed;
            }
            if (size == rules.max_request_contacts) return refusal{status::forbidden, "Too Many Contacts in Request"};
            uri_fields += count_uri_fields(contact->uri);
            if (uri_fields > rules.max_uri_fields) return refusal{status::forbidden, "Too Many URI Parameters"};
            room[size++] = *contact;
        } while (from.take_separator(','));
        if (!from.at_end()) return malformed;
    }
    out.contacts = room.first(size);
    return std::nullopt;
}

/// Returns: whether no contact of sips would be bound beside, by way of or at the request of anything less.
[[nodiscard]] inline auto keeps_sips_safe(const message_view& request, std::span<const contact_view> contacts) noexcept
    -> bool {
    const auto is_sips = [](const uri_view& uri) { return uri.kind == uri_scheme::sips; };
    const auto sips_contacts = std::ranges::count_if(contacts, is_sips, &contact_view::uri);
    if (sips_contacts == 0) return true;
    const auto request_uri = parse_uri(request.request_uri());
    bool safe = request_uri && is_sips(*request_uri) && static_cast<std::size_t>(sips_contacts) == contacts.size();
    request.for_each_value(header_name::path, [&](std::string_view hop) {
        cursor text{hop};
        const auto path = parse_name_addr(text);
        safe = safe && path && is_sips(path->uri);
    });
    return safe;
}

} // namespace detail

/// Reads what a REGISTER asks for.
///
/// Returns: 400 for a field that is needed and cannot be read, 404 for an address-of-record that is not ours, 403 for
///          one too long or too many contacts; nothing when all is well.
/// Spec:    RFC 3261 §10.3 steps 5 to 7, §10.2; RFC 5630 §5.3 for contacts of sips.
[[nodiscard]] inline auto read_registration(const message_view& request, const essentials& fields, const flow& from,
                                            const settings& config, const host_view& request_domain,
                                            const workspace_view& memory, registration& out) noexcept
    -> std::optional<refusal> {
    cursor text{request.value(header_name::to)};
    const auto to = parse_name_addr(text);
    if (!to) return refusal{status::bad_request, "Malformed To"};
    if (to->uri.kind != uri_scheme::sip && to->uri.kind != uri_scheme::sips)
        return refusal{status::bad_request, "To Is Not a SIP URI"};
    if (!to->uri.has_user) return refusal{status::bad_request, "To Has No User"};

    const auto domain = served_domain(config.served(), to->uri.host, from.local.address);
    if (!domain) return refusal{status::not_found, {}};
    if (config.strict_domain && !same_domain(*domain, request_domain))
        return refusal{status::not_found, "To Is Not of the Request-URI's Domain"};

    const auto key = canonical_aor(to->uri.user, *domain, config.case_insensitive_user,
                                   memory.aor.first(config.limits.max_aor_bytes));
    if (!key) return refusal{status::forbidden, "Address-of-Record Too Long"};

    out = {.aor = *key,
           .call_id = fields.call_id,
           .cseq = fields.cseq.number,
           .has_to_tag = fields.has_to_tag,
           .source = from};
    if (request.count(header_name::expires) != 0) {
        const auto seconds = parse_decimal(request.value(header_name::expires), overflow::saturates);
        out.expires = seconds ? *seconds : malformed_expires;
    }
    if (const auto refused = detail::read_contacts(request, config.limits, memory.contacts, out)) return refused;
    if (out.removes_all && out.expires != 0u) return refusal{status::bad_request, "Contact * Needs Expires 0"};
    if (!detail::keeps_sips_safe(request, out.contacts))
        return refusal{status::bad_request, "SIPS Contact Needs SIPS Throughout"};
    return std::nullopt;
}

} // namespace sipwhere

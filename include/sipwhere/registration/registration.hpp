// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/config/settings.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/fast_contact.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/server/request_fields.hpp>
#include <sipwhere/server/transaction_key.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
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
    hash_key key{}; ///< under which URIs are compared
    const flow* source = nullptr; ///< of the request
    std::string_view user_agent{}; ///< what the bindings keep of it; empty for nothing

    [[nodiscard]] constexpr auto is_query() const noexcept -> bool { return contacts.empty() && !removes_all; }
};

/// Makes the key under which the bindings of an address-of-record are kept.
///
/// Returns: views of what was given, if that is canonical as it stands, or into `bytes`, which has to be large enough
///          in any case.
/// Errors:  too_long.
/// Spec:    RFC 3261 §10.3 step 5: without parameters, unescaped; the domain is one already found to be served.
[[nodiscard]] inline auto canonical_aor(std::string_view escaped_user, const host_view& domain, bool ignore_case,
                                        std::span<char> bytes) noexcept -> result<aor_view> {
    const bool is_name = domain.kind == host_kind::name;
    aor_view key{escaped_user, is_name ? without_root(domain.text) : std::string_view{}};
    const bool user_stands = !ignore_case && find_any<'%'>(key.user, 0) == key.user.size();
    const bool domain_stands = is_name && ascii::is_lower(key.domain);
    if (user_stands && domain_stands) {
        if (key.user.size() + key.domain.size() > bytes.size()) return fail(errc::too_long);
        return key;
    }
    writer out{bytes};
    for (percent_reader user{escaped_user}; !user.at_end();) {
        const char byte = user.next().byte;
        out.put(ignore_case ? ascii::lower(byte) : byte);
    }
    const auto user_size = out.size();
    if (is_name) {
        for (const char c : key.domain) out.put(ascii::lower(c));
    } else {
        write_address(out, ip_address::of(domain));
    }
    if (!out.fits()) return fail(errc::too_long);
    return aor_view{slice(out.text(), 0, user_size), slice(out.text(), user_size, out.size())};
}

namespace detail {

/// Returns: how many fields a text has at most, of which the first may be without its separator.
[[nodiscard]] inline auto count_fields(std::string_view text, char separator, std::size_t first) noexcept
    -> std::size_t {
    return text.empty() ? 0 : first + count_in(text, separator);
}

/// Counts what the Contacts of a request hold, which takes more time than its bytes pay for.
class contact_fields {
public:
    /// Returns: why the last of the contacts read so far is too much, if it is.
    [[nodiscard]] auto add(std::span<const contact_view> contacts, const limits& rules) noexcept -> const char* {
        constexpr std::size_t least = 2; // bytes of any of them, so that most need not be counted
        const auto& last = contacts.back();
        bytes_of_uris_ += last.uri.params.size() + last.uri.headers.size() + least;
        bytes_of_params_ += last.params.text().size();
        if (bytes_of_uris_ / least <= rules.max_uri_fields && bytes_of_params_ / least <= rules.max_contact_params)
            return nullptr;
        for (const auto& contact : contacts.subspan(counted_)) {
            of_uris_ += count_fields(contact.uri.params, ';', 1) + count_fields(contact.uri.headers, '&', 1);
            params_ += count_fields(contact.params.text(), ';', 0);
        }
        counted_ = contacts.size();
        if (of_uris_ > rules.max_uri_fields) return "Too Many URI Parameters";
        return params_ > rules.max_contact_params ? "Too Many Contact Parameters" : nullptr;
    }

private:
    std::size_t bytes_of_uris_ = 0;
    std::size_t bytes_of_params_ = 0;
    std::size_t counted_ = 0; ///< contacts of which this is known:
    std::size_t of_uris_ = 0; ///< parameters and headers
    std::size_t params_ = 0;
};

[[nodiscard]] inline auto malformed_contact(errc why) noexcept -> std::optional<refusal> {
    const char* const reason = why == errc::bad_q      ? "Malformed Contact q"
                               : why == errc::bad_port ? "Contact Port Is Not from 1 to 65535"
                                                       : "Malformed Contact";
    return refuse(status::bad_request, reason);
}

/// Returns: why a contact is refused that is one too many.
[[nodiscard]] inline auto refuse_further_contact(cursor from) noexcept -> std::optional<refusal> {
    contact_view contact;
    if (const auto made = read_contact(from, contact); !made) return malformed_contact(made.error().code);
    return refuse(status::forbidden, "Too Many Contacts in Request");
}

/// Reads every Contact value of a request into the workspace.
[[nodiscard]] inline auto read_contacts(const message_view& request, const limits& rules, std::span<contact_view> into,
                                        registration& out) noexcept -> std::optional<refusal> {
    std::size_t size = 0;
    contact_fields fields;
    const bool alone = request.count(header_name::contact) == 1;
    for (const auto text : request.rows(header_name::contact)) {
        if (is_star(text)) {
            if (!alone) return refuse(status::bad_request, "Contact * With Others");
            out.removes_all = true;
            continue;
        }
        auto from = request.open(text);
        if constexpr (SIPWHERE_SMALL == 0)
            if (const auto in = request.marked(text); in && size != rules.max_request_contacts) {
                auto& contact = *std::construct_at(&into[size]);
                if (fast_contact(in, contact)) {
                    if (const auto* const why = fields.add(into.first(++size), rules))
                        return refuse(status::forbidden, why);
                    continue;
                }
            }
        do {
            if (size == rules.max_request_contacts) return refuse_further_contact(from);
            auto& contact = *std::construct_at(&into[size++]);
            if (const auto made = read_contact(from, contact); !made) return malformed_contact(made.error().code);
            if (const auto* const why = fields.add(into.first(size), rules)) return refuse(status::forbidden, why);
        } while (from.take_separator(','));
        if (!from.at_end()) return malformed_contact(errc::bad_name_addr);
    }
    out.contacts = into.first(size);
    return std::nullopt;
}

[[nodiscard]] inline auto is_sips_contact(const contact_view& contact) noexcept -> bool {
    return contact.uri.kind == uri_scheme::sips;
}

/// Whether a sips Contact is reached over TLS on every hop (RFC 5630 §5.3). Never inline, to keep the stack small of
/// those who read URIs.
///
/// Returns: whether no contact of sips comes with another scheme in the Request-URI, a Path or another Contact.
[[nodiscard, gnu::noinline]] inline auto keeps_sips_safe(const message_view& request,
                                                         std::span<const contact_view> contacts) noexcept -> bool {
    const auto is_sips = [](const uri_view& uri) { return uri.kind == uri_scheme::sips; };
    const auto sips_contacts = std::count_if(contacts.begin(), contacts.end(), is_sips_contact);
    if (sips_contacts == 0) return true;
    const auto names_sips = [&](cursor text) {
        uri_view uri;
        return read_uri(text, uri) && is_sips(uri);
    };
    if (!names_sips(request.open(request.request_uri())) || static_cast<std::size_t>(sips_contacts) != contacts.size())
        return false;
    for (const auto row : request.rows(header_name::path)) {
        auto from = request.open(row);
        if (from.at_end()) continue;
        do {
            name_addr_text hop;
            if (!read_name_addr_text(from, hop, [](const param_view&) {}) || !names_sips(from.over(hop.uri)))
                return false;
        } while (from.take_separator(','));
        if (!from.at_end()) return false;
    }
    return true;
}

} // namespace detail

/// Returns: what a binding keeps of the User-Agent, 255 bytes at most: of a longer one as many words as fit.
[[nodiscard]] inline auto user_agent_to_keep(const message_view& request) noexcept -> std::string_view {
    constexpr std::size_t most = 255;
    const auto text = request.value(header_name::user_agent);
    if (text.size() <= most) return text;
    const auto blank = text.find_last_of(" \t", most);
    return blank == std::string_view::npos ? std::string_view{} : trimmed(slice(text, 0, blank));
}

/// Reads what a REGISTER asks for. Never inline, so that what it needs is off the stack when the record changes.
///
/// Returns: 400 for a field that is needed and cannot be read, 404 for an address-of-record that is not ours, 403 for
///          one too long or too many contacts; nothing when all is well.
/// Spec:    RFC 3261 §10.3 steps 5 to 7, §10.2; RFC 5630 §5.3 for contacts of sips.
[[nodiscard, gnu::noinline]] inline auto read_registration(const message_view& request, const request_fields& fields,
                                                           const flow& from, const settings& config,
                                                           const host_view& request_domain,
                                                           const request_memory& memory, registration& out) noexcept
    -> std::optional<refusal> {
    uri_view to;
    if (!read_uri_of(request, fields.to_uri, to)) return refuse(status::bad_request, "Malformed To");
    if (!to.is_sip()) return refuse(status::bad_request, "To Is Not a SIP URI");
    if (!to.has_user) return refuse(status::not_found, "To Has No User");

    const auto domain = served_domain(config.served(), to.host, from.local.address);
    if (!domain) return refuse(status::not_found);
    if (config.strict_domain && !same_domain(*domain, request_domain))
        return refuse(status::not_found, "To Is Not of the Request-URI's Domain");

    const auto key =
        canonical_aor(to.user, *domain, config.case_insensitive_user, memory.aor.first(config.limits.max_aor_bytes));
    if (!key) return refuse(status::forbidden, "Address-of-Record Too Long");

    out = {.aor = *key,
           .call_id = fields.call_id,
           .cseq = fields.cseq.number,
           .has_to_tag = fields.has_to_tag,
           .source = &from};
    if (request.count(header_name::expires) != 0) out.expires = parse_expires(request.value(header_name::expires));
    if (const auto refused = detail::read_contacts(request, config.limits, memory.contacts, out)) return refused;
    if (out.removes_all && out.expires != 0u) return refuse(status::bad_request, "Contact * Needs Expires 0");
    const bool is_in_clear = config.sips_needs_tls && from.over != protocol::tls && from.over != protocol::wss;
    if (is_in_clear && std::any_of(out.contacts.begin(), out.contacts.end(), detail::is_sips_contact))
        return refuse(status::bad_request, "SIPS Contact Needs TLS");
    if (!detail::keeps_sips_safe(request, out.contacts))
        return refuse(status::bad_request, "SIPS Contact Needs SIPS Throughout");
    return std::nullopt;
}

} // namespace sipwhere

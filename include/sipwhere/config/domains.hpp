// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/config/setting_list.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/ip_bytes.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// Returns: a name without the final dot, which makes no difference in the DNS.
[[nodiscard]] constexpr auto without_root(std::string_view name) noexcept -> std::string_view {
    return name.ends_with('.') ? slice(name, 0, name.size() - 1) : name;
}

namespace detail {

/// Reads a host as a user may write it: an IPv6 address with or without brackets.
[[nodiscard]] constexpr auto parse_configured_host(std::string_view text) noexcept -> result<host_view> {
    if (const auto address = parse_ipv6(text)) return host_view{text, host_kind::ipv6, *address};
    return parse_host(text);
}

} // namespace detail

/// One domain whose bindings a registrar keeps: a name or an address, matched whole. `start()` refuses other texts.
struct domain_rule {
    std::string_view text{};
    bool subdomains = false; ///< also every name below it, on label boundaries

    constexpr domain_rule() noexcept = default;
    /// The text must outlive the rule; an IPv6 address may stand with or without brackets.
    template <typename Text>
        requires(std::convertible_to<Text, std::string_view> && !std::same_as<std::remove_cvref_t<Text>, domain_rule>)
    constexpr domain_rule(Text&& name) noexcept : text(name) {
        static_assert(is_lasting_argument<Text>, "settings borrow their texts: keep this string in a variable");
    }
};

/// Returns: a rule for a domain and every name below it: `example.com` and `a.example.com`, not `badexample.com`.
[[nodiscard]] constexpr auto with_subdomains(domain_rule rule) noexcept -> domain_rule {
    rule.subdomains = true;
    return rule;
}

/// Another name or address of a domain: what is registered there belongs to `domain`.
struct domain_alias {
    domain_rule name{};
    domain_rule domain{};
};

/// Which domains a registrar serves (RFC 3261 §10.3 step 1). Ports take no part. A view of lists that must outlive it.
struct served_domains {
    setting_view<domain_rule> domains{}; ///< none serves every domain
    setting_view<domain_alias> aliases{};
    const ip_address* advertised = nullptr; ///< our address as clients know it; null if there is no other than ours
};

/// Returns: whether two hosts name the same domain.
[[nodiscard]] constexpr auto same_domain(const host_view& a, const host_view& b) noexcept -> bool {
    if (a.kind != b.kind) return false;
    if (a.kind != host_kind::name) return a.address == b.address;
    if (detail::same_text(a.text, b.text)) return true;
    return ascii::iequals(without_root(a.text), without_root(b.text));
}

namespace detail {

/// Returns: whether a configured text may spell an address, so that it is worth reading it as one.
[[nodiscard]] constexpr auto looks_like_address(std::string_view text) noexcept -> bool {
    return !text.empty() && (ascii::is(text.front(), ascii::set::digit) || find_any<':'>(text, 0) != text.size());
}

} // namespace detail

/// Returns: the host that a rule names.
[[nodiscard]] constexpr auto host_of(const domain_rule& rule) noexcept -> host_view {
    if (detail::looks_like_address(rule.text))
        if (const auto parsed = detail::parse_configured_host(rule.text)) return *parsed;
    return {rule.text};
}

/// Returns: whether a rule holds a name or address.
[[nodiscard]] constexpr auto is_valid(const domain_rule& rule) noexcept -> bool {
    const auto host = detail::parse_configured_host(rule.text);
    return host && (!rule.subdomains || host->kind == host_kind::name);
}

/// Returns: whether a rule covers a host. A rule is one that `check` accepts.
[[nodiscard]] constexpr auto covers(const domain_rule& rule, const host_view& host) noexcept -> bool {
    if (host.kind != host_kind::name) return detail::looks_like_address(rule.text) && same_domain(host_of(rule), host);
    if (detail::same_text(rule.text, host.text)) return true;
    const auto name = without_root(host.text);
    const auto parent = without_root(rule.text);
    if (ascii::iequals(name, parent)) return true;
    if (!rule.subdomains || name.size() <= parent.size() + 1) return false;
    const auto below = name.size() - parent.size();
    return name[below - 1] == '.' && ascii::iequals(slice(name, below, name.size()), parent);
}

/// Finds the domain a host stands for.
///
/// `local` is the address the request came to. That, and the advertised one, mean the first domain: a phone that knows
/// only the address of its registrar registers there.
/// Returns: the host under which bindings are kept; nothing for one that is not served.
/// Cost:    one comparison for each rule and alias.
[[nodiscard]] constexpr auto served_domain(const served_domains& served, const host_view& host,
                                           const ip_address& local) noexcept -> std::optional<host_view> {
    for (const auto alias : served.aliases)
        if (covers(alias.name, host)) return host_of(alias.domain);
    if (served.domains.empty()) return host;
    for (const auto rule : served.domains)
        if (covers(rule, host)) return host;
    const auto address = ip_address::of(host);
    if (address.family() == address_family::none) return std::nullopt;
    const bool is_ours = address == local || (served.advertised != nullptr && address == *served.advertised);
    if (is_ours) return host_of(served.domains[0]);
    return std::nullopt;
}

/// Checks what a user configured.
///
/// Errors: bad_domain for a text that is no host, or an alias of a domain that is not served.
[[nodiscard]] constexpr auto check(const served_domains& served) noexcept -> result<void> {
    for (const auto rule : served.domains)
        if (!is_valid(rule)) return fail(errc::bad_domain);
    for (const auto alias : served.aliases) {
        if (!is_valid(alias.name) || !is_valid(alias.domain)) return fail(errc::bad_domain);
        bool known = served.domains.empty();
        for (const auto rule : served.domains) known = known || covers(rule, host_of(alias.domain));
        if (!known) return fail(errc::bad_domain);
    }
    return {};
}

} // namespace sipwhere

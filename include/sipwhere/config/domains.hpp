// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/ip_bytes.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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

/// One domain whose bindings a registrar keeps: a name or an address, matched whole.
struct domain_rule {
    host_view host{};
    bool subdomains = false; ///< also every name below it, on label boundaries
    bool valid = false;      ///< the text was a host; `start()` refuses others

    constexpr domain_rule() noexcept = default;
    /// `name` must outlive the rule; an IPv6 address may stand with or without brackets.
    constexpr domain_rule(std::string_view name) noexcept {
        const auto parsed = detail::parse_configured_host(name);
        if (!parsed) return;
        host = *parsed;
        valid = true;
    }
    constexpr domain_rule(const char* name) noexcept : domain_rule(std::string_view{name}) {}
};

/// Returns: a rule for a domain and every name below it: `example.com` and `a.example.com`, not `badexample.com`.
[[nodiscard]] constexpr auto with_subdomains(std::string_view name) noexcept -> domain_rule {
    domain_rule rule{name};
    rule.subdomains = true;
    rule.valid = rule.valid && rule.host.kind == host_kind::name;
    return rule;
}

/// Another name or address of a domain: what is registered there belongs to `domain`.
struct domain_alias {
    domain_rule name{};
    domain_rule domain{};
};

/// Which domains a registrar serves (RFC 3261 §10.3 step 1). Ports take no part. A view of lists that must outlive it.
struct served_domains {
    std::span<const domain_rule> domains{}; ///< none serves every domain
    std::span<const domain_alias> aliases{};
};

/// Returns: whether two hosts name the same domain.
[[nodiscard]] constexpr auto same_domain(const host_view& a, const host_view& b) noexcept -> bool {
    if (a.kind != b.kind) return false;
    if (a.kind != host_kind::name) return a.address == b.address;
    if (detail::same_text(a.text, b.text)) return true;
    return ascii::iequals(without_root(a.text), without_root(b.text));
}

/// Returns: whether a rule covers a host.
[[nodiscard]] constexpr auto covers(const domain_rule& rule, const host_view& host) noexcept -> bool {
    if (!rule.valid) return false;
    if (same_domain(rule.host, host)) return true;
    if (!rule.subdomains || host.kind != host_kind::name) return false;
    const auto name = without_root(host.text);
    const auto parent = without_root(rule.host.text);
    if (name.size() <= parent.size() + 1) return false;
    const auto below = name.size() - parent.size();
    return name[below - 1] == '.' && ascii::iequals(slice(name, below, name.size()), parent);
}

/// Finds the domain a host stands for.
///
/// `local` is the address the request came to: a phone that knows only the address of its registrar registers there,
/// which means the first domain.
/// Returns: the host under which bindings are kept; nothing for one that is not served.
/// Cost:    one comparison for each rule and alias.
[[nodiscard]] constexpr auto served_domain(const served_domains& served, const host_view& host,
                                           const ip_address& local) noexcept -> std::optional<host_view> {
    for (const auto& alias : served.aliases)
        if (covers(alias.name, host)) return alias.domain.host;
    if (served.domains.empty()) return host;
    for (const auto& rule : served.domains)
        if (covers(rule, host)) return host;
    const auto address = ip_address::of(host);
    if (address.family() != address_family::none && address == local) return served.domains.front().host;
    return std::nullopt;
}

/// Checks what a user configured.
///
/// Errors: bad_domain for a text that is no host, or an alias of a domain that is not served.
[[nodiscard]] constexpr auto check(const served_domains& served) noexcept -> result<void> {
    for (const auto& rule : served.domains)
        if (!rule.valid) return fail(errc::bad_domain);
    for (const auto& alias : served.aliases) {
        if (!alias.name.valid || !alias.domain.valid) return fail(errc::bad_domain);
        bool known = served.domains.empty();
        for (const auto& rule : served.domains) known = known || covers(rule, alias.domain.host);
        if (!known) return fail(errc::bad_domain);
    }
    return {};
}

} // namespace sipwhere

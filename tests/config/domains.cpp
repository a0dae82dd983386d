// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/config/domains.hpp>
#include <sipwhere/config/settings.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::host;

/// Returns: the domain under which a host is kept, "" when it is not served.
auto kept_as(const settings& served, std::string_view name, std::string_view local = "192.0.2.100")
    -> std::string_view {
    const auto found = served_domain(served.served(), host(name), ip_address::of(host(local)));
    return found ? found->text : std::string_view{};
}

TEST_CASE("without a rule every domain is served (R3261-10.3-f)") {
    CHECK(kept_as({}, "anything.example") == "anything.example");
    CHECK(kept_as({}, "192.0.2.7") == "192.0.2.7");
}

TEST_CASE("a domain is served when a rule names it, in any case (R3261-10.3-f)") {
    const settings served{.domains = {"example.com", "Example.NET"}};
    CHECK(kept_as(served, "example.com") == "example.com");
    CHECK(kept_as(served, "EXAMPLE.com") == "EXAMPLE.com");
    CHECK(kept_as(served, "example.net") == "example.net");
    CHECK(kept_as(served, "example.org").empty());
}

TEST_CASE("a domain matches whole: no name above, below or beside it is served") {
    const settings served{.domains = {"example.com"}};
    CHECK(kept_as(served, "evilexample.com").empty());
    CHECK(kept_as(served, "a.example.com").empty());
    CHECK(kept_as(served, "com").empty());
    CHECK(kept_as(served, "example.co").empty());
    CHECK(kept_as(served, "example.com.evil.example").empty());
}

TEST_CASE("a rule with subdomains covers the domain and all below it, on label boundaries alone") {
    const settings served{.domains = {with_subdomains("example.com")}};
    CHECK(kept_as(served, "example.com") == "example.com");
    CHECK(kept_as(served, "a.example.com") == "a.example.com");
    CHECK(kept_as(served, "B.a.EXAMPLE.com") == "B.a.EXAMPLE.com");
    CHECK(kept_as(served, "evilexample.com").empty());
    CHECK(kept_as(served, "xexample.com").empty());
    CHECK(kept_as(served, "a.example.org").empty());
    CHECK(kept_as(served, "a.example.com.evil.example").empty());
    CHECK(kept_as(served, "example.co").empty());
}

TEST_CASE("the final dot of a name makes no difference, neither in a rule nor in a host") {
    for (const char* rule : {"example.com", "example.com."}) {
        for (const settings& served : {settings{.domains = {rule}}, settings{.domains = {with_subdomains(rule)}}}) {
            CHECK(!kept_as(served, "example.com").empty());
            CHECK(!kept_as(served, "example.com.").empty());
            CHECK(kept_as(served, "example.comm").empty());
        }
        const settings served{.domains = {with_subdomains(rule)}};
        CHECK(!kept_as(served, "a.example.com").empty());
        CHECK(!kept_as(served, "a.example.com.").empty());
        CHECK(kept_as(served, "evilexample.com.").empty());
    }
}

TEST_CASE("an address as domain is compared by its value, whatever its spelling (R3261-19.1.1-a)") {
    const settings served{.domains = {"[2001:db8:0::1]", "192.0.2.1"}};
    CHECK(!kept_as(served, "[2001:DB8::0:1]").empty());
    CHECK(kept_as(served, "[2001:db8::2]").empty());
    CHECK(!kept_as(served, "192.0.2.1").empty());
    CHECK(kept_as(served, "192.0.2.2").empty());
}

TEST_CASE("an IPv6 address may be configured without its brackets") {
    const settings served{.domains = {"2001:db8::1", "::1"}};
    CHECK(check_domains(served));
    CHECK(!kept_as(served, "[2001:db8::1]").empty());
    CHECK(!kept_as(served, "[::1]").empty());
    CHECK(kept_as(served, "[2001:db8::2]").empty());
}

TEST_CASE("a name and an address are never the same domain, even with the same first bytes") {
    const settings served{.domains = {"0.0.0.0"}};
    CHECK(kept_as(served, "example.com").empty());
    CHECK(kept_as(served, "[::]").empty());
}

TEST_CASE("an alias stands for its domain, whether it is a name, a family of names or an address") {
    const settings served{.domains = {"example.com", "example.net"},
                          .aliases = {{"sip.example.org", "example.net"},
                                      {with_subdomains("pbx.example.org"), "example.com"},
                                      {"192.0.2.5", "example.com"}}};
    CHECK(kept_as(served, "SIP.example.org") == "example.net");
    CHECK(kept_as(served, "a.pbx.example.org") == "example.com");
    CHECK(kept_as(served, "pbx.example.org") == "example.com");
    CHECK(kept_as(served, "192.0.2.5") == "example.com");
    CHECK(kept_as(served, "example.org").empty());
}

TEST_CASE("an alias goes before a rule that covers the same name") {
    const settings served{.domains = {with_subdomains("example.com")}, .aliases = {{"sip.example.com", "example.com"}}};
    CHECK(kept_as(served, "sip.example.com") == "example.com");
    CHECK(kept_as(served, "other.example.com") == "other.example.com");
}

TEST_CASE("the address a request came to stands for the first domain") {
    const settings served{.domains = {"example.com", "example.net"}};
    CHECK(kept_as(served, "192.0.2.100", "192.0.2.100") == "example.com");
    CHECK(kept_as(served, "[2001:db8::1]", "[2001:db8::1]") == "example.com");
    CHECK(kept_as(served, "192.0.2.101", "192.0.2.100").empty());
}

TEST_CASE("a transport that can't tell its own address opens nothing by that") {
    const settings served{.domains = {"example.com"}};
    CHECK(!served_domain(served.served(), host("example.org"), ip_address{}));
    CHECK(!served_domain(served.served(), host("0.0.0.0"), ip_address{}));
}

TEST_CASE("the rules of a program may live elsewhere, as many as it likes") {
    std::array<domain_rule, 20> rules{};
    rules.fill("example.net");
    rules.back() = "example.com";
    const settings served{.domains = rules};
    CHECK(check_domains(served));
    CHECK(kept_as(served, "example.com") == "example.com");
    CHECK(kept_as(served, "192.0.2.100") == "example.net");
}

TEST_CASE("rules that name hosts are accepted, with and without aliases") {
    CHECK(check_domains({}));
    CHECK(check_domains({.domains = {"example.com", "192.0.2.1", "[2001:db8::1]"}}));
    CHECK(check_domains({.domains = {"example.com"}, .aliases = {{"example.net", "EXAMPLE.com."}}}));
    CHECK(check_domains({.domains = {with_subdomains("example.com")}, .aliases = {{"example.net", "a.example.com"}}}));
    CHECK(check_domains({.domains = {"example.net", "example.com"}, .aliases = {{"example.org", "example.net"}}}));
    CHECK(check_domains({.domains = {}, .aliases = {{"example.net", "example.com"}}}));
}

TEST_CASE("a configured text that is no host is refused, and so is an alias of what is not served") {
    const auto why = [](const settings& served) {
        const auto made = check_domains(served);
        return made ? errc::not_sip : made.error().code;
    };
    CHECK(why({.domains = {""}}) == errc::bad_domain);
    CHECK(why({.domains = {"example.com", "exa mple.com"}}) == errc::bad_domain);
    CHECK(why({.domains = {"example.com:5060"}}) == errc::bad_domain);
    CHECK(why({.domains = {"sip:example.com"}}) == errc::bad_domain);
    CHECK(why({.domains = {domain_rule{}}}) == errc::bad_domain);
    CHECK(why({.domains = {with_subdomains("192.0.2.1")}}) == errc::bad_domain);
    CHECK(why({.domains = {with_subdomains("not a name")}}) == errc::bad_domain);
    CHECK(why({.domains = {"example.com"}, .aliases = {{"", "example.com"}}}) == errc::bad_domain);
    CHECK(why({.domains = {"example.com"}, .aliases = {{"example.net", ""}}}) == errc::bad_domain);
    CHECK(why({.domains = {}, .aliases = {{"example.net", ""}}}) == errc::bad_domain);
    CHECK(why({.domains = {"example.com"}, .aliases = {{"example.net", "example.org"}}}) == errc::bad_domain);
}

TEST_CASE("more rules in braces than a list keeps are refused, not forgotten") {
    const settings most{.domains = {"a.example", "b.example", "c.example", "d.example", "e.example", "f.example",
                                    "g.example", "h.example", "i.example", "j.example", "k.example", "l.example",
                                    "m.example", "n.example", "o.example", "p.example"}};
    CHECK(check_domains(most));
    CHECK(kept_as(most, "p.example") == "p.example");

    const settings domains{.domains = {"a.example", "b.example", "c.example", "d.example", "e.example", "f.example",
                                       "g.example", "h.example", "i.example", "j.example", "k.example", "l.example",
                                       "m.example", "n.example", "o.example", "p.example", "q.example"}};
    const auto refused = check_domains(domains);
    REQUIRE(!refused);
    CHECK(refused.error().code == errc::capacity_exceeded);

    const domain_alias a{"example.net", "example.com"};
    const auto aliases =
        check_domains({.domains = {"example.com"}, .aliases = {a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a}});
    REQUIRE(!aliases);
    CHECK(aliases.error().code == errc::capacity_exceeded);
}

TEST_CASE("domains come from literals, views and strings, in braces or from a list that the settings borrow") {
    const std::string owned = "example.com";
    const std::string_view viewed = "example.net";
    const auto check_both = [](const settings& served) {
        CHECK(check_domains(served));
        CHECK(kept_as(served, "example.com") == "example.com");
        CHECK(kept_as(served, "EXAMPLE.net") == "EXAMPLE.net");
        CHECK(kept_as(served, "192.0.2.100") == "example.com");
        CHECK(kept_as(served, "example.org").empty());
    };
    const std::vector<std::string> strings{owned, "example.net"};
    const std::array<std::string_view, 2> views{owned, viewed};
    check_both({.domains = {owned, viewed}});
    check_both({.domains = {owned, "example.net"}});
    check_both({.domains = strings});
    check_both({.domains = {strings}});
    check_both({.domains = views});
    check_both({.domains = std::span{views}});
    CHECK(check_domains({.domains = {with_subdomains(owned)}}));
    CHECK(kept_as({.domains = std::vector<std::string>{}.empty() ? setting_list<domain_rule>{} : strings}, "a") == "a");
}

TEST_CASE("any number of strings may be borrowed, and an address among them is found by its value") {
    std::vector<std::string> names;
    for (int i = 0; i < 300; ++i) names.push_back("d" + std::to_string(i) + ".example");
    names.emplace_back("[2001:db8:0::1]");
    const settings served{.domains = names};
    const settings copy = served;
    CHECK(check_domains(copy));
    CHECK(kept_as(copy, "d0.example") == "d0.example");
    CHECK(kept_as(copy, "d299.example") == "d299.example");
    CHECK(!kept_as(copy, "[2001:db8::1]").empty());
    CHECK(kept_as(copy, "d300.example").empty());
    names.back() = "no host";
    CHECK(check_domains(copy).error().code == errc::bad_domain);
}

TEST_CASE("aliases come from pairs in braces, and from lists of pairs of strings or of aliases") {
    const std::string name = "example.net", domain = "example.com";
    const std::vector<std::pair<std::string, std::string>> pairs{{name, domain}, {"192.0.2.5", domain}};
    const std::vector<domain_alias> aliases{{name, domain}, {"192.0.2.5", domain}};
    for (const settings& served :
         {settings{.domains = {domain}, .aliases = {{name, domain}, {"192.0.2.5", domain}}},
          settings{.domains = {domain}, .aliases = pairs}, settings{.domains = {domain}, .aliases = aliases}}) {
        CHECK(check_domains(served));
        CHECK(kept_as(served, "EXAMPLE.NET") == "example.com");
        CHECK(kept_as(served, "192.0.2.5") == "example.com");
        CHECK(kept_as(served, "example.org").empty());
    }
}

} // namespace

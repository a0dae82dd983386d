// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/costly_family.hpp>

#include <sipwhere/config/settings.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_bench {

namespace costly {

/// Contacts and bindings that are hard to tell apart.
inline void add_contacts(collection& to, std::size_t cap) {
    const auto host = [](std::size_t i) { return "sip:h" + short_name(i); };
    const auto alike_names = [](std::size_t i) {
        return "sip:b" + short_name(i) + joined(32, [](std::size_t n) { return ";" + alike(n, 29); });
    };
    to.contacts("short contacts against alike names", cap, cap, 24, alike_names, host);
    to.contacts(
        "short contacts against short ones", cap, cap, 24, [](std::size_t i) { return "sip:b" + short_name(i); }, host);
    to.contacts("new contacts", cap, 0, 24, host, host);
    to.contacts("the same short contacts again", cap, cap, 24, host, host);
    to.contacts("one contact again and again", cap, 1, 24, host, [](std::size_t) { return "sip:h"; });
    to.contacts(
        "one tel again and again", cap, 1, 24, [](std::size_t) { return "tel:1"; },
        [](std::size_t) { return "TEL:1"; });
    to.contacts(
        "one user and host with other names each", cap, cap, 24,
        [](std::size_t i) {
            return "sip:u@h" + joined(32, [i](std::size_t n) { return ";" + alike(i * 32 + n, 28); });
        },
        [](std::size_t i) { return "sip:u@h;q" + short_name(i); });
    for (const std::size_t size : {100U, 900U}) {
        const auto bytes = " of " + std::to_string(size);
        to.contacts(
            "users that end differently" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "sip:" + alike(i, size) + "@h"; },
            [=](std::size_t i) { return "sip:" + alike(900 + i, size) + "@h"; });
        to.contacts(
            "the same long users with another case of host" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "sip:" + alike(i, size) + "@hh"; },
            [=](std::size_t i) { return "sip:" + alike(i, size) + "@Hh"; });
        to.contacts(
            "one user in other escapes" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "sip:" + escaped(std::string(size / 3, 'j'), i) + "@h;b" + short_name(i); },
            [=](std::size_t i) {
                return "sip:" + escaped(std::string(size / 3, 'j'), i + 512) + "@h;c" + short_name(i);
            });
        to.contacts(
            "one host in other letters" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "sip:" + mixed(i, size) + ";b" + short_name(i); },
            [=](std::size_t i) { return "sip:" + mixed(i + 512, size) + ";c" + short_name(i); });
        to.contacts(
            "passwords that end differently" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "sip:u:" + alike(i, size) + "@h"; },
            [=](std::size_t i) { return "sip:u:" + alike(900 + i, size) + "@h"; });
        to.contacts(
            "values that end differently" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "sip:u@h;x=" + alike(i, size); },
            [=](std::size_t i) { return "sip:u@h;x=" + alike(900 + i, size); });
        to.contacts(
            "telephone numbers in other writing" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "tel:" + std::string(size, '-') + std::to_string(i); },
            [=](std::size_t i) { return "tel:" + std::string(size, '.') + std::to_string(i); });
        to.contacts(
            "resources in other escapes" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "urn:x:" + escaped(std::string(size / 3, 'j'), i); },
            [=](std::size_t i) { return "URN:x:" + escaped(std::string(size / 3, 'j'), i + 512); });
        to.contacts(
            "opaque texts that end differently" + bytes, cap, cap, 24,
            [=](std::size_t i) { return "x:" + alike(i, size); },
            [=](std::size_t i) { return "X:" + alike(900 + i, size); });
    }
    for (const std::size_t count : {1U, 2U, 4U, 8U, 16U, 31U}) {
        const auto number = " of " + std::to_string(count);
        const auto shared = [=](char own, std::size_t i) {
            return "sip:h;" + std::string(1, own) + short_name(i) +
                   joined(count, [](std::size_t n) { return ";" + short_name(n); });
        };
        to.contacts(
            "the same names beside another" + number, cap, cap, 16, [=](std::size_t i) { return shared('B', i); },
            [=](std::size_t i) { return shared('c', i); });
        to.contacts(
            "the last name has another value" + number, cap, cap, 16,
            [=](std::size_t i) {
                return "sip:h" + joined(count, [](std::size_t n) { return ";" + short_name(n); }) +
                       ";zz=" + short_name(i);
            },
            [=](std::size_t i) {
                return "sip:h" + joined(count, [](std::size_t n) { return ";" + short_name(n); }) +
                       ";zz=" + short_name(900 + i);
            });
        to.contacts(
            "other names each" + number, cap, cap, 16,
            [=](std::size_t i) {
                return "sip:h" + joined(count, [=](std::size_t n) { return ";b" + short_name(i * count + n); });
            },
            [=](std::size_t i) {
                return "sip:h" + joined(count, [=](std::size_t n) { return ";c" + short_name(i * count + n); });
            });
        to.contacts(
            "names in other escapes" + number, cap, cap, 16,
            [=](std::size_t i) {
                return "sip:h" + joined(count, [=](std::size_t n) { return ";" + escaped(alike(n, 4), i); });
            },
            [=](std::size_t i) {
                return "sip:h" + joined(count, [=](std::size_t n) { return ";" + escaped(alike(n, 4), i + 512); });
            });
        to.contacts(
            "URI headers in another order" + number, cap, cap, 16,
            [=](std::size_t i) {
                return "sip:h?" + joined(
                                      count, [=](std::size_t n) { return short_name((n + i) % count) + "="; }, "&");
            },
            [=](std::size_t i) {
                return "sip:h?" + joined(
                                      count, [=](std::size_t n) { return short_name((n + i) % count) + "=a"; }, "&");
            });
        to.contacts(
            "one URI header many times" + number, cap, cap, 16,
            [=](std::size_t i) { return "sip:h;b" + short_name(i) + "?" + times(count, "a=", "&"); },
            [=](std::size_t i) { return "sip:h;c" + short_name(i) + "?" + times(count, "A=", "&"); });
    }
}

/// Whole records: what is done to all that they hold.
inline void add_records(collection& to, std::size_t cap) {
    const auto name = " x" + std::to_string(cap);
    const auto bound = in_brackets(list(cap, [](std::size_t i) { return "sip:" + short_name(i) + "@h"; }));
    const auto config = collection::settings_of(cap);
    const auto remove = [](std::size_t i) { return "<sip:" + short_name(i) + "@h>;expires=0"; };
    to.one("a query" + name, {}, config, bound);
    to.one("a star" + name, {.contacts = {"*"}, .after = "Expires:0\r\n"}, config, bound);
    to.one("removals" + name, {.contacts = list(24, remove)}, config, bound);
    to.one("too brief at last" + name,
           {.contacts = list(
                24, [](std::size_t i) { return "<sip:" + short_name(i) + "@h>;expires=" + (i == 23 ? "1" : "99"); })},
           config, bound);
    to.one("too late" + name,
           {.call_id = "2", .contacts = list(24, [](std::size_t i) { return "<sip:" + short_name(23 - i) + "@H>"; })},
           config, bound);
    for (const bool all : {false, true}) {
        auto full = config;
        full.limits.when_full = all ? sipwhere::when_full::replace_all : sipwhere::when_full::replace_oldest;
        to.one((all ? "all give way" : "the oldest give way") + name,
               {.contacts =
                    list(std::min<std::size_t>(cap, 24), [](std::size_t i) { return "<sip:" + short_name(i) + ">"; })},
               full, bound);
    }
    costly_family expired{.name = "all are due" + name, .config = config, .bound = bound};
    expired.is_late = true;
    expired.late = std::chrono::seconds{200'000};
    expired.attack.contacts =
        list(std::min<std::size_t>(cap, 24), [](std::size_t i) { return "<sip:" + short_name(i) + "@H>"; });
    to.made.push_back(expired);
    costly_family lookup{.name = "a lookup" + name, .config = config};
    lookup.is_query = true;
    lookup.bound = list(cap, [](std::size_t i) {
        const auto digits = std::to_string(100 + i);
        return "<sip:" + short_name(i) + "@h>;q=0." + digits;
    });
    to.made.push_back(lookup);
}

/// One field that holds as much as can be.
inline void add_fields(collection& to) {
    const auto many = [](std::string_view piece, std::size_t size = 60'000) {
        return times(size / piece.size(), piece);
    };
    const auto alike_params = [](std::size_t count, std::size_t size) {
        return joined(count, [=](std::size_t n) { return ";" + alike(n, size); });
    };
    for (const std::size_t size : {3U, 9U, 29U, 900U}) {
        const auto name = " of " + std::to_string(size);
        const auto params = alike_params(31, size);
        to.one("alike names in the Request-URI" + name, {.uri = "sip:h" + params});
        to.one("alike names in the URI of To" + name, {.to = "<sip:a@h" + params + ">"});
        to.one("alike names in To" + name, {.to = "<sip:a@h>" + params});
        to.one("alike names in From" + name, {.from = "<sip:a@h>" + params});
        to.one("alike names in Via" + name, {.top = "v:SIP/2.0/UDP h" + params + ";branch=z9hG4bK"});
        to.one("alike names in Contact" + name, {.contacts = {"<sip:c>" + params}});
        to.one("alike names in Contact's URI" + name, {.contacts = {"<sip:c" + params + ">"}});
        to.one("alike names in Content-Disposition" + name,
               {.after = "Content-Type:a/b\r\nContent-Disposition:x" + params + "\r\n", .body = "b"});
        to.one("alike names and a repeat in the Request-URI" + name, {.uri = "sip:h" + params + ";" + alike(30, size)});
        to.one("alike names and a repeat in To" + name, {.to = "<sip:a@h>" + params + ";" + alike(30, size)});
        if (size < 900)
            to.one("escaped alike names in the Request-URI" + name,
                   {.uri = "sip:h" + joined(31, [=](std::size_t n) { return ";" + escaped(alike(n, size), n); })});
    }
    for (const std::size_t size : {2U, 3U, 4U, 9U, 12U, 29U}) {
        for (const std::size_t count : {1U, 2U, 4U, 8U, 16U, 31U}) {
            const auto name = " of " + std::to_string(count) + " of " + std::to_string(size);
            const auto params = alike_params(count, size);
            to.one("alike names in all fields" + name,
                   {.uri = "sip:h" + params,
                    .top = "v:SIP/2.0/UDP h" + params + ";branch=z9hG4bK",
                    .from = "<sip:a@h>" + params,
                    .to = "<sip:a@h" + params + ">" + params,
                    .contacts = {"<sip:c" + params + ">" + params},
                    .after = "Content-Type:a/b\r\nContent-Disposition:x" + params + "\r\n",
                    .body = "b"});
            for (const bool in_uri : {false, true})
                to.one((in_uri ? "alike names in many Contacts' URIs" : "alike names in many Contacts") + name,
                       {.contacts = list(std::min<std::size_t>(24, (in_uri ? 32 : 48) / count), [=](std::size_t i) {
                            return "<sip:" + short_name(i) + (in_uri ? params + ">" : ">" + params);
                        })});
        }
    }
    for (const auto* order : {"rising", "falling"}) {
        const bool rises = order[0] == 'r';
        const auto params = [rises](std::string_view set, std::string_view front = {}) {
            return joined(set.size(), [=](std::size_t n) {
                return ";" + std::string{front} + set[rises ? n : set.size() - 1 - n];
            });
        };
        constexpr std::string_view token = "!%'*+-.0123456789_`abcdefghijklmnopqrstuvwxyz~";
        constexpr std::string_view param = "!$&'()*+-./0123456789:[]_abcdefghijklmnopqrstuvwxyz~";
        for (const auto* front : {"", "x", "xxxxxxx"}) {
            const auto name = std::string{" "} + order + " behind " + front;
            to.one("names in To" + name, {.to = "<sip:a@h>" + params(token, front)});
            to.one("names in the Request-URI" + name, {.uri = "sip:h" + params(param, front)});
            to.one("names in many Contacts" + name, {.contacts = list(24, [&](std::size_t i) {
                                                         return "<sip:" + short_name(i) + params(param, front) + ">";
                                                     })});
            to.one("names behind many Contacts" + name,
                   {.contacts =
                        list(24, [&](std::size_t i) { return "<sip:" + short_name(i) + ">" + params(token, front); })});
        }
    }
    for (const std::string_view piece :
         {",",  ";", "\"",   "\\",   "\\\"", "\"\",", "<",           ">",      "<>",           "(",  "%",     "%41",
          "%4", "@", ":",    "=",    ";a",   ";a=",   ";a=\"\\\"\"", "a,",     "*,",           "a ", "\r\n ", "\r\n\t,",
          "\t", " ", "\x01", "\xff", "x",    "X",     ".",           "a.",     "1.",           "1",  "-",     "[",
          "]",  "/", "?",    "?a=",  "&a=b", "&",     "<sip:a>,",    "sip:a,", "\"a\"<sip:a>,"}) {
        const auto name = "many " + std::string{piece};
        std::string shown;
        for (const char c : name)
            shown += c > ' ' && c < '\x7f' && c != '/' && c != ':' ? std::string(1, c)
                     : c == ' '                                    ? " "
                                : "$" + std::to_string(static_cast<unsigned char>(c));
        const auto text = many(piece);
        to.one(shown + " in Contact", {.contacts = {text}});
        to.one(shown + " after Contact", {.contacts = {"<sip:c>" + text}});
        to.one(shown + " in Contact's URI", {.contacts = {"<sip:c" + text + ">"}});
        to.one(shown + " in To", {.to = text + "<sip:a@h>"});
        to.one(shown + " in To's user", {.to = "<sip:a" + many(piece, 900) + "@h>"});
        to.one(shown + " after To", {.to = "<sip:a@h>" + text});
        to.one(shown + " after From", {.from = "<sip:a@h>" + text});
        to.one(shown + " in Via", {.before = "v:SIP/2.0/UDP h" + text + "\r\n"});
        to.one(shown + " in the top Via", {.top = "v:SIP/2.0/UDP h" + many(piece, 30'000) + ";branch=z9hG4bK"});
        to.one(shown + " in the Request-URI", {.uri = "sip:h" + text});
        to.one(shown + " as the user of the Request-URI", {.uri = "sip:" + text + "@h"});
        to.one(shown + " in Require", {.before = "Require:x" + text + "\r\n"});
        to.one(shown + " in Call-ID", {.call_id = "x" + text});
        to.one(shown + " in an unknown field", {.before = "X:" + text + "\r\n"});
        to.one(shown + " as a field's name", {.before = "X" + text + ":\r\n"});
        to.one(shown + " in Expires", {.contacts = {"<sip:c>"}, .after = "Expires:" + text + "\r\n"});
        to.one(shown + " in Path of a sips Contact",
               {.uri = "sips:h", .before = "Path:<sips:h>" + text + "\r\n", .contacts = {"<sips:c>"}});
        to.one(shown + " as a body", {.after = "c:a/b\r\n", .body = text});
    }
    for (const std::string_view row :
         {"v:SIP/2.0/UDP h\r\n", "v:\r\n", "Require:x\r\n", "m:<sip:a>\r\n", "m:*\r\n", "Expires:60\r\n",
          "t:<sip:b>\r\n", "a:\r\n", "X-:a\r\n", "l:0\r\n", "Path:<sips:p>\r\n", "Authorization:a\r\n", ":\r\n",
          "\t\r\n", "x\r\n", "Route:<sip:a>\r\n", "k:a,b,c\r\n"}) {
        std::string shown{row.substr(0, row.size() - 2)};
        for (char& c : shown) c = c == '/' || c == ':' || c < ' ' ? '.' : c;
        for (const std::size_t count : {120U, 250U, 5000U}) {
            const auto name = std::to_string(count) + " rows of " + shown;
            to.one(name, {.before = times(count, row)});
            to.one(name + " behind a sips Contact",
                   {.uri = "sips:h", .contacts = {"<sips:c>"}, .after = times(count, row)});
        }
    }
    to.one("empty lines first", {.method = times(30'000, "\r\n") + "REGISTER"});
    to.one("another method", {.method = many("x")});
    to.one("a long tag", {.from = "<sip:a@h>;tag=" + many("x"), .to = "<sip:a@h>;tag=" + many("y", 3000)});
    to.one("a long branch", {.top = "v:SIP/2.0/UDP h;branch=z9hG4bK" + many("x")});
    to.one("a long branch without cookie", {.top = "v:SIP/2.0/UDP h;branch=" + many("x")});
    to.one("a CANCEL with a long URI", {.method = "CANCEL", .uri = "sip:" + many("x", 30'000)});
    to.one("OPTIONS with a long URI", {.method = "OPTIONS", .uri = "sip:" + many("x", 30'000) + "@h"});
    to.one("a long domain", {.to = "<sip:a@" + many("x.", 900) + ">"});
    to.one("tags of Require", {.before = "Require:" + many("x,", 20'000) + "x\r\n"});
    auto served = collection::settings_of(10);
    served.domains = {"h", sipwhere::with_subdomains("example.com")};
    served.case_insensitive_user = true;
    to.one("a subdomain", {.uri = "sip:" + many("x.", 30'000) + "example.com"}, served);
    to.one("a user in capitals", {.to = "<sip:" + many("X", 900) + "@h>"}, served);
    to.one("a repeat", {}, collection::settings_of(256),
           in_brackets(list(256, [](std::size_t i) { return "sip:" + short_name(i) + "@h"; })));
}

} // namespace costly

[[nodiscard]] inline auto costly_families() -> std::vector<costly_family> {
    costly::collection all;
    for (const std::size_t cap : {10U, 32U, 256U}) {
        costly::add_contacts(all, cap);
        costly::add_records(all, cap);
    }
    costly::add_fields(all);
    return std::move(all.made);
}

} // namespace sipwhere_bench

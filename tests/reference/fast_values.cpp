// SPDX-License-Identifier: BSL-1.0
//
// Fast paths to the values of a message, each beside the full one or a plain one written here.
#include <reference/exact_copy.hpp>
#include <reference/near_texts.hpp>
#include <reference/seeds.hpp>

#include <sipwhere/message/via.hpp>
#include <sipwhere/registration/registration.hpp>
#include <sipwhere/server/inspect.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::at;
using sipwhere_test::exact_copy;
using sipwhere_test::near_texts;
using sipwhere_test::rounds;

TEST_CASE("the domain of a Request-URI is found fast only where the full way finds the same") {
    near_texts texts{8};
    std::size_t fast = 0;
    for (auto round = rounds(20'000); round > 0; --round) {
        std::array<std::string, 4> names;
        std::vector<domain_rule> rules;
        std::vector<domain_alias> aliases;
        for (std::size_t i = texts.below(4); i > 0; --i) {
            names[i] = texts.host();
            const domain_rule rule = texts.below(4) == 0 ? with_subdomains(names[i]) : names[i];
            if (check({.domains = std::span{&rule, 1}})) rules.push_back(rule);
        }
        names[0] = texts.host();
        if (!rules.empty() && texts.below(4) == 0) aliases.push_back({domain_rule{names[0]}, rules.front()});
        const served_domains served{rules, aliases};
        const auto text = texts.below(2) == 0 ? "sip:" + texts.host() : texts.uri();
        host_view found;
        if (!check(served) || !detail::fast_served_host(served, text, found)) continue;
        ++fast;
        const auto uri = parse_uri(text);
        const bool is_read = uri && uri->is_sip() && same_host(uri->host, found) && uri->host.text == found.text;
        const auto local = at("192.0.2.1").address;
        CAPTURE(text);
        CHECK(is_read);
        if (!is_read) continue;
        const auto quick = served_domain(served, found, local), slow = served_domain(served, uri->host, local);
        CHECK(quick.has_value() == slow.has_value());
        if (quick && slow) CHECK(quick->text == slow->text);
    }
    CHECK(fast > rounds(20'000) / 8);
}

/// What `take_userinfo` reads, found by a look at each character.
struct userinfo {
    bool valid = true;
    bool has_user = false;
    bool has_password = false;
    std::string_view user{}, password{};
    std::size_t next = 0;
};

auto is_escaped(std::string_view text, ascii::set allowed) -> bool {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (ascii::is(text[i], allowed)) continue;
        if (text[i] != '%' || i + 2 >= text.size()) return false;
        for (const auto digit : {text[i + 1], text[i + 2]})
            if (!ascii::is(digit, ascii::set::hex)) return false;
        i += 2;
    }
    return true;
}

auto full_userinfo(std::string_view text) -> userinfo {
    const auto end = text.find('@');
    if (end == std::string_view::npos) return {};
    const auto all = text.substr(0, end);
    const auto colon = all.find(':');
    userinfo made{.has_user = true, .user = all.substr(0, colon), .next = end + 1};
    made.valid = !made.user.empty() && is_escaped(made.user, ascii::set::user);
    if (colon == std::string_view::npos) return made;
    made.has_password = true;
    made.password = all.substr(colon + 1);
    made.valid = made.valid && is_escaped(made.password, ascii::set::password);
    return made;
}

TEST_CASE("a plain user is read as any other userinfo") {
    near_texts texts{9};
    std::size_t valid = 0;
    for (auto round = rounds(30'000); round > 0; --round) {
        auto text = texts.userinfo() + texts.host() + ":5060;a=b@c";
        if (round % 2 == 0) text = texts.spoilt(text.substr(0, texts.below(text.size())));
        const exact_copy copy{text};
        const auto wanted = full_userinfo(copy.view());
        uri_view uri;
        cursor in{copy.view()};
        const auto read = detail::take_userinfo(in, uri);
        const bool same =
            static_cast<bool>(read) == wanted.valid &&
            (!read || (uri.has_user == wanted.has_user && uri.has_password == wanted.has_password &&
                       uri.user == wanted.user && uri.password == wanted.password && in.position() == wanted.next));
        valid += wanted.valid && wanted.has_user ? 1 : 0;
        CAPTURE(text);
        if (!same) CHECK(same);
    }
    CHECK(valid > rounds(30'000) / 5);
}

/// What `canonical_aor` makes, letter by letter.
auto full_aor(std::string_view user, const host_view& host, bool ignores_case) -> std::array<std::string, 2> {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    std::array<std::string, 2> made;
    for (std::size_t i = 0; i < user.size(); ++i) {
        char c = user[i];
        if (c == '%') {
            c = static_cast<char>(ascii::hex_value(user[i + 1]) * 16 + ascii::hex_value(user[i + 2]));
            i += 2;
        }
        made[0] += ignores_case ? small(c) : c;
    }
    for (const char c : host.text) made[1] += small(c);
    if (made[1].ends_with('.')) made[1].pop_back();
    return made;
}

TEST_CASE("an address-of-record is its canonical self, whether it had to be written or stood so already") {
    near_texts texts{10};
    std::size_t checked = 0;
    for (auto round = rounds(20'000); round > 0; --round) {
        const auto text = "sip:" + texts.userinfo() + texts.host();
        const auto uri = parse_uri(text);
        if (!uri || uri->host.kind != host_kind::name) continue;
        ++checked;
        const bool ignores_case = texts.below(2) == 0;
        const auto wanted = full_aor(uri->user, uri->host, ignores_case);
        std::array<char, 60> bytes{};
        const auto size = texts.below(bytes.size());
        const auto made = canonical_aor(uri->user, uri->host, ignores_case, std::span{bytes}.first(size));
        const bool fits = wanted[0].size() + wanted[1].size() <= size;
        const bool same =
            static_cast<bool>(made) == fits && (!made || (made->user == wanted[0] && made->domain == wanted[1]));
        CAPTURE(text);
        if (!same) CHECK(same);
    }
    CHECK(checked > rounds(20'000) / 4);
}

TEST_CASE("the sent-protocol of a Via is read fast as it would be in another case") {
    near_texts texts{11};
    std::size_t read = 0;
    for (auto round = rounds(20'000); round > 0; --round) {
        constexpr std::string_view usual = "SIP/2.0/";
        const auto behind = texts.spoilt("UDP 192.0.2.1;branch=z9hG4bK1").substr(0, 12);
        const exact_copy fast{std::string{usual} + behind}, full{"sIP/2.0/" + behind};
        cursor quick{fast.view()}, slow{full.view()};
        const auto a = detail::take_sent_protocol(quick), b = detail::take_sent_protocol(slow);
        const bool same = static_cast<bool>(a) == static_cast<bool>(b) && quick.position() == slow.position() &&
                          (a ? *a == *b : a.error().at == b.error().at);
        read += a ? 1 : 0;
        CAPTURE(behind);
        if (!same) CHECK(same);
    }
    CHECK(read > rounds(20'000) / 4);
}

TEST_CASE("a parameter said twice is found as by comparing each name with each") {
    near_texts texts{12};
    std::size_t repeated = 0;
    for (auto round = rounds(10'000); round > 0; --round) {
        std::vector<std::string> names;
        std::string text;
        for (auto count = 1 + texts.below(12); count > 0; --count) {
            auto name =
                texts.one_of({"a", "ab", "b", "tag", "TAG", "ta", "expires", "expire", "q", "rport", "x-y", "a!"});
            name += texts.below(2) == 0 ? std::string(texts.below(70), 'n') : std::string{};
            text += ";" + name + texts.one_of({"", "=v", " = v", "=\"v\""});
            for (char& c : name) c = ascii::lower(c);
            names.push_back(std::move(name));
        }
        std::sort(names.begin(), names.end());
        const bool twice = std::adjacent_find(names.begin(), names.end()) != names.end();
        cursor in{text};
        const bool ok = static_cast<bool>(parse_params(in));
        repeated += twice ? 1 : 0;
        CAPTURE(text);
        if (ok == twice) CHECK(ok != twice);
    }
    CHECK(repeated > rounds(10'000) / 10);
    CHECK(repeated < rounds(10'000));
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/config/settings_fault.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/memory/fixed_memory.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

using small_memory = fixed_request_memory<memory_sizes{
    .contacts = 3, .bindings = 5, .record = 700, .gone = 100, .answer = 900, .aor = 40, .responses = 2}>;

/// Returns: what a person is told when settings are refused.
auto said_of(errc why, const settings& asked) -> std::string {
    small_memory memory;
    return std::string{explanation{why, asked, memory.view()}.text()};
}

/// Returns: the sentence about an interval, for limits whose sizes fit.
auto said_of_intervals(const limits& asked) -> std::string {
    return said_of(errc::contradicting_limits, {.limits = asked});
}

/// Returns: the sentence about a size; those that are not asked for are left to the memory.
auto said_of_sizes(limits asked) -> std::string {
    if (asked.max_contacts == limits{}.max_contacts) asked.max_contacts = 0;
    if (asked.max_contact_bytes == limits{}.max_contact_bytes) asked.max_contact_bytes = 0;
    return said_of(errc::capacity_exceeded, {.limits = asked});
}

TEST_CASE("an interval that contradicts another is named, and so is the other") {
    CHECK(said_of_intervals({.min_expires = 30s, .max_expires = 20s}) == "max_expires 20 s is below min_expires 30 s");
    CHECK(said_of_intervals({.default_expires = 29s}) == "default_expires 29 s is below min_expires 30 s");
    CHECK(said_of_intervals({.default_expires = 301s}) == "default_expires 301 s is above max_expires 300 s");
}

TEST_CASE("an interval that is no interval is named with its bound") {
    CHECK(said_of_intervals({.min_expires = -1s}) == "min_expires -1 s is below 0 s");
    CHECK(said_of_intervals({.min_expires = 0s, .max_expires = 0s}) == "max_expires 0 s is below 1 s");
    CHECK(said_of_intervals({.max_expires = 4294967295s}) == "max_expires 4294967295 s is above 4294967294 s");
    CHECK(said_of_intervals({.retry_after = -1s}) == "retry_after -1 s is below 0 s");
    CHECK(said_of_intervals({.retry_after = 4294967295s}) == "retry_after 4294967295 s is above 4294967294 s");
    CHECK(said_of_intervals({.min_expires = std::chrono::seconds::min()}) ==
          "min_expires -9223372036854775808 s is below 0 s");
}

TEST_CASE("a size is named with what the memory holds") {
    CHECK(said_of_sizes({.max_contacts = 300}) == "max_contacts 300: the memory holds 5 bindings of a record");
    CHECK(said_of_sizes({.max_request_contacts = 4}) ==
          "max_request_contacts 4: the memory holds 3 contacts of a request");
    CHECK(said_of_sizes({.max_contact_bytes = 701}) == "max_contact_bytes 701: the memory holds 700 bytes of a record");
    CHECK(said_of_sizes({.max_aor_bytes = 41}) ==
          "max_aor_bytes 41: the memory holds 40 bytes of an address-of-record");
    CHECK(said_of_sizes({.max_answer_bytes = 901}) == "max_answer_bytes 901: the memory holds 900 bytes of an answer");
    CHECK(said_of_sizes({.max_alike = 32}) == "max_alike 32 is above 31");
}

TEST_CASE("a memory that holds nothing is named even by who left the size to it") {
    small_memory memory;
    auto view = memory.view();
    view.answer = {};
    const settings asked{.limits = {.max_contacts = 0, .max_contact_bytes = 0}};
    CHECK(explanation{errc::capacity_exceeded, asked, view}.text() ==
          "max_answer_bytes 0: the memory holds 0 bytes of an answer");
}

TEST_CASE("a text that is no domain is shown, and an alias of what is not served") {
    const auto said = [](const settings& asked) { return said_of(errc::bad_domain, asked); };
    CHECK(said({.domains = {"a", "not a domain"}}) == "the domain 'not a domain' is not a host name or address");
    CHECK(said({.domains = {with_subdomains("192.0.2.1")}}) ==
          "the domain '192.0.2.1' is an address and has no subdomains");
    CHECK(said({.domains = {with_subdomains("a b")}}) == "the domain 'a b' is not a host name or address");
    CHECK(said({.domains = {"a"}, .aliases = {{"b", "a"}, {"", "a"}}}) == "the alias '' is not a host name or address");
    CHECK(said({.aliases = {{"a", "b:1"}}}) == "the alias 'b:1' is not a host name or address");
    CHECK(said({.domains = {"example.com"}, .aliases = {{"a", "example.org"}}}) ==
          "alias of 'example.org', which is not served");
    const std::string tall(300, '!');
    CHECK(said({.domains = {tall}}) == "the domain '" + std::string(64, '!') + "…' is not a host name or address");
}

TEST_CASE("a list with too many values in braces is named") {
    const domain_rule d{"a"};
    const domain_alias a{"b", "a"};
    CHECK(said_of(errc::capacity_exceeded, {.domains = {d, d, d, d, d, d, d, d, d, d, d, d, d, d, d, d, d}}) ==
          "domains: more than 16 in braces; keep them in an array or a vector");
    CHECK(said_of(errc::capacity_exceeded, {.aliases = {a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a}}) ==
          "aliases: more than 16 in braces; keep them in an array or a vector");
}

TEST_CASE("a setting whose code the memory leaves out is named, each of them") {
    const auto said = [](const settings& asked) {
        CHECK(needs_all_settings(asked));
        return said_of(errc::left_out, asked);
    };
    CHECK(said({.limits = {.same_cseq = same_cseq::show}}) == "same_cseq needs memory_sizes::all_settings");
    CHECK(said({.options_user = options_user::bound}) == "options_user needs memory_sizes::all_settings");
    CHECK(said({.keep_user_agent = true}) == "keep_user_agent needs memory_sizes::all_settings");
    CHECK(said({.options_contact = true}) == "options_contact needs memory_sizes::all_settings");
}

TEST_CASE("an error of something else is told as it is") {
    CHECK(said_of(errc::address_in_use, {}) == message(errc::address_in_use));
    CHECK(said_of(errc::bad_domain, {}) == message(errc::bad_domain));
    CHECK(explanation{errc::timed_out}.text() == message(errc::timed_out));
}

TEST_CASE("who writes a fault names the settings") {
    small_memory memory;
    const settings asked{.limits = {.max_expires = 20s}};
    std::array<char, 80> room{};
    writer out{room};
    write_fault(out, find_fault(errc::contradicting_limits, asked, memory.view()),
                [](writer& to, std::string_view name) { to.put('<').put(name).put('>'); });
    CHECK(out.text() == "<max_expires> 20 s is below <min_expires> 30 s");
}

TEST_CASE("a fault is found in just those limits that are refused") {
    xoshiro256 chance{7};
    const auto draw = [&chance](auto... values) {
        const std::array all{static_cast<std::int64_t>(values)...};
        return all[chance.next() % all.size()];
    };
    std::size_t refused = 0;
    for (int round = 0; round < 5'000; ++round) {
        const auto seconds = [&] {
            return std::chrono::seconds{draw(-1, 0, 1, 30, 30, 31, 300, 0xfffffffe, 0xffffffff)};
        };
        const auto size = [&](int most) { return static_cast<std::size_t>(draw(0, 0, 0, 1, most, most, most + 1)); };
        limits asked{
            .min_expires = seconds(), .max_expires = seconds(), .default_expires = seconds(), .retry_after = seconds()};
        if (draw(0, 1) == 0) asked = {};
        asked.max_contacts = size(5);
        asked.max_request_contacts = size(3);
        asked.max_contact_bytes = size(700);
        asked.max_alike = size(31);
        asked.max_aor_bytes = size(40);
        asked.max_answer_bytes = size(900);
        small_memory memory;
        auto wanted = asked;
        const auto holds = complete(wanted, memory.view());
        for (const auto why : {errc::contradicting_limits, errc::capacity_exceeded}) {
            const auto found = find_fault(why, {.limits = asked}, memory.view());
            const bool is_why = !holds && holds.error().code == why;
            if (is_why || holds) CHECK((found.kind != settings_fault::reason::unknown) == is_why);
        }
        refused += holds ? 0U : 1U;
    }
    CHECK(refused > 1'000);
    CHECK(refused < 4'500);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/rules/match.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::record_of;
using sipwhere_test::second;
using sipwhere_test::uri;

constexpr auto bound_as(std::string_view bound, seconds32 due = 2000) -> binding_view {
    return {.uri = bound, .due = due};
}

/// Returns: the indices of the bindings that a contact means, at second 1000.
auto meant(std::string_view contact, const owned_record& record) -> std::vector<std::size_t> {
    std::vector<std::size_t> hits;
    CHECK(for_each_match(uri(contact), record.view(), second(1000), [&](std::size_t index, const brief_binding&) {
        hits.push_back(index);
        return true;
    }));
    return hits;
}

using hits = std::vector<std::size_t>;

TEST_CASE("a contact means the binding of the same octets alone, even beside others that are equal") {
    const auto record = record_of({bound_as("sip:a@EXAMPLE.net"), bound_as("sip:a@example.net")});
    CHECK(meant("sip:a@example.net", record) == hits{1});
    CHECK(meant("sip:a@EXAMPLE.net", record) == hits{0});
}

TEST_CASE("without the same octets a contact means all that are equal (RFC 3261 §19.1.4)") {
    const auto record = record_of(
        {bound_as("sip:a@example.net;x=1"), bound_as("sip:b@example.net"), bound_as("sip:a@example.net;x=2")});
    CHECK(meant("sip:a@example.net", record) == hits{0, 2});
    CHECK(meant("sip:a@EXAMPLE.net;x=2", record) == hits{2});
    CHECK(meant("sip:c@example.net", record) == hits{});
}

TEST_CASE("a contact of another scheme is compared as well (R3261-10.2.1-a)") {
    const auto record = record_of({bound_as("tel:+12015550123"), bound_as("mailto:a@example.net")});
    CHECK(meant("TEL:+12015550123", record) == hits{0});
    CHECK(meant("mailto:a@example.net", record) == hits{1});
}

TEST_CASE("a binding that is due is not meant, neither by octets nor by equality") {
    const auto record = record_of({bound_as("sip:a@example.net", 1000), bound_as("sip:a@EXAMPLE.net", 1001)});
    CHECK(meant("sip:a@example.net", record) == hits{1});
    CHECK(meant("sip:a@Example.net", record) == hits{1});
}

TEST_CASE("the search ends at the first hit that says so, and tells it") {
    const auto record = record_of({bound_as("sip:a@example.net;x=1"), bound_as("sip:a@example.net;x=2")});
    for (const auto* contact : {"sip:a@example.net", "sip:a@example.net;x=1"}) {
        int asked = 0;
        CHECK(!for_each_match(uri(contact), record.view(), second(1000), [&](std::size_t, const brief_binding&) {
            ++asked;
            return false;
        }));
        CHECK(asked == 1);
    }
}

TEST_CASE("a bound text that is no URI is meant by the same octets alone") {
    CHECK(means(uri("sip:a@example.net"), "sip:a@example.net"));
    CHECK(means(uri("sip:a@example.net"), "SIP:a@example.net"));
    CHECK(!means(uri("sip:a@example.net"), "no uri"));
}

} // namespace

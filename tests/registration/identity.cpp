// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/identity.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::record_of;
using sipwhere_test::second;
using sipwhere_test::uri;

constexpr auto bound_as(std::string_view bound, seconds32 due = 2000) -> binding_view {
    return {.uri = bound, .due = due};
}

/// Contacts held against a record at second 1000.
struct held {
    std::vector<contact_view> contacts;
    std::vector<compared_contact> compared;
    std::vector<binding_change> changes;
    matching found;

    held(std::initializer_list<std::string_view> uris, const owned_record& record)
        : contacts(contacts_of(uris)), compared(uris.size()), changes(changes_of(record.view())),
          found(contacts, record.view(), compared, changes) {}

    static auto contacts_of(std::initializer_list<std::string_view> uris) -> std::vector<contact_view> {
        std::vector<contact_view> made;
        for (const auto text : uris) made.push_back({.uri = uri(text)});
        return made;
    }
    static auto changes_of(record_view record) -> std::vector<binding_change> {
        std::vector<binding_change> made;
        for (const auto binding : record)
            made.push_back({.kind = binding.is_live(second(1000)) ? change::kept : change::expired});
        return made;
    }

    /// Returns: the places of the bindings that a contact means.
    auto meant(std::size_t contact) -> std::vector<std::size_t> {
        std::vector<std::size_t> hits;
        found.for_each_meant(contact, [&](std::size_t at, bool) { hits.push_back(at); });
        return hits;
    }
};

constexpr hash_key secret_of_matching{1, 2};

auto meant(std::string_view contact, const owned_record& record) -> std::vector<std::size_t> {
    held it{{contact}, record};
    REQUIRE(it.found.run(secret_of_matching, 16));
    return it.meant(0);
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

TEST_CASE("each contact means its own bindings, also where many are alike") {
    const auto record = record_of({bound_as("sip:a@example.net;x=1"), bound_as("sip:a@example.net;x=2"),
                                   bound_as("sip:b@example.net"), bound_as("sip:a@example.net;y=1")});
    held it{{"sip:b@EXAMPLE.net", "sip:a@example.net;x=3", "sip:a@EXAMPLE.net;x=2", "sip:a@example.net;x=1",
             "sip:a@example.net;z"},
            record};
    REQUIRE(it.found.run(secret_of_matching, 16));
    CHECK(it.meant(0) == hits{2});
    CHECK(it.meant(1) == hits{3});
    CHECK(it.meant(2) == hits{1, 3});
    CHECK(it.meant(3) == hits{0});
    CHECK(it.meant(4) == hits{0, 1, 3});
    CHECK(matching::is_meant(it.changes[0]));
    held other{{"sip:a@example.net;x=1"}, record};
    REQUIRE(other.found.run(secret_of_matching, 16));
    CHECK(!matching::is_meant(other.changes[3]));
}

TEST_CASE("a static binding is meant as any other, and known as one") {
    const auto record = record_of({bound_as("sip:a@example.net", never32), bound_as("sip:a@example.net;x=1")});
    held it{{"sip:a@EXAMPLE.net"}, record};
    REQUIRE(it.found.run(secret_of_matching, 16));
    std::vector<bool> statics;
    it.found.for_each_meant(0, [&](std::size_t, bool is_static) { statics.push_back(is_static); });
    CHECK(statics == std::vector<bool>{true, false});
    held none{{"sip:b@example.net"}, record};
    REQUIRE(none.found.run(secret_of_matching, 16));
    CHECK(!matching::is_meant(none.changes[0]));
}

TEST_CASE("of two bindings with the very same octets the first is meant") {
    const auto record = record_of({bound_as("sip:a@example.net", never32), bound_as("sip:a@example.net")});
    CHECK(meant("sip:a@example.net", record) == hits{0});
}

TEST_CASE("a contact is superseded by a later one that is equal, not by an earlier one") {
    held it{{"sip:a@example.net;x=1", "sip:b@example.net", "sip:A@example.net", "sip:a@example.net;x=2",
             "sip:a@EXAMPLE.net;y"},
            {}};
    REQUIRE(it.found.run(secret_of_matching, 16));
    std::string superseded;
    for (std::size_t i = 0; i < 5; ++i) superseded += it.found.is_superseded(i) ? 's' : '-';
    CHECK(superseded == "s--s-");
}

TEST_CASE("contacts that are alike are counted, up to the cap") {
    held it{{"sip:a@example.net;x=1", "sip:b@example.net", "sip:a@example.net;x=2", "sip:a@example.net"}, {}};
    CHECK(it.found.run(secret_of_matching, 3));
    CHECK(!it.found.run(secret_of_matching, 2));
}

TEST_CASE("31 contacts that are alike can be told apart") {
    std::vector<std::string> texts;
    for (int i = 0; i < 31; ++i) texts.push_back("sip:a@example.net;x=" + std::to_string(i));
    const auto record = record_of({bound_as("sip:a@EXAMPLE.net;x=0"), bound_as("sip:a@EXAMPLE.net;x=30")});
    std::vector<contact_view> contacts;
    for (const auto& text : texts) contacts.push_back({.uri = uri(text)});
    std::vector<compared_contact> compared(31);
    std::vector<binding_change> changes(2);
    matching found{contacts, record.view(), compared, changes};
    REQUIRE(found.run(secret_of_matching, most_alike));
    std::string all;
    for (std::size_t i = 0; i < 31; ++i)
        found.for_each_meant(i,
                             [&](std::size_t at, bool) { all += std::to_string(i) + ":" + std::to_string(at) + " "; });
    CHECK(all == "0:0 30:1 ");
}

TEST_CASE("a bound text that is no URI is meant by none that is one") {
    CHECK(meant("sip:a@example.net", record_of({bound_as("no uri")})) == hits{});
    CHECK(meant("sip:a@example.net", record_of({bound_as("SIP:a@example.net")})) == hits{0});
}

} // namespace

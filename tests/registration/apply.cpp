// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/apply.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::asking;
using sipwhere_test::at;
using sipwhere_test::record_of;
using sipwhere_test::second;

/// Applies decisions at 1000.5 s.
struct applying {
    std::vector<binding_change> bindings{};
    std::vector<contact_change> contacts{};
    instant now = second(1000) + std::chrono::milliseconds{500};
    limits rules{};
    std::size_t room = 65536;
    std::vector<char> bytes{};

    auto operator()(const asking& asked, const owned_record& record) -> std::optional<record_view> {
        bytes.resize(room);
        const decision decided{true, bindings, contacts};
        return apply(asked.registration, record.view(), decided, rules, now, bytes);
    }
};

auto uris_of(record_view record) -> std::string {
    std::string all;
    for (const auto binding : record) all += std::string{binding.uri} + " ";
    return all;
}

constexpr contact_change created_for_60{.kind = change::created, .granted = 60};

TEST_CASE("a created binding holds all that its request said (R3261-10.3-7p)") {
    asking asked{"<sip:a@192.0.2.1>;q=0.5;x=\"1\""};
    const flow came{.remote = at("192.0.2.7", 40000), .local = at("192.0.2.100"), .listener = 3};
    asked.registration.source = &came;
    applying it{.contacts = {created_for_60}};

    const auto made = it(asked, {});

    REQUIRE(made);
    REQUIRE(made->size() == 1);
    const auto binding = *made->begin();
    CHECK(binding.uri == "sip:a@192.0.2.1");
    CHECK(binding.params == ";q=0.5;x=\"1\"");
    CHECK(binding.call_id == "call");
    CHECK(binding.path.empty());
    CHECK(binding.cseq == 2);
    CHECK(binding.q == 500);
    CHECK(binding.source == came);
    CHECK(binding.due == 1061); // not before 1060.5 s
    CHECK(binding.first == 1000);
    CHECK(binding.last == 1000);
}

TEST_CASE("an interval that begins on a whole second ends on one") {
    applying it{.contacts = {created_for_60}, .now = second(1000)};
    CHECK((*it(asking{"sip:a@192.0.2.1"}, {})->begin()).due == 1060);
}

TEST_CASE("an end beyond the last second that a store can keep is that second, never the mark of static bindings") {
    applying it{.contacts = {{.kind = change::created, .granted = 0xfffffffe}}};
    CHECK((*it(asking{"sip:a@192.0.2.1"}, {})->begin()).due == never32 - 1);
    it.contacts[0].granted = never32 - 1 - 1001;
    CHECK((*it(asking{"sip:a@192.0.2.1"}, {})->begin()).due == never32 - 1);
    it.contacts[0].granted = never32 - 2 - 1001;
    CHECK((*it(asking{"sip:a@192.0.2.1"}, {})->begin()).due == never32 - 2);
}

TEST_CASE("parameters are kept as they were given, without expires") {
    applying it{.contacts = {created_for_60}};
    const auto params = [&](std::string_view contact) {
        return std::string{(*it(asking{contact}, {})->begin()).params};
    };
    CHECK(params("<sip:a@192.0.2.1>").empty());
    CHECK(params("<sip:a@192.0.2.1>;expires=60").empty());
    CHECK(params("<sip:a@192.0.2.1>;q=0.1;EXPIRES=60;+sip.ice") == ";q=0.1;+sip.ice");
    CHECK(params("<sip:a@192.0.2.1>;expires=60;+sip.ice") == ";+sip.ice");
    CHECK(params("<sip:a@192.0.2.1>;q=0.1 ; expires = 60") == ";q=0.1");
    CHECK(params("<sip:a@192.0.2.1>;X=\"a;expires=1\";expires=60") == ";X=\"a;expires=1\"");
    CHECK(params("<sip:a@192.0.2.1> ; q = 0.1") == "; q = 0.1");
}

TEST_CASE("old bindings keep their places and new ones come last") {
    applying it{.bindings = {{.kind = change::kept},
                             {.kind = change::refreshed, .contact = 1},
                             {.kind = change::removed},
                             {.kind = change::expired},
                             {.kind = change::kept}},
                .contacts = {created_for_60, {.kind = change::refreshed, .binding = 1, .granted = 90}, created_for_60}};
    const auto record = record_of({{.uri = "sip:1@192.0.2.1", .due = 2000, .first = 5, .last = 6},
                                   {.uri = "sip:2@192.0.2.1", .due = 2000, .first = 7, .last = 8},
                                   {.uri = "sip:3@192.0.2.1", .due = 2000},
                                   {.uri = "sip:4@192.0.2.1", .due = 2000},
                                   {.uri = "sip:5@192.0.2.1", .due = 2000}});

    const auto made = it(asking{"sip:n@192.0.2.1", "sip:TWO@192.0.2.1", "sip:m@192.0.2.1"}, record);

    REQUIRE(made);
    CHECK(uris_of(*made) == "sip:1@192.0.2.1 sip:TWO@192.0.2.1 sip:5@192.0.2.1 sip:n@192.0.2.1 sip:m@192.0.2.1 ");
    auto binding = made->begin();
    CHECK((*binding).first == 5);
    CHECK((*binding).last == 6);
    CHECK((*binding).due == 2000);
    ++binding;
    CHECK((*binding).first == 7); // it keeps the time of its creation
    CHECK((*binding).last == 1000);
    CHECK((*binding).due == 1091);
}

TEST_CASE("contacts that are removed, superseded or static leave nothing") {
    applying it{.contacts = {{.kind = change::removed}, {.kind = change::superseded}, {.kind = change::kept}}};
    const auto made = it(asking{"sip:a@192.0.2.1", "sip:b@192.0.2.1", "sip:c@192.0.2.1"}, {});
    REQUIRE(made);
    CHECK(made->size() == 0);
    CHECK(made->tag_count() == 1);
}

TEST_CASE("the record remembers the transaction, with the second it was committed in") {
    applying it{.contacts = {created_for_60}};
    const auto made = it(asking{"sip:a@192.0.2.1"}, {});
    REQUIRE(made->tag_count() == 1);
    CHECK(made->tag(0).transaction == 2);
    CHECK(made->tag(0).request == 4);
    CHECK(made->tag(0).cseq == 2);
    CHECK(made->tag(0).since == 1000);
}

TEST_CASE("a record remembers two transactions for each binding it may have") {
    applying it{.rules = {.max_contacts = 2}};
    const auto made = it(asking{}, record_of({}, {{.call_id = 1, .since = 990},
                                                  {.call_id = 2, .since = 991},
                                                  {.call_id = 3, .since = 992},
                                                  {.call_id = 4, .since = 993}}));
    REQUIRE(made->tag_count() == 4);
    CHECK(made->tag(0).call_id == 2);
    CHECK(made->tag(3).transaction == 2);
}

TEST_CASE("a record that does not fit is none, to the byte") {
    const asking asked{"<sip:a@192.0.2.1>;q=0.1;expires=60;x", "sip:b@192.0.2.1"};
    const auto old = record_of({{.uri = "sip:c@192.0.2.1", .due = 2000}, {.uri = "sip:a@192.0.2.1", .due = 2000}});
    applying it{.bindings = {{.kind = change::kept}, {.kind = change::refreshed, .contact = 0}},
                .contacts = {{.kind = change::refreshed, .binding = 1, .granted = 60}, created_for_60}};
    const auto size = it(asked, old)->bytes().size();
    for (it.room = 0; it.room < size; ++it.room) CHECK(!it(asked, old));
    CHECK(it(asked, old));
}

} // namespace

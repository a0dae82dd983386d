// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/caps.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::asking;
using sipwhere_test::record_of;

constexpr refusal too_many{status::forbidden, "Too Many Contacts"};

/// A record of three bindings, the middle one refreshed longest ago, and a decision about it.
struct full_record {
    owned_record record = record_of({{.uri = "sip:a@192.0.2.1", .due = 9, .last = 3},
                                     {.uri = "sip:b@192.0.2.1", .due = 9, .last = 1},
                                     {.uri = "sip:c@192.0.2.1", .due = 9, .last = 2}});
    std::vector<binding_change> bindings = std::vector<binding_change>(3);
    std::vector<compared_contact> compared = std::vector<compared_contact>(4);
    limits rules{.max_contacts = 3};

    /// Holds one created contact for each change against the caps.
    auto asks_for(std::initializer_list<change> kinds) -> std::optional<refusal> {
        std::vector<contact_change> contacts;
        for (const auto kind : kinds) contacts.push_back({.kind = kind});
        return asks_for(asking{"<sip:x@192.0.2.1>", "<sip:y@192.0.2.1>", "<sip:z@192.0.2.1>", "<sip:w@192.0.2.1>"},
                        contacts);
    }

    /// Holds the first contacts of a request against the caps, with what is decided about them.
    auto asks_for(const asking& asked, const std::vector<contact_change>& contacts) -> std::optional<refusal> {
        auto registration = asked.registration;
        registration.contacts = registration.contacts.first(contacts.size());
        return apply_caps(registration, record.view(), rules, compared, bindings, contacts);
    }

    /// Returns: "k", "r", "x" for each binding that is kept, refreshed or removed.
    [[nodiscard]] auto changes() const -> std::string {
        std::string all;
        for (const auto& old : bindings)
            all += old.kind == change::kept        ? 'k'
                   : old.kind == change::refreshed ? 'r'
                   : old.kind == change::removed   ? 'x'
                                                   : '-';
        return all;
    }
};

TEST_CASE("a contact more than the cap is refused, and one up to it is not") {
    full_record it;
    CHECK(it.asks_for({change::created}) == too_many);
    it.rules.max_contacts = 4;
    CHECK(it.asks_for({change::created}) == std::nullopt);
    CHECK(it.asks_for({change::created, change::created}) == too_many);
    CHECK(it.changes() == "kkk");
}

TEST_CASE("what goes or has gone makes room") {
    full_record it;
    it.bindings[0].kind = change::removed;
    CHECK(it.asks_for({change::created, change::removed}) == std::nullopt);
    it.bindings[1].kind = change::expired;
    CHECK(it.asks_for({change::created, change::created}) == std::nullopt);
    CHECK(it.asks_for({change::created, change::created, change::created}) == too_many);
}

TEST_CASE("what is refreshed keeps its place") {
    full_record it;
    it.bindings[0].kind = change::refreshed;
    CHECK(it.asks_for({change::refreshed, change::created}) == too_many);
}

TEST_CASE("a request that adds nothing passes, though the cap has been lowered since") {
    full_record it;
    it.rules.max_contacts = 1;
    CHECK(it.asks_for({change::refreshed}) == std::nullopt);
    CHECK(it.asks_for({change::removed, change::superseded, change::kept}) == std::nullopt);
}

TEST_CASE("replace_oldest takes out what was refreshed longest ago, as many as are needed") {
    full_record it;
    it.rules.when_full = when_full::replace_oldest;
    CHECK(it.asks_for({change::created}) == std::nullopt);
    CHECK(it.changes() == "kxk");
    CHECK(it.asks_for({change::created, change::created}) == std::nullopt);
    CHECK(it.changes() == "kxx");
}

TEST_CASE("replace_oldest takes out nothing while there is room") {
    full_record it;
    it.rules.when_full = when_full::replace_oldest;
    it.rules.max_contacts = 4;
    CHECK(it.asks_for({change::created}) == std::nullopt);
    CHECK(it.changes() == "kkk");
}

TEST_CASE("of two refreshed in the same second the one created first goes") {
    full_record it;
    it.record = record_of({{.uri = "sip:a@192.0.2.1", .due = 9, .last = 1},
                           {.uri = "sip:b@192.0.2.1", .due = 9, .last = 1},
                           {.uri = "sip:c@192.0.2.1", .due = 9, .last = 1}});
    it.rules.when_full = when_full::replace_oldest;
    CHECK(it.asks_for({change::created}) == std::nullopt);
    CHECK(it.changes() == "xkk");
}

TEST_CASE("replace_oldest never takes out what the request itself refreshes") {
    full_record it;
    it.rules.when_full = when_full::replace_oldest;
    it.bindings[1].kind = change::refreshed;
    CHECK(it.asks_for({change::refreshed, change::created}) == std::nullopt);
    CHECK(it.changes() == "krx");
}

TEST_CASE("replace_oldest refuses what can't fit even alone") {
    full_record it;
    it.rules.when_full = when_full::replace_oldest;
    CHECK(it.asks_for({change::created, change::created, change::created, change::created}) == too_many);
}

TEST_CASE("replace_all takes out everything that the request does not name") {
    full_record it;
    it.rules.when_full = when_full::replace_all;
    it.bindings[0].kind = change::refreshed;
    CHECK(it.asks_for({change::refreshed, change::created}) == std::nullopt);
    CHECK(it.changes() == "rxx");
}

TEST_CASE("replace_all takes out nothing while there is room") {
    full_record it;
    it.rules.when_full = when_full::replace_all;
    it.rules.max_contacts = 4;
    CHECK(it.asks_for({change::created}) == std::nullopt);
    CHECK(it.changes() == "kkk");
}

TEST_CASE("a static binding counts, but is never taken out") {
    full_record it;
    it.record = record_of({{.uri = "sip:a@192.0.2.1", .due = never32, .last = 1},
                           {.uri = "sip:b@192.0.2.1", .due = never32, .last = 1},
                           {.uri = "sip:c@192.0.2.1", .due = 9, .last = 2}});
    it.rules.when_full = when_full::replace_oldest;
    CHECK(it.asks_for({change::created}) == std::nullopt);
    CHECK(it.changes() == "kkx");
    it.rules.when_full = when_full::replace_all;
    CHECK(it.asks_for({change::created, change::created}) == too_many);
}

TEST_CASE("a contact longer than the cap is refused, whether it is new or refreshes") {
    constexpr refusal too_long{status::forbidden, "Contact Too Long"};
    full_record it;
    it.rules.max_contacts = 9;
    const asking asked{"<sip:x@192.0.2.1>;p=1"};
    const auto held = [&](change kind, std::size_t most) {
        it.rules.max_contact_bytes = most;
        return it.asks_for(asked, {{.kind = kind}});
    };
    const auto bytes = std::string_view{"sip:x@192.0.2.1;p=1call"}.size();
    CHECK(held(change::created, bytes) == std::nullopt);
    CHECK(held(change::created, bytes - 1) == too_long);
    CHECK(held(change::refreshed, bytes - 1) == too_long);
    CHECK(held(change::removed, bytes - 1) == std::nullopt);
    CHECK(held(change::superseded, bytes - 1) == std::nullopt);
    CHECK(held(change::kept, bytes - 1) == std::nullopt);

    it.rules.max_contact_bytes = 1024;
    const auto held_id = [&](change kind, std::size_t most) {
        it.rules.max_call_id_bytes = most;
        return it.asks_for(asked, {{.kind = kind}});
    };
    constexpr refusal long_id{status::forbidden, "Call-ID Too Long"};
    CHECK(held_id(change::created, 4) == std::nullopt);
    CHECK(held_id(change::created, 3) == long_id);
    CHECK(held_id(change::refreshed, 3) == long_id);
    CHECK(held_id(change::removed, 3) == std::nullopt);
    it.rules = {.max_contacts = 9, .max_contact_bytes = bytes - 1};

    const asking two{"<sip:x@192.0.2.1>", "<sip:longer@192.0.2.1>"};
    CHECK(it.asks_for(two, {{.kind = change::created}, {.kind = change::created}}) == too_long);
}

TEST_CASE("many give way in one go, the oldest first, those of the same second in their order") {
    full_record it;
    std::vector<binding_view> bound;
    for (const seconds32 last : {7U, 3U, 9U, 3U, 1U, 3U, 5U, 3U})
        bound.push_back({.uri = "sip:a@192.0.2.1", .due = 90, .last = last});
    it.record = record_of(bound);
    it.rules = {.max_contacts = 8, .when_full = when_full::replace_oldest};
    for (const auto& [count, left] : {std::pair{1U, "kkkkxkkk"}, {2U, "kxkkxkkk"}, {4U, "kxkxxxkk"}}) {
        it.bindings = std::vector<binding_change>(8);
        const std::vector<contact_change> contacts(count, {.kind = change::created});
        CHECK(it.asks_for(asking{"<sip:x@192.0.2.1>", "<sip:y@192.0.2.1>", "<sip:z@192.0.2.1>", "<sip:w@192.0.2.1>"},
                          contacts) == std::nullopt);
        CHECK(it.changes() == left);
    }
}

TEST_CASE("bindings that are alike are capped, if a contact adds to them") {
    full_record it;
    it.rules = {.max_contacts = 10, .max_alike = 3};
    const asking asked{"<sip:x@192.0.2.1>", "<sip:y@192.0.2.1>"};
    const auto ask = [&](std::vector<contact_change> contacts, std::uint64_t first = 7, std::uint64_t second = 7) {
        it.compared[0].identity.core = first;
        it.compared[1].identity.core = second;
        return it.asks_for(asked, contacts);
    };
    for (auto& old : it.bindings) old.core = 7;
    CHECK(ask({{.kind = change::created}}, 8) == std::nullopt);
    CHECK(ask({{.kind = change::refreshed}}) == std::nullopt);
    CHECK(ask({{.kind = change::created}}) == too_many_alike);
    it.bindings[1].kind = change::refreshed;
    CHECK(ask({{.kind = change::created}}) == too_many_alike);
    it.bindings[1].kind = change::removed;
    CHECK(ask({{.kind = change::created}}) == std::nullopt);
    CHECK(ask({{.kind = change::created}, {.kind = change::created}}) == too_many_alike);
    CHECK(ask({{.kind = change::created}, {.kind = change::created}}, 7, 8) == std::nullopt);
    CHECK(ask({{.kind = change::created}, {.kind = change::superseded}}) == std::nullopt);
}

} // namespace

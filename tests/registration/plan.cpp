// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/plan.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::asking;
using sipwhere_test::record_of;
using sipwhere_test::second;

/// A binding of the request `call`, CSeq 1, that is due in second 2000.
constexpr auto bound(std::string_view uri, std::string_view call_id = "call", std::uint32_t cseq = 1) -> binding_view {
    return {.uri = uri, .call_id = call_id, .cseq = cseq, .due = 2000, .first = 900, .last = 900};
}

/// Decides, in second 1000, and tells the decision in letters.
struct planning {
    limits rules{};
    instant now = second(1000);
    heap_request_memory memory{};
    decision made{};

    auto operator()(const asking& asked, const owned_record& record) -> std::optional<refusal> {
        const auto view = memory.view();
        return plan(asked.registration, record.view(), rules, now, view, made);
    }

    /// Returns: what becomes of each binding, and after "|" of each contact: keeps, refreshed, removed, expired,
    ///          created, superseded; "show" when nothing is to be changed.
    [[nodiscard]] auto changes() const -> std::string {
        if (!made.is_update) return "show";
        std::string all;
        const auto letter = [&all](change what) { all += "crxeks"[static_cast<int>(what)]; };
        for (const auto& old : made.bindings) letter(old.kind);
        all += '|';
        for (const auto& contact : made.contacts) letter(contact.kind);
        return all;
    }
};

constexpr refusal stale_request{status::server_internal_error, "CSeq Is Not Higher"};

TEST_CASE("a request without Contact changes nothing (RFC 3261 §10.3 step 6)") {
    planning it;
    CHECK(it(asking{}, record_of({bound("sip:a@192.0.2.1", "call", 9)})) == std::nullopt);
    CHECK(it.changes() == "show");
}

TEST_CASE("an unknown contact is created, and the others stay") {
    planning it;
    CHECK(it(asking{"sip:b@192.0.2.1"}, record_of({bound("sip:a@192.0.2.1")})) == std::nullopt);
    CHECK(it.changes() == "k|c");
    CHECK(it.made.contacts[0].granted == 300);
}

TEST_CASE("a known contact is refreshed in its place") {
    planning it;
    CHECK(it(asking{"sip:x@192.0.2.1", "sip:b@192.0.2.1"},
             record_of({bound("sip:a@192.0.2.1"), bound("sip:b@192.0.2.1")})) == std::nullopt);
    CHECK(it.changes() == "kr|cr");
    CHECK(it.made.bindings[1].contact == 1);
    CHECK(it.made.contacts[1].binding == 1);
}

TEST_CASE("expires=0 removes a known contact, and does nothing about an unknown one") {
    planning it;
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=0", "<sip:x@192.0.2.1>;expires=0"},
             record_of({bound("sip:a@192.0.2.1"), bound("sip:b@192.0.2.1")})) == std::nullopt);
    CHECK(it.changes() == "xk|xx");
}

TEST_CASE("a contact's own expires goes before the header field, and that before the default") {
    planning it;
    asking asked{"<sip:a@192.0.2.1>;expires=60", "<sip:b@192.0.2.1>", "<sip:c@192.0.2.1>;expires=0"};
    asked.registration.expires = 90;
    CHECK(it(asked, {}) == std::nullopt);
    CHECK(it.made.contacts[0].granted == 60);
    CHECK(it.made.contacts[1].granted == 90);
    CHECK(it.made.contacts[2].granted == 0);
    CHECK(it.changes() == "|ccx");
}

TEST_CASE("a second is an interval like any other, where no shortest is set") {
    planning it{.rules = {.min_expires = std::chrono::seconds{0}}};
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=1"}, {}) == std::nullopt);
    CHECK(it.changes() == "|c");
}

TEST_CASE("one contact that is too brief refuses them all, with the shortest interval") {
    planning it;
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=60", "<sip:b@192.0.2.1>;expires=29"}, {}) ==
          refusal{status::interval_too_brief, {}, 30});
}

TEST_CASE("a CSeq that is not higher refuses the same Call-ID, also beside contacts that are fine") {
    planning it;
    const auto record = record_of({bound("sip:a@192.0.2.1"), bound("sip:b@192.0.2.1", "call", 2)});
    CHECK(it(asking{"sip:a@192.0.2.1", "sip:b@192.0.2.1"}, record) == stale_request);
    CHECK(it(asking{"<sip:b@192.0.2.1>;expires=0"}, record) == stale_request);
    CHECK(it(asking{"sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it(asking{"sip:c@192.0.2.1"}, record) == std::nullopt);
}

TEST_CASE("another Call-ID changes a binding, whatever the CSeq") {
    planning it;
    const auto record = record_of({bound("sip:a@192.0.2.1", "other", 9)});
    CHECK(it(asking{"sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "r|r");
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=0"}, record) == std::nullopt);
    CHECK(it.changes() == "x|x");
}

TEST_CASE("all bindings that a contact equals are replaced by the one, each of them checked") {
    planning it;
    const auto record = record_of({bound("sip:a@192.0.2.1;x=1"), bound("sip:a@192.0.2.1;x=2")});
    CHECK(it(asking{"sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "rx|r");
    CHECK(it.made.bindings[0].contact == 0);
    CHECK(it.made.contacts[0].binding == 0);
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=0"}, record) == std::nullopt);
    CHECK(it.changes() == "xx|x");

    CHECK(it(asking{"sip:a@192.0.2.1"},
             record_of({bound("sip:a@192.0.2.1;x=1"), bound("sip:a@192.0.2.1;x=2", "call", 2)})) == stale_request);
}

TEST_CASE("of equal contacts in one request the last wins, also against one that was removed or refreshed first") {
    planning it;
    const auto record = record_of({bound("sip:a@192.0.2.1")});
    CHECK(it(asking{"sip:a@192.0.2.1", "sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "r|sr");
    CHECK(it.made.bindings[0].contact == 1);
    CHECK(it(asking{"sip:a@192.0.2.1", "<sip:a@192.0.2.1>;expires=0"}, record) == std::nullopt);
    CHECK(it.changes() == "x|sx");
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=0", "sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "r|xr");
    CHECK(it(asking{"sip:b@192.0.2.1", "sip:B@192.0.2.1", "<sip:b@192.0.2.1;x=1>"}, {}) == std::nullopt);
    CHECK(it.changes() == "|scc");
}

TEST_CASE("two contacts that do not equal each other but the same binding leave two") {
    planning it;
    const auto record = record_of({bound("sip:a@192.0.2.1")});
    CHECK(it(asking{"<sip:a@192.0.2.1;x=1>", "<sip:a@192.0.2.1;x=2>"}, record) == std::nullopt);
    CHECK(it.changes() == "r|rc");
    CHECK(it.made.bindings[0].contact == 0);
}

TEST_CASE("* removes all but what has a higher CSeq of the same Call-ID, and that refuses it whole") {
    planning it;
    asking everything;
    everything.registration.removes_all = true;
    everything.registration.expires = 0;
    CHECK(it(everything, record_of({bound("sip:a@192.0.2.1"), bound("sip:b@192.0.2.1", "other", 9)})) == std::nullopt);
    CHECK(it.changes() == "xx|");
    CHECK(it(everything, record_of({bound("sip:b@192.0.2.1", "other", 9), bound("sip:a@192.0.2.1", "call", 2)})) ==
          stale_request);
    CHECK(it(everything, {}) == std::nullopt);
    CHECK(it.changes() == "|");
}

TEST_CASE("what is due is absent: it expires, whatever the request is and however late") {
    planning it;
    auto due = bound("sip:a@192.0.2.1", "call", 9);
    due.due = 1000;
    const auto record = record_of({due});
    CHECK(it(asking{"sip:b@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "e|c");
    CHECK(it(asking{"sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "e|c");
    asking everything;
    everything.registration.removes_all = true;
    CHECK(it(everything, record) == std::nullopt);
    CHECK(it.changes() == "e|");

    it.now = {second(1000).milliseconds - 1};
    CHECK(it(asking{"sip:a@192.0.2.1"}, record) == stale_request);
}

TEST_CASE("a static binding stays, and a contact that means it leaves none of its own") {
    planning it;
    auto fixed = bound("sip:a@192.0.2.1", "call", 9);
    fixed.due = never32;
    const auto record = record_of({fixed});
    CHECK(it(asking{"sip:a@192.0.2.1"}, record) == std::nullopt);
    CHECK(it.changes() == "k|k");
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=0"}, record) == std::nullopt);
    CHECK(it.changes() == "k|k");
    asking everything;
    everything.registration.removes_all = true;
    CHECK(it(everything, record) == std::nullopt);
    CHECK(it.changes() == "k|");
}

TEST_CASE("a contact that means a static binding and another takes the other's place, if that comes first") {
    planning it;
    auto fixed = bound("sip:a@192.0.2.1;x=1");
    fixed.due = never32;
    const auto other = bound("sip:a@192.0.2.1;x=2");
    CHECK(it(asking{"sip:a@192.0.2.1"}, record_of({other, fixed})) == std::nullopt);
    CHECK(it.changes() == "rk|r");
    CHECK(it(asking{"sip:a@192.0.2.1"}, record_of({fixed, other})) == std::nullopt);
    CHECK(it.changes() == "kx|k");
}

TEST_CASE("a repeat within 32 s changes nothing, even if it would be refused by now") {
    planning it;
    const transaction_tag tag{.request = 4, .transaction = 2, .cseq = 2, .since = 980};
    const auto record = record_of({bound("sip:a@192.0.2.1", "call", 9)}, {tag});
    const asking again{"<sip:a@192.0.2.1>;expires=1"};
    CHECK(it(again, record) == std::nullopt);
    CHECK(it.changes() == "show");
    it.now = second(1012) + std::chrono::milliseconds{999};
    CHECK(it(again, record) == std::nullopt);
    CHECK(it.changes() == "show");
    it.now = second(1013);
    CHECK(it(again, record) == refusal{status::interval_too_brief, {}, 30});
}

TEST_CASE("the same request by another way is a merged one, unless it has a To tag (RFC 3261 §8.2.2.2)") {
    planning it;
    const auto record = record_of({}, {{.request = 4, .transaction = 77, .cseq = 2, .since = 980}});
    constexpr refusal merged{status::loop_detected, "Merged Request"};
    asking other{"sip:b@192.0.2.1"};
    CHECK(it(other, record) == merged);
    CHECK(it(asking{}, record) == merged);
    other.registration.has_to_tag = true;
    CHECK(it(other, record) == std::nullopt);
    CHECK(it.changes() == "|c");
    it.now = second(1013);
    CHECK(it(asking{"sip:b@192.0.2.1"}, record) == std::nullopt);
}

TEST_CASE("what may be the repeat of a forgotten transaction is late, whatever it asks for; a query is none") {
    planning it;
    const auto record =
        record_of({bound("sip:a@192.0.2.1", "other", 9)}, {{.covers_older = 1, .cseq = 3, .since = 980}});
    constexpr refusal late{status::server_internal_error, "CSeq Is Not Higher"};
    CHECK(it(asking{"sip:b@192.0.2.1"}, record) == late);
    CHECK(it(asking{"<sip:a@192.0.2.1>;expires=0"}, record) == late);
    asking all;
    all.registration.removes_all = true;
    all.registration.expires = 0;
    CHECK(it(all, record) == late);
    CHECK(it(asking{}, record) == std::nullopt);
    it.now = second(1013);
    CHECK(it(asking{"sip:b@192.0.2.1"}, record) == std::nullopt);
}

TEST_CASE("when more than one thing is wrong the answer is 482, 423, 500, 403 in this order") {
    planning it;
    it.rules.max_contacts = 1;
    const auto late = bound("sip:a@192.0.2.1", "call", 9);
    const transaction_tag merged{.request = 4, .transaction = 77, .cseq = 2, .since = 999};
    const asking all_wrong{"sip:a@192.0.2.1", "<sip:b@192.0.2.1>;expires=1"};
    CHECK(it(all_wrong, record_of({late}, {merged}))->code == status::loop_detected);
    CHECK(it(all_wrong, record_of({late}))->code == status::interval_too_brief);
    const transaction_tag newer{.covers_older = 1, .cseq = 9, .since = 999};
    CHECK(it(all_wrong, record_of({late}, {newer}))->code == status::interval_too_brief);
    CHECK(it(asking{"sip:b@192.0.2.1", "sip:a@192.0.2.1"}, record_of({late}))->code == status::server_internal_error);
    CHECK(it(asking{"sip:b@192.0.2.1"}, record_of({late}))->code == status::forbidden);
}

TEST_CASE("a record with more bindings than the memory has room for is refused, not cut") {
    const asking asked{"sip:b@192.0.2.1"};
    const auto record = record_of({bound("sip:a@192.0.2.1"), bound("sip:c@192.0.2.1")});
    heap_request_memory memory;
    auto view = memory.view();
    decision made;
    view.binding_changes = view.binding_changes.first(1);
    CHECK(plan(asked.registration, record.view(), {}, second(1000), view, made) ==
          refusal{status::server_internal_error, {}});
    view.binding_changes = memory.view().binding_changes.first(2);
    CHECK(plan(asked.registration, record.view(), {}, second(1000), view, made) == std::nullopt);
}

} // namespace

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/repeats.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace rules_repeats_test {

using namespace sipwhere;
using sipwhere_test::asking;
using sipwhere_test::record_of;
using sipwhere_test::second;

/// The request of `asking`: CSeq 2 of the Call-ID whose hash is 0.
constexpr transaction_tag own{.request = 4, .transaction = 2, .cseq = 2, .since = 990};

auto seen_in(std::initializer_list<transaction_tag> tags, const asking& asked = asking{}) -> seen {
    return seen_before(asked.registration, record_of({}, tags).view(), second(1000));
}

auto but(transaction_tag tag, auto change) -> transaction_tag {
    change(tag);
    return tag;
}

TEST_CASE("a request is repeated if its tag is there, wherever it stands") {
    const transaction_tag other{.request = 9, .transaction = 9, .cseq = 1, .since = 990};
    CHECK(seen_in({}) == seen::unknown);
    CHECK(seen_in({other}) == seen::unknown);
    CHECK(seen_in({own}) == seen::repeated);
    CHECK(seen_in({other, own, other}) == seen::repeated);
    CHECK(seen_in({but(own, [](auto& tag) { tag.transaction = 77; }), own}) == seen::repeated);
}

TEST_CASE("a tag is a request's own only if each part of it is, and not longer than 32 s") {
    CHECK(seen_in({but(own, [](auto& tag) { tag.call_id = 1; })}) == seen::unknown);
    CHECK(seen_in({but(own, [](auto& tag) { tag.request = 5; })}) == seen::unknown);
    CHECK(seen_in({but(own, [](auto& tag) { tag.cseq = 3; })}) == seen::unknown);
    CHECK(seen_in({but(own, [](auto& tag) { tag.since = 968; })}) == seen::repeated);
    CHECK(seen_in({but(own, [](auto& tag) { tag.since = 967; })}) == seen::unknown);
}

TEST_CASE("a request that came by another way is merged, without a To tag (RFC 3261 §8.2.2.2)") {
    const auto merged = but(own, [](auto& tag) { tag.transaction = 77; });
    CHECK(seen_in({merged}) == seen::merged);
    asking asked;
    asked.registration.has_to_tag = true;
    CHECK(seen_in({merged}, asked) == seen::unknown);
}

TEST_CASE("a request is late once a tag of its Call-ID stands for dropped ones, unless it is known itself") {
    const transaction_tag newer{.covers_older = 1, .cseq = 3, .since = 990};
    CHECK(seen_in({newer}) == seen::late);
    CHECK(seen_in({but(newer, [](auto& tag) { tag.cseq = 2; })}) == seen::late);
    CHECK(seen_in({but(newer, [](auto& tag) { tag.cseq = 1; })}) == seen::unknown);
    CHECK(seen_in({but(newer, [](auto& tag) { tag.covers_older = 0; })}) == seen::unknown);
    CHECK(seen_in({but(newer, [](auto& tag) { tag.call_id = 1; })}) == seen::unknown);
    CHECK(seen_in({but(newer, [](auto& tag) { tag.since = 967; })}) == seen::unknown);
    CHECK(seen_in({newer, own}) == seen::repeated);
    CHECK(seen_in({own, newer}) == seen::repeated);
    CHECK(seen_in({but(own, [](auto& tag) { tag.transaction = 77; }), newer}) == seen::merged);
}

/// Writes the tags that a request leaves at 1000 s.
///
/// Returns: Call-ID and CSeq of each, with `+` for one that stands for others.
auto written(const owned_record& record, std::size_t most, std::vector<binding_change> bindings = {}) -> std::string {
    std::vector<char> bytes(65536);
    record_builder out{bytes};
    write_tags(asking{}.registration, record.view(), bindings, second(1000), most, out);
    REQUIRE(out.fits());
    const auto made = out.finish();
    std::string all;
    for (std::size_t i = 0; i < made.tag_count(); ++i) {
        const auto tag = made.tag(i);
        all += std::to_string(tag.call_id) + ":" + std::to_string(tag.cseq) + (tag.covers_older != 0 ? "+ " : " ");
    }
    return all;
}

auto tag(std::uint16_t call_id, std::uint32_t cseq, seconds32 since = 990) -> transaction_tag {
    return {.call_id = call_id, .cseq = cseq, .since = since};
}

TEST_CASE("the tags of the last 32 s are kept, the request's own last") {
    CHECK(written({}, 4) == "0:2 ");
    CHECK(written(record_of({}, {tag(1, 1, 967), tag(1, 2, 968), tag(2, 3)}), 4) == "1:2 2:3 0:2 ");
    CHECK(written(record_of({}, {tag(1, 1, 967), tag(1, 2, 968), tag(2, 3), tag(3, 1)}), 4) == "1:2 2:3 3:1 0:2 ");
}

TEST_CASE("when there are too many, the oldest goes for which a newer one of its Call-ID can stand") {
    CHECK(written(record_of({}, {tag(1, 1), tag(0, 1), tag(2, 1)}), 3) == "1:1 2:1 0:2+ ");
    CHECK(written(record_of({}, {tag(1, 1), tag(0, 2), tag(2, 1)}), 3) == "1:1 2:1 0:2+ ");
    CHECK(written(record_of({}, {tag(0, 1), tag(0, 1), tag(2, 1)}), 3) == "0:1 2:1 0:2+ ");
    // One with a higher CSeq is no older one, and the oldest goes.
    CHECK(written(record_of({}, {tag(1, 1), tag(0, 3), tag(2, 1)}), 3) == "0:3 2:1 0:2 ");
}

TEST_CASE("what one tag stands for another does, when it is dropped itself, though its own request is of another "
          "Call-ID") {
    auto first = tag(1, 1), second_of_1 = tag(1, 4), third_of_1 = tag(1, 5);
    first.has_newer = second_of_1.has_newer = 1;
    CHECK(written(record_of({}, {first, second_of_1, third_of_1}), 3) == "1:4 1:5+ 0:2 ");
    second_of_1.covers_older = 1;
    CHECK(written(record_of({}, {second_of_1, third_of_1, tag(2, 1)}), 3) == "1:5+ 2:1 0:2 ");
    third_of_1.cseq = 3; // which can't stand for CSeq 4; a later one can
    CHECK(written(record_of({}, {second_of_1, tag(1, 4), third_of_1}), 3) == "1:4+ 1:3 0:2 ");
}

TEST_CASE("of different Call-IDs that one goes first whose binding is still as it wrote it; one that stands for others "
          "last") {
    const auto record = record_of({{.uri = "sip:a", .cseq = 7, .due = 2000, .last = 990}},
                                  {tag(1, 1), tag(2, 7, 989), tag(3, 7), tag(4, 7)});
    CHECK(written(record, 4, {{.kind = change::kept}}) == "1:1 2:7 4:7 0:2 ");
    CHECK(written(record, 4, {{.kind = change::removed}}) == "2:7 3:7 4:7 0:2 ");
    CHECK(written(record, 4, {{.kind = change::refreshed}}) == "2:7 3:7 4:7 0:2 ");
    auto covering = tag(3, 7);
    covering.covers_older = 1;
    const auto covered = record_of({{.uri = "sip:a", .cseq = 7, .due = 2000, .last = 990}}, {tag(1, 1), covering});
    CHECK(written(covered, 2, {{.kind = change::kept}}) == "3:7+ 0:2 ");
}

TEST_CASE("one tag at least is kept, and one goes for each that comes where there are more than the cap") {
    CHECK(written(record_of({}, {tag(0, 1)}), 1) == "0:2+ ");
    CHECK(written(record_of({}, {tag(1, 1), tag(2, 1), tag(3, 1)}), 2) == "2:1 3:1 0:2 ");
    CHECK(written(record_of({}, {tag(1, 1, 967), tag(2, 1), tag(3, 1)}), 2) == "3:1 0:2 ");
}

TEST_CASE("an address-of-record keeps two tags for each binding, in a quarter of a record's memory, and one at least") {
    CHECK(max_tags({}, 131'014) == 20);
    CHECK(max_tags({.max_contacts = 256}, 131'014) == 512);
    CHECK(max_tags({.max_contacts = 10'000}, 1'000'000) == packed_record::most_tags);
    CHECK(max_tags({.max_contacts = 4}, 640) == 8);
    CHECK(max_tags({}, 640) == 10);
    CHECK(max_tags({}, 63) == 1);
}

} // namespace rules_repeats_test

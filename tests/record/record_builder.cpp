// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/record_builder.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace record_builder_test {

using namespace sipwhere;
using texts = std::vector<std::string>;

[[nodiscard]] auto packed(std::span<const transaction_tag> tags, std::span<const binding_view> bindings)
    -> std::vector<char> {
    std::vector<char> bytes(4000);
    record_builder builder{bytes};
    for (const auto& tag : tags) builder.add(tag);
    for (const auto& binding : bindings) builder.add(binding);
    bytes.resize(builder.finish().bytes().size());
    return bytes;
}

[[nodiscard]] auto packed_view(const std::vector<char>& bytes) -> record_view {
    return record_view{std::string_view{bytes.data(), bytes.size()}};
}

TEST_CASE("a record that was given nothing is empty") {
    std::array<char, 8> bytes{};
    record_builder builder{bytes};

    CHECK(builder.fits());
    CHECK(builder.finish().bytes().empty());
}

TEST_CASE("a binding is taken over as it lies in another record") {
    const std::array bindings{binding_view{.uri = "sip:a", .cseq = 7}, binding_view{.uri = "sip:b", .path = "<sip:p>"}};
    const auto old = packed({}, bindings);
    std::array<char, 300> bytes{};
    record_builder builder{bytes};
    const record_view record{std::string_view{old.data(), old.size()}};
    for (auto at = record.begin(); at != record.end(); ++at) builder.add_packed(at);

    REQUIRE(builder.fits());
    CHECK(builder.size() == 2);
    CHECK(builder.finish().bytes() == record.bytes());
}

TEST_CASE("room tells what is left, and what does not fit is known from then on") {
    const binding_view binding{.uri = "sip:alice@192.0.2.1"};
    const auto one = packed({}, std::array{binding});
    const auto size = one.size();
    std::vector<char> bytes(size + 20);
    record_builder builder{bytes};
    builder.add(binding);

    CHECK(builder.capacity_left() == 20);
    CHECK(builder.fits());
    builder.add(binding);
    CHECK_FALSE(builder.fits());
    CHECK(builder.size() == 1);
    builder.add_packed(packed_view(one).begin());
    CHECK_FALSE(builder.fits());
}

TEST_CASE("a tag that does not fit is known as well, and so is a room too small for any record") {
    std::array<char, 17> bytes{};
    record_builder tags{bytes};
    tags.add(transaction_tag{});
    CHECK_FALSE(tags.fits());

    CHECK_FALSE(record_builder{std::span{bytes}.first(1)}.fits());
    CHECK_FALSE(record_builder{{}}.fits());
}

TEST_CASE("a record takes 2,047 tags and 1,023 bindings, and knows when there are more") {
    std::vector<char> bytes(300'000);
    record_builder builder{bytes};
    for (unsigned i = 0; i < 2047; ++i) builder.add(transaction_tag{.cseq = i, .since = 100});
    auto tags = builder;
    for (unsigned i = 0; i < 1023; ++i) builder.add(binding_view{.cseq = i});
    REQUIRE(builder.fits());
    const std::string all{builder.finish().bytes()};
    const record_view record{all};
    CHECK(record.tag_count() == 2047);
    CHECK(record.tag(2046).cseq == 2046);
    CHECK(record.size() == 1023);
    unsigned i = 0;
    for (const auto binding : record) CHECK(binding.cseq == i++);

    auto more = builder;
    more.add(binding_view{});
    CHECK_FALSE(more.fits());
    builder.add_packed(record.begin());
    CHECK_FALSE(builder.fits());
    tags.add(transaction_tag{});
    CHECK_FALSE(tags.fits());
}

TEST_CASE("tags are taken over as they lie in another record, as many as fit") {
    std::vector<transaction_tag> all;
    for (unsigned i = 0; i < 5; ++i) all.push_back({.call_id = 7, .cseq = i, .since = 100 + i});
    const auto old = packed(all, std::array{binding_view{.uri = "sip:a"}});
    const auto record = packed_view(old);
    for (std::size_t first = 0; first <= all.size(); ++first)
        for (std::size_t last = first; last <= all.size(); ++last)
            for (const std::size_t spare : {0U, 16U, 40U}) {
                const auto needed = packed_record::begin_of_tag(last - first);
                std::vector<char> bytes(packed_record::size + spare);
                record_builder builder{bytes};
                const auto* const begin = builder.add_tags_of(record, first, last);
                CHECK(builder.fits() == (needed <= bytes.size()));
                CHECK((begin != nullptr) == builder.fits());
                if (!builder.fits()) continue;
                CHECK(begin == bytes.data() + packed_record::size);
                CHECK(builder.finish().bytes() ==
                      packed_view(packed(std::span{all}.subspan(first, last - first), {})).bytes());
            }

    std::vector<char> bytes(40'000);
    record_builder full{bytes};
    for (unsigned i = 0; i < 2044; ++i) full.add(transaction_tag{.cseq = i});
    auto too_full = full;
    CHECK(full.add_tags_of(record, 1, 4) != nullptr);
    CHECK(full.fits());
    CHECK(too_full.add_tags_of(record, 1, 5) == nullptr);
    CHECK_FALSE(too_full.fits());
}

TEST_CASE("a Call-ID that is longer than its size can tell does not fit") {
    std::vector<char> bytes(200'000);
    const std::string longest(65'535, 'x'), longer(65'536, 'x');
    record_builder builder{bytes};
    builder.add(binding_view{.call_id = longest});
    CHECK(builder.fits());
    builder.add(binding_view{.call_id = longer});
    CHECK_FALSE(builder.fits());
}

TEST_CASE("a binding taken over finds its Call-ID again, whatever stood before it and stands before it now") {
    const std::array some{std::string{"first"}, std::string{"second"}, std::string{}, std::string(300, 'i')};
    for (const auto& a : some)
        for (const auto& b : some)
            for (const auto& c : some) {
                const std::array old{binding_view{.call_id = a}, binding_view{.uri = "sip:b", .call_id = b}};
                const auto from = packed({}, old);
                const std::array expected{binding_view{.call_id = c}, old[1]};
                std::vector<char> bytes(4000);
                record_builder builder{bytes};
                builder.add(expected[0]);
                auto at = packed_view(from).begin();
                builder.add_packed(++at);
                const auto wanted = packed({}, expected);
                CHECK(builder.finish().bytes() == packed_view(wanted).bytes());
            }
}

TEST_CASE("a binding is taken over if there is room for it, to the byte, and else leaves no trace") {
    const std::array bindings{binding_view{.uri = "sip:a", .call_id = "one"}, binding_view{.call_id = "two"}};
    const auto old = packed({}, bindings);
    const auto size = packed({}, std::span{bindings}.first(1)).size();
    for (std::size_t room = packed_record::size; room <= old.size(); ++room) {
        std::vector<char> bytes(room);
        record_builder builder{bytes};
        auto at = packed_view(old).begin();
        CHECK(builder.add_if_fits(at) == (room >= size));
        ++at;
        CHECK(builder.add_if_fits(at) == (room == old.size() || (room < size && room >= size - 5))); // 5 bytes shorter
        CHECK(builder.fits());
    }
}

/// Drops what is due of a record.
///
/// Returns: the URIs of what was dropped; `left` becomes what is left.
[[nodiscard]] auto drop(std::vector<char>& bytes, instant now, record_view& left) -> texts {
    texts gone;
    left = drop_due(bytes, now, [&](const binding_view& binding) { gone.emplace_back(binding.uri); });
    return gone;
}

[[nodiscard]] auto uris(record_view record) -> texts {
    texts found;
    for (const auto binding : record) found.emplace_back(binding.uri);
    return found;
}

TEST_CASE("what is due is dropped, wherever it stands, and the rest keeps its order") {
    const std::array bindings{binding_view{.uri = "sip:first", .due = 10}, binding_view{.uri = "sip:second", .due = 30},
                              binding_view{.uri = "sip:third", .due = 20}, binding_view{.uri = "sip:fourth", .due = 40},
                              binding_view{.uri = "sip:fifth", .due = 20}};
    auto bytes = packed({}, bindings);
    record_view left;

    CHECK(drop(bytes, to_instant(20), left) == texts{"sip:first", "sip:third", "sip:fifth"});
    CHECK(uris(left) == texts{"sip:second", "sip:fourth"});
    CHECK(left.bytes().data() == bytes.data());
    const auto rest = packed({}, std::array{bindings[1], bindings[3]});
    CHECK(left.bytes() == std::string_view{rest.data(), rest.size()});
}

TEST_CASE("nothing changes when nothing is due") {
    const std::array tags{transaction_tag{.since = 100}};
    const std::array bindings{binding_view{.uri = "sip:a", .due = 200}, binding_view{.uri = "sip:b", .due = never32}};
    auto bytes = packed(tags, bindings);
    const auto before = bytes;
    record_view left;

    CHECK(drop(bytes, to_instant(120), left).empty());
    CHECK(bytes == before);
    CHECK(left.bytes().size() == before.size());
}

TEST_CASE("tags that nobody can repeat any more go without a word") {
    const std::array tags{transaction_tag{.cseq = 1, .since = 100}, transaction_tag{.cseq = 3, .since = 110},
                          transaction_tag{.cseq = 5, .since = 101}};
    const std::array bindings{binding_view{.uri = "sip:a", .due = 200}};
    auto bytes = packed(tags, bindings);
    record_view left;

    CHECK(drop(bytes, to_instant(134), left).empty());
    REQUIRE(left.tag_count() == 1);
    CHECK(left.tag(0).cseq == 3);
    CHECK(uris(left) == texts{"sip:a"});
}

TEST_CASE("a record of which nothing is left is empty, and one of tags alone is not") {
    const std::array tags{transaction_tag{.since = 100}};
    const std::array bindings{binding_view{.uri = "sip:a", .due = 110}};
    auto bytes = packed(tags, bindings);
    record_view left;

    CHECK(drop(bytes, to_instant(110), left) == texts{"sip:a"});
    CHECK(left.size() == 0);
    CHECK(left.tag_count() == 1);

    bytes.resize(left.bytes().size());
    CHECK(drop(bytes, to_instant(133), left).empty());
    CHECK(left.bytes().empty());
    bytes.clear();
    CHECK(drop(bytes, to_instant(133), left).empty());
    CHECK(left.bytes().empty());
}

TEST_CASE("a binding is told while its bytes are still there") {
    const std::string long_text(300, 'p');
    const std::array bindings{binding_view{.uri = "sip:a", .due = 10}, binding_view{.uri = "sip:b", .due = 90},
                              binding_view{.uri = "sip:c", .path = long_text, .cseq = 9, .due = 10}};
    auto bytes = packed({}, bindings);
    bool told = false;
    const auto left = drop_due(bytes, to_instant(10), [&](const binding_view& gone) {
        if (gone.uri != "sip:c") return;
        told = gone.path == long_text && gone.cseq == 9;
    });

    CHECK(told);
    CHECK(uris(left) == texts{"sip:b"});
}

TEST_CASE("what is left of a record is what a builder makes of it, whichever bindings shared a Call-ID and went") {
    const std::array ids{std::string{"one"}, std::string{"the other"}, std::string{}, std::string(300, 'i')};
    constexpr unsigned size = 4;
    for (unsigned drawn = 0; drawn < 1U << 3 * size; ++drawn) { // 2 bits for its Call-ID, 1 for whether it is due
        std::vector<std::string> uris_of;
        std::vector<binding_view> bindings, expected;
        uris_of.reserve(size);
        for (unsigned i = 0; i < size; ++i) {
            const auto bits = drawn >> 3 * i;
            const auto& uri = uris_of.emplace_back("sip:" + std::to_string(i));
            bindings.push_back({.uri = uri, .call_id = ids[bits & 3U], .due = (bits & 4U) != 0 ? 10U : 20U});
            if ((bits & 4U) == 0) expected.push_back(bindings.back());
        }
        auto bytes = packed(std::array{transaction_tag{.since = 5}}, bindings);
        texts told, due;
        const auto left = drop_due(bytes, to_instant(10), [&](const binding_view& gone) {
            told.push_back(std::string{gone.uri}.append(gone.call_id));
        });
        for (const auto& each : bindings)
            if (each.due == 10) due.push_back(std::string{each.uri}.append(each.call_id));
        const auto wanted = packed(std::array{transaction_tag{.since = 5}}, expected);
        REQUIRE(left.bytes() == packed_view(wanted).bytes());
        REQUIRE(told == due);
    }
}

TEST_CASE("what is due is shown with how many bindings the record has when it is gone") {
    std::array<char, 1000> room{};
    record_builder out{room};
    for (const seconds32 due : {5U, 100U, 6U, 7U}) out.add({.uri = "sip:a@192.0.2.1", .call_id = "x", .due = due});
    std::string told;
    const auto note = [&](const binding_view& gone, std::size_t left) {
        told += std::to_string(gone.due) + ":" + std::to_string(left) + " ";
    };
    const auto size = out.finish().bytes().size();
    auto kept = drop_due(std::span{room}.first(size), to_instant(10), note);
    CHECK(told == "5:3 6:2 7:1 ");
    kept = drop_due(std::span{room}.first(kept.bytes().size()), to_instant(100), note);
    CHECK(told == "5:3 6:2 7:1 100:0 ");
    CHECK(kept.bytes().empty());
}

} // namespace record_builder_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/record_view.hpp>

#include <sipwhere/record/record_builder.hpp>

#include <doctest/doctest.h>

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace record_test {

using namespace sipwhere;

/// A record and the bytes it lies in.
struct made_record {
    std::array<char, 2000> bytes{};
    record_view view;

    made_record(std::initializer_list<transaction_tag> tags, std::initializer_list<binding_view> bindings) {
        record_builder builder{bytes};
        for (const auto& tag : tags) builder.add(tag);
        for (const auto& binding : bindings) builder.add(binding);
        REQUIRE(builder.fits());
        view = builder.finish();
    }
};

[[nodiscard]] auto uris(const auto& bindings) -> std::vector<std::string_view> {
    std::vector<std::string_view> found;
    for (const auto binding : bindings) found.push_back(binding.uri);
    return found;
}

using texts = std::vector<std::string_view>;

TEST_CASE("an empty record has no bindings, no tags and nothing to wait for") {
    const record_view empty;

    CHECK(empty.size() == 0);
    CHECK(empty.tag_count() == 0);
    CHECK(empty.begin() == empty.end());
    CHECK(empty.due() == 0);
    CHECK(live_bindings{empty, {}}.empty());
}

TEST_CASE("a record shows its bindings in the order of their creation, and its tags") {
    const made_record made{{{.transaction = 7, .since = 1000}, {.request = 10, .at = 1001}},
                           {{.uri = "sip:a", .due = 9}, {.uri = "sip:bb", .due = 8}, {.uri = "sip:c", .due = 7}}};

    CHECK(made.view.size() == 3);
    CHECK(uris(made.view) == texts{"sip:a", "sip:bb", "sip:c"});
    REQUIRE(made.view.tag_count() == 2);
    CHECK(made.view.tag(0).transaction == 7);
    CHECK(made.view.tag(1).request == 10);
    CHECK(made.view.tag(1).at == 1001);
}

TEST_CASE("an iterator tells a binding's bytes, its Call-ID and its head alone") {
    const made_record made{{}, {{.uri = "sip:a", .call_id = "1", .cseq = 5}, {.uri = "sip:b", .call_id = "2"}}};
    auto at = made.view.begin();
    const auto first = at++;

    CHECK((*first).uri == "sip:a");
    CHECK(first.head().cseq == 5);
    CHECK(first.call_id() == "1");
    CHECK(at.call_id() == "2");
    CHECK(first.body().data() + first.body().size() + 2 == at.body().data()); // a size and a Call-ID lie between
    CHECK(unpack_binding(at.body().data(), "2").uri == "sip:b");
}

TEST_CASE("bindings side by side share one copy of their Call-ID") {
    const std::string id(100, 'i');
    const auto bytes = [&](std::string_view a, std::string_view b, std::string_view c) {
        const made_record made{{}, {{.call_id = a}, {.call_id = b}, {.call_id = c}}};
        auto at = made.view.begin();
        for (const auto expected : {a, b, c}) {
            CHECK((*at).call_id == expected);
            CHECK(at.brief().call_id == expected);
            ++at;
        }
        return made.view.bytes().size();
    };
    const auto shared = bytes(id, id, id);
    CHECK(bytes(id, id, "o") == shared + 1);
    CHECK(bytes(id, "o", id) == shared + 1 + id.size());
    CHECK(bytes(id, id, "") == shared + 2); // an empty one has to say so
    CHECK(bytes("", "", id) == shared);
    CHECK(bytes("", "", "") == shared - id.size());
}

TEST_CASE("a record tells up to 4,095 tags and as many bindings") {
    for (const packed_record head : {packed_record{1, 0}, packed_record{0, 1}, packed_record{4095, 15},
                                     packed_record{7, 16}, packed_record{256, 512}, packed_record{4095, 4095}}) {
        std::array<char, packed_record::size> bytes{};
        head.write(bytes.data());
        CHECK(packed_record::at(bytes.data()).bindings == head.bindings);
        CHECK(packed_record::at(bytes.data()).tags == head.tags);
    }
}

TEST_CASE("live bindings are those not yet due, wherever they stand") {
    const made_record made{{},
                           {{.uri = "sip:gone", .due = 1000},
                            {.uri = "sip:here", .due = 1001},
                            {.uri = "sip:gone", .due = 999},
                            {.uri = "sip:gate", .due = never32},
                            {.uri = "sip:gone", .due = 1}}};

    CHECK(uris(live_bindings{made.view, {1'000'000}}) == texts{"sip:here", "sip:gate"});
    CHECK(uris(live_bindings{made.view, {1'001'000}}) == texts{"sip:gate"});
    CHECK(uris(live_bindings{made.view, {0}}).size() == 5);
    CHECK_FALSE(live_bindings{made.view, {1'001'000}}.empty());
}

TEST_CASE("a record without live bindings shows none") {
    const made_record made{{{.since = 1000}}, {{.due = 1000}, {.due = 1000}}};

    CHECK(live_bindings{made.view, {1'000'000}}.empty());
    CHECK(live_bindings{made.view, {1'000'000}}.now() == instant{1'000'000});
}

TEST_CASE("a record is due with its first binding, or with its last tag when it has no bindings") {
    CHECK(made_record{{}, {{.due = 30}, {.due = 20}, {.due = never32}}}.view.due() == 20);
    CHECK(made_record{{{.at = 5}}, {{.due = 90}}}.view.due() == 90);
    CHECK(made_record{{{.at = 5}}, {{.due = never32}}}.view.due() == never32);
    const auto tags_alone = made_record{{{.since = 1000}, {.since = 990}}, {}};
    CHECK(tags_alone.view.due() == 1033);
    CHECK_FALSE(tags_alone.view.tag(0).is_live(to_instant(1033)));
}

} // namespace record_test

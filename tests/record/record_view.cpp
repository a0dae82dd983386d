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
    const made_record made{{{.transaction = 7, .since = 1000}, {.request = 10, .since = 1001}},
                           {{.uri = "sip:a", .due = 9}, {.uri = "sip:bb", .due = 8}, {.uri = "sip:c", .due = 7}}};

    CHECK(made.view.size() == 3);
    CHECK(uris(made.view) == texts{"sip:a", "sip:bb", "sip:c"});
    REQUIRE(made.view.tag_count() == 2);
    CHECK(made.view.tag(0).transaction == 7);
    CHECK(made.view.tag(1).request == 10);
    CHECK(made.view.tag(1).since == 1001);
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

TEST_CASE("a record tells up to 1,023 bindings, 2,047 tags and the version of its form") {
    for (const packed_record head :
         {packed_record{1, 0}, packed_record{0, 1}, packed_record{1023, 15}, packed_record{7, 16},
          packed_record{256, 512}, packed_record{31, 32}, packed_record{1023, 2047}}) {
        std::array<char, packed_record::size> bytes{};
        head.write(bytes.data());
        CHECK(packed_record::at(bytes.data()).bindings == head.bindings);
        CHECK(packed_record::at(bytes.data()).tags == head.tags);
        CHECK(packed_record::version_at(bytes.data()) == packed_record::version);
    }
    CHECK(packed_record::version_at("\x07\0\0") == 7);
}

/// What the record below holds.
constexpr transaction_tag known_tags[] = {
    {.call_id = 0x0102, .request = 0x0304, .transaction = 0x1506'0708, .cseq = 0x090a'0b0c, .since = 0x0d0e'0f10},
    {.call_id = 0x1112,
     .request = 0x1314,
     .transaction = 0x2a16'1718,
     .has_newer = 1,
     .covers_older = 1,
     .cseq = 0x191a'1b1c,
     .since = 0x1d1e'1f20}};
const binding_view known_bindings[] = {
    {.uri = "sip:a@b",
     .params = ";x",
     .call_id = "id",
     .path = "<sip:p>",
     .cseq = 0x0102'0304,
     .due = 0x0506'0708,
     .first = 0x090a'0b0c,
     .last = 0x0d0e'0f10,
     .q = 0x0123,
     .source = {.remote = {ip_address::v4({192, 0, 2, 1}), 0x1415},
                .local = {ip_address::v6({0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}), 0x1617},
                .listener = 0x1819,
                .over = protocol::tls,
                .connection = 0x1a1b'1c1d,
                .epoch = 0x1e1f'2021}},
    {.uri = "sip:b", .call_id = "id", .cseq = 1, .due = never32, .first = 2, .last = 3}};

/// How that record lies in memory, and on a disk, on every machine.
constexpr char known_array[] =
    // version 1, 2 bindings, 2 tags
    "\x11\x40\x00"
    // tag: Call-ID, request, transaction and two bits, CSeq, second
    "\x02\x01\x04\x03\x08\x07\x06\x15\x0c\x0b\x0a\x09\x10\x0f\x0e\x0d"
    "\x12\x11\x14\x13\x18\x17\x16\xea\x1c\x1b\x1a\x19\x20\x1f\x1e\x1d"
    // Call-ID
    "\x02id"
    // CSeq, due, first, last
    "\x04\x03\x02\x01\x08\x07\x06\x05\x0c\x0b\x0a\x09\x10\x0f\x0e\x0d"
    // flags; where the texts begin; sizes of URI and parameters; of the path
    "\x4a\x0f\x3b\x07\x02\x07\x00"
    // q, listener, connection, epoch
    "\x23\x01\x19\x18\x1d\x1c\x1b\x1a\x21\x20\x1f\x1e"
    // addresses in network order, each with its port
    "\xc0\x00\x02\x01\x15\x14"
    "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x17\x16"
    "sip:a@b;x<sip:p>"
    // the same Call-ID
    "\x00"
    "\x01\x00\x00\x00\xff\xff\xff\xff\x02\x00\x00\x00\x03\x00\x00\x00"
    "\x00\x00\x19\x05\x00\x00\x00\x00\x00"
    "sip:b";
constexpr std::string_view known_bytes{known_array, sizeof known_array - 1};

TEST_CASE("a record is packed into the same bytes on every machine, with the version of its form in front") {
    const made_record made{{known_tags[0], known_tags[1]}, {known_bindings[0], known_bindings[1]}};
    CHECK(made.view.bytes() == known_bytes);
    CHECK(packed_record::version_at(known_bytes.data()) == 1);
}

TEST_CASE("a record is read from such bytes on every machine, wherever they lie") {
    for (const std::size_t offset : {0U, 1U}) {
        const auto bytes = std::string(offset, '?').append(known_bytes);
        const record_view read{std::string_view{bytes}.substr(offset)};
        REQUIRE(read.tag_count() == 2);
        for (std::size_t i = 0; i < 2; ++i) {
            const auto tag = read.tag(i);
            CHECK(tag.call_id == known_tags[i].call_id);
            CHECK(tag.request == known_tags[i].request);
            CHECK(tag.transaction == known_tags[i].transaction);
            CHECK(tag.has_newer == known_tags[i].has_newer);
            CHECK(tag.covers_older == known_tags[i].covers_older);
            CHECK(tag.cseq == known_tags[i].cseq);
            CHECK(tag.since == known_tags[i].since);
        }
        REQUIRE(read.size() == 2);
        auto at = read.begin();
        for (const auto& known : known_bindings) {
            const auto binding = *at;
            ++at;
            CHECK(binding.uri == known.uri);
            CHECK(binding.params == known.params);
            CHECK(binding.call_id == known.call_id);
            CHECK(binding.path == known.path);
            CHECK(binding.cseq == known.cseq);
            CHECK(binding.due == known.due);
            CHECK(binding.first == known.first);
            CHECK(binding.last == known.last);
            CHECK(binding.q == known.q);
            CHECK(binding.source == known.source);
        }
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
    CHECK(made_record{{{.since = 5}}, {{.due = 90}}}.view.due() == 90);
    CHECK(made_record{{{.since = 5}}, {{.due = never32}}}.view.due() == never32);
    const auto tags_alone = made_record{{{.since = 1000}, {.since = 990}}, {}};
    CHECK(tags_alone.view.due() == 1033);
    CHECK_FALSE(tags_alone.view.tag(0).is_live(to_instant(1033)));
}

} // namespace record_test

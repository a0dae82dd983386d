// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/is_record.hpp>

#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/testing/detail/records.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace is_record_test {

using namespace sipwhere;
using testing::detail::binding_until;
using testing::detail::packed;

/// Returns: a binding that has everything a binding can have.
auto whole_binding() -> binding_view {
    binding_view made{.uri = "sip:a@[2001:db8::1];transport=tcp",
                      .params = ";q=0.125;+sip.instance=\"<urn:uuid:1>\"",
                      .call_id = "call-1",
                      .path = "<sip:edge@192.0.2.7;lr>",
                      .cseq = 7,
                      .due = 2000,
                      .first = 900,
                      .last = 1000,
                      .q = 125,
                      .user_agent = "a phone",
                      .of_flow = true};
    made.source = {.remote = {ip_address::v4({192, 0, 2, 1}), 5070},
                   .local = {ip_address::v6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 5061},
                   .listener = 3,
                   .over = protocol::wss,
                   .connection = 7,
                   .epoch = 9};
    return made;
}

auto some_records() -> std::vector<std::string> {
    const std::string long_text(300, 'x');
    const auto long_uri = "sip:" + long_text + "@192.0.2.1";
    auto long_one = binding_until(2000, long_uri);
    long_one.call_id = long_text;
    const std::vector<transaction_tag> tags(3, transaction_tag{.cseq = 3, .since = 1000});
    return {packed({binding_until(2000)}), packed({whole_binding()}),
            packed({whole_binding(), binding_until(never32, "tel:+1"), long_one, long_one}),
            packed(tags, std::vector{whole_binding(), whole_binding()}), packed(tags, {})};
}

/// Reads all of a record, as rules and stores do.
auto read_all(const std::string& bytes) -> std::size_t {
    std::size_t sum = 0;
    const record_view record{bytes};
    for (std::size_t i = 0; i < record.tag_count(); ++i) sum += record.tag(i).cseq;
    for (const auto binding : record)
        for (const auto text : {binding.uri, binding.params, binding.call_id, binding.path, binding.user_agent})
            for (const char c : text) sum += static_cast<unsigned char>(c);
    auto copy = bytes;
    (void)drop_due(copy, instant{1'500'000}, [&sum](const binding_view& gone) { sum += gone.uri.size(); });
    return sum + record.due();
}

TEST_CASE("what the builder writes is a record, and nothing is one too") {
    CHECK(is_record({}));
    for (const auto& bytes : some_records()) CHECK(is_record(bytes));
}

TEST_CASE("a part of a record is none, nor is one with more behind it") {
    for (const auto& bytes : some_records()) {
        for (std::size_t size = 1; size < bytes.size(); ++size) CHECK(!is_record({bytes.data(), size}));
        CHECK(!is_record(bytes + '\0'));
        CHECK(!is_record(bytes + bytes));
    }
}

TEST_CASE("whatever is taken for a record can be read, whichever byte was changed") {
    std::size_t taken = 0;
    for (const auto& bytes : some_records())
        for (std::size_t at = 0; at < bytes.size(); ++at)
            for (unsigned bit = 0; bit < 8; ++bit) {
                std::string changed{bytes.begin(), bytes.end()};
                changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1U << bit));
                if (!is_record(changed)) continue;
                ++taken;
                CHECK(read_all(changed) != 1);
            }
    CHECK(taken > 1000); // most numbers may be any
}

TEST_CASE("a record of another version is none, nor is one that says it is empty") {
    auto bytes = packed({binding_until(2000)});
    bytes[0] = static_cast<char>((bytes[0] & ~7) | 2);
    CHECK(!is_record(bytes));
    std::string empty(packed_record::size, '\0');
    packed_record{}.write(empty.data());
    CHECK(!is_record(empty));
}

TEST_CASE("a binding whose texts no Contact has is none") {
    auto binding = binding_until(2000);
    for (const auto* uri : {"", "sip:", "sip:a@b c", "sip:a@b>", "sip:a@b\r\n", "<sip:a@b>"}) {
        binding.uri = uri;
        CHECK_MESSAGE(!is_record(packed({binding})), uri);
    }
    binding = binding_until(2000);
    for (const auto* params : {"x", " ;x", ";x, sip:b@c", ";x\r\ny: z", ";x=\"", ";;x"}) {
        binding.params = params;
        CHECK_MESSAGE(!is_record(packed({binding})), params);
    }
    binding = binding_until(2000);
    binding.path = "<sip:a@b>\r\nEvil: yes";
    CHECK(!is_record(packed({binding})));
    binding = binding_until(2000);
    binding.q = 1001;
    CHECK(!is_record(packed({binding})));
}

} // namespace is_record_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/packed_binding.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace packed_binding_test {

using namespace sipwhere;
using namespace std::string_view_literals;

const ip_address phone_v4 = ip_address::v4({192, 0, 2, 1});
const ip_address phone_v6 = ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

[[nodiscard]] auto full_binding() -> binding_view {
    return {.uri = "sip:alice@192.0.2.1:5060;ob",
            .params = ";q=0.5;+sip.instance=\"<urn:uuid:1>\"",
            .call_id = "a84b4c76e66710@192.0.2.1",
            .path = "<sip:proxy.example.com;lr>",
            .cseq = 0x8000'0001,
            .due = 1060,
            .first = 900,
            .last = 1000,
            .q = 500,
            .source = {.remote = {phone_v4, 49152},
                       .local = {phone_v6, 5060},
                       .listener = 3,
                       .over = protocol::tls,
                       .connection = 77,
                       .epoch = 5},
            .user_agent = "Linphone/3.12.0 (belle-sip/1.6.3)",
            .of_flow = true};
}

void check_same(const binding_view& a, const binding_view& b) {
    CHECK(a.uri == b.uri);
    CHECK(a.params == b.params);
    CHECK(a.call_id == b.call_id);
    CHECK(a.path == b.path);
    CHECK(a.user_agent == b.user_agent);
    CHECK(a.cseq == b.cseq);
    CHECK(a.due == b.due);
    CHECK(a.first == b.first);
    CHECK(a.last == b.last);
    CHECK(a.q == b.q);
    CHECK(a.source == b.source);
    CHECK(a.of_flow == b.of_flow);
}

/// Packs a binding into bytes that are not aligned, and unpacks it with the Call-ID that is kept beside it.
void check_round_trip(const binding_view& binding) {
    std::vector<char> bytes(70'000);
    const auto size = pack_binding(binding, {}, std::span{bytes}.subspan(1));
    CHECK(size == packed_binding::at(bytes.data() + 1).size());
    check_same(unpack_binding(bytes.data() + 1, binding.call_id), binding);
}

TEST_CASE("a Call-ID takes one byte beside its text, three if it is long or empty, and comes back as it was") {
    for (const std::size_t size : {0U, 1U, 26U, 254U, 255U, 256U, 65'535U}) {
        const std::string text(size, 'x');
        const auto beside = size == 0 || size > 254 ? 3U : 1U;
        CHECK(packed_call_id::size_of(text, "before") == beside + size);
        std::vector<char> bytes(beside + size);
        char* const end = bytes.data() + bytes.size();
        CHECK(packed_call_id::write_before(end, text, "before") == bytes.data());
        const char* at = bytes.data();
        CHECK(packed_call_id::read(at, "before") == text);
        CHECK(at == end);
    }
}

TEST_CASE("a Call-ID that is that of the binding before takes one byte") {
    char same = 'x';
    CHECK(packed_call_id::size_of("before", "before") == 1);
    CHECK(packed_call_id::write_before(&same + 1, "before", "before") == &same);
    const char* at = &same;
    CHECK(packed_call_id::read(at, "before") == "before");
    CHECK(at == &same + 1);
}

TEST_CASE("a binding with all its parts comes back as it was") { check_round_trip(full_binding()); }

TEST_CASE("an empty binding comes back as it was") { check_round_trip({}); }

TEST_CASE("texts of any bytes and of 65,535 of them come back as they were") {
    check_round_trip({.uri = "\0\xff\r\n"sv, .call_id = "\0"sv});
    for (const std::size_t size : {255U, 256U, 65'535U}) {
        const std::string text(size, 'x');
        check_round_trip({.uri = text, .path = "p"});
        check_round_trip({.params = text, .call_id = "i"});
        check_round_trip({.call_id = text, .q = 1});
        check_round_trip({.path = text});
    }
    for (const std::size_t size : {1U, 254U, 255U}) {
        const std::string text(size, 'x');
        check_round_trip({.user_agent = text});
        check_round_trip({.uri = "u", .path = "p", .q = 1, .user_agent = text});
    }
}

TEST_CASE("a flow keeps its addresses of either family, and its connection only if it has one") {
    auto binding = full_binding();
    binding.source.connection = 0;
    binding.source.epoch = 0;
    check_round_trip(binding);
    binding.source.remote = {};
    check_round_trip(binding);
    binding.source = {.remote = {phone_v6, 1}, .local = {phone_v6, 65'535}, .over = protocol::wss};
    check_round_trip(binding);
}

TEST_CASE("a binding takes 33 bytes beside its texts over UDP and IPv4, and more only for what is unusual") {
    const binding_view usual{.uri = "sip:a@b", .source = {.remote = {phone_v4, 5060}, .local = {phone_v4, 5060}}};
    std::array<char, 500> bytes{};
    const auto beside_texts = [&](const binding_view& binding) {
        return pack_binding(binding, {}, bytes) - binding.uri.size() - binding.path.size();
    };
    CHECK(beside_texts(usual) == 33);
    for (const protocol over : {protocol::tcp, protocol::wss}) {
        auto other = usual;
        other.source.over = over;
        CHECK(beside_texts(other) == 33);
    }
    auto known = usual;
    known.user_agent = "Phone/1";
    CHECK(beside_texts(known) == 33 + 1 + 7);
    auto unusual = usual;
    unusual.path = "<sip:p>";
    CHECK(beside_texts(unusual) == 35);
    unusual.q = 0;
    CHECK(beside_texts(unusual) == 37);
    unusual.source.listener = 1;
    CHECK(beside_texts(unusual) == 39);
    unusual.source.connection = 1;
    CHECK(beside_texts(unusual) == 47);
    unusual.source.remote.address = unusual.source.local.address = phone_v6;
    CHECK(beside_texts(unusual) == 71);
    const std::string long_text(256, 'x');
    unusual.uri = long_text;
    const std::string long_id(255, 'x');
    CHECK(beside_texts(unusual) + packed_call_id::size_of(long_id, {}) - 255 == packed_binding::most_beside_texts);
}

TEST_CASE("a binding that does not fit writes nothing") {
    const auto binding = full_binding();
    std::vector<char> bytes(1000, '?');
    const auto size = pack_binding(binding, {}, bytes);
    REQUIRE(size > 0);

    std::vector<char> exact(size, '?');
    CHECK(pack_binding(binding, {}, exact) == size);
    for (std::size_t less = 0; less < size; ++less) {
        std::vector<char> small(less, '?');
        CHECK(pack_binding(binding, {}, small) == 0);
        CHECK(small == std::vector<char>(less, '?'));
    }
}

TEST_CASE("a text that is longer than its size can tell is refused") {
    const std::string longer(65'536, 'x');
    std::vector<char> bytes(100'000);

    CHECK(pack_binding({.uri = longer}, {}, bytes) == 0);
    CHECK(pack_binding({.params = longer}, {}, bytes) == 0);
    CHECK(pack_binding({.path = longer}, {}, bytes) == 0);
    CHECK(pack_binding({.user_agent = std::string_view{longer}.substr(0, 256)}, {}, bytes) == 0);
}

} // namespace packed_binding_test

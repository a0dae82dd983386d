// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/stun.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stun_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::string_literals;

/// Returns: bytes that are written as hexadecimal digits; blanks part them.
[[nodiscard]] auto bytes_of(std::string_view digits) -> std::string {
    std::string made;
    int high = -1;
    for (const char c : digits) {
        const auto value = ascii::hex_value(c);
        if (value < 0) continue;
        if (high < 0) {
            high = value;
            continue;
        }
        made += static_cast<char>(high * 16 + value);
        high = -1;
    }
    return made;
}

const std::string header = bytes_of("0001 0000 2112a442 0102030405060708090a0b0c");

/// Returns: a Binding request with these attributes.
[[nodiscard]] auto asking(std::string_view attributes) -> std::string {
    auto made = header;
    made[2] = static_cast<char>(attributes.size() >> 8U);
    made[3] = static_cast<char>(attributes.size() & 0xff);
    return made.append(attributes);
}

/// Returns: what 192.0.2.1:32853 hears; empty for nothing.
[[nodiscard]] auto heard(std::string_view message, stun_answer expected = stun_answer::mapped) -> std::string {
    REQUIRE(is_stun(message));
    constexpr std::array<std::uint8_t, 4> source{192, 0, 2, 1};
    std::array<char, 256> room{};
    writer out{room};
    CHECK(answer_stun(out, message, source, 32853) == expected);
    return expected == stun_answer::none ? std::string{} : std::string{out.text()};
}

TEST_CASE("who asks is told the address they were seen at, and nothing else (R5626-8-a, R8489-6.3.1.1-a)") {
    CHECK(heard(header) == bytes_of("0101 000c 2112a442 0102030405060708090a0b0c 0020 0008 0001 a147 e112a643"));
    constexpr std::array<std::uint8_t, 16> source{0x20, 0x01, 0x0d, 0xb8, 0x12, 0x34, 0x56, 0x78,
                                                  0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};
    std::array<char, 64> room{};
    writer out{room};
    // transaction and address of RFC 5769 §2.3
    auto asked = header;
    asked.replace(8, 12, bytes_of("b7e7a701bc34d686fa87dfae"));
    CHECK(answer_stun(out, asked, source, 32853) == stun_answer::mapped);
    CHECK(out.text().substr(20) == bytes_of("0020 0014 0002 a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"));
}

TEST_CASE("what baresip sends is answered (RFC 5626 §4.4.2)") {
    const auto sent = bytes_of("00010020 2112a442 b3c280e0ad863e57826a99d5 8022001b 6c69627265207631 2e312e3020287838"
                               "365f36342f6c696e 75782900");
    CHECK(heard(sent) == bytes_of("0101000c 2112a442 b3c280e0ad863e57826a99d5 00200008 0001a147 e112a643"));
}

TEST_CASE("a message is STUN by its first octet, its cookie and its length (R5626-8-b, R8489-6.3-a)") {
    CHECK(is_stun(header));
    CHECK(is_stun(asking(bytes_of("8022 0003 61626300"))));
    CHECK(!is_stun(""));
    CHECK(!is_stun(header.substr(0, 19)));
    CHECK(!is_stun(header + "abcd"));  // longer than it says
    CHECK(!is_stun(asking("abc")));    // no multiple of four
    CHECK(!is_stun(asking("abcdefgh").substr(0, 24)));
    for (const std::size_t at : {0U, 4U, 5U, 6U, 7U}) {
        auto other = header;
        other[at] = 'R';
        CHECK(!is_stun(other));
    }
    CHECK(!is_stun("REGISTER sip:example.com SIP/2.0\r\n\r\n"));
    CHECK(!is_stun(std::string(20, '\0')));
}

TEST_CASE("only Binding requests are answered; an indication is not (R8489-6.3.2-a)") {
    for (const auto* type : {"0011", "0101", "0111", "0003", "0000", "0002", "01ff"}) {
        auto other = header;
        other.replace(0, 2, bytes_of(type));
        CAPTURE(type);
        CHECK(heard(other, stun_answer::none).empty());
    }
}

TEST_CASE("attributes that have to be understood and are not are named by a 420 (R8489-6.3.1-a)") {
    const auto one = bytes_of("0003 0004 00000006"); // CHANGE-REQUEST
    CHECK(heard(asking(one), stun_answer::refused) ==
          bytes_of("0111 0024 2112a442 0102030405060708090a0b0c 0009 0015 00000414") + "Unknown Attribute\0\0\0"s +
              bytes_of("000a 0002 0003 0000"));
    const auto two = one + bytes_of("8022 0001 61000000 7fff 0000");
    CHECK(heard(asking(two), stun_answer::refused).ends_with(bytes_of("000a 0004 0003 7fff")));
    CHECK(heard(asking(bytes_of("0006 0003 61626300 0008 0004 00000000 8070 0000"))).size() == 32);
}

TEST_CASE("a message whose attributes do not fit into it is dropped (R8489-6.3-a)") {
    for (const auto* attributes : {"8022 0005 00000000", "8022 ffff 00000000", "8022 0004"})
        CHECK(heard(asking(bytes_of(attributes)), stun_answer::none).empty());
}

TEST_CASE("a fingerprint has to be right and the last, and is answered with one (RFC 8489 §14.7)") {
    const auto sealed = [](std::string message) {
        message[3] = static_cast<char>(message[3] + 8);
        const auto value = detail::stun_fingerprint{}.add(message).value();
        message += bytes_of("8028 0004");
        for (int shift = 24; shift >= 0; shift -= 8) message += static_cast<char>(value >> shift & 0xff);
        return message;
    };
    const auto good = sealed(header);
    const auto answer = heard(good);
    REQUIRE(answer.size() == 40);
    auto bare = answer.substr(0, 32);
    bare[3] = 12;
    CHECK(sealed(bare) == answer);
    for (std::size_t at = 8; at < good.size(); ++at) {
        if (at >= 20 && at < 24) continue; // the attribute's type and length
        auto other = good;
        other[at] = static_cast<char>(other[at] ^ 1);
        CHECK(heard(other, stun_answer::none).empty());
    }
    auto followed = asking(good.substr(20) + bytes_of("8022 0000"));
    CHECK(heard(followed, stun_answer::none).empty());
    // RFC 5769 §2.1, which has a PRIORITY that nobody but ICE understands
    const auto sample = bytes_of("00010058 2112a442 b7e7a701bc34d686fa87dfae 80220010 5354554e20746573 7420636c69656e74"
                                 "00240004 6e0001ff 80290008 932ff9b151263b36 00060009 6576746a3a683676 59202020"
                                 "00080014 9aeaa70cbfd8cb56 781ef2b5b2d3f249 c1b571a2 80280004 e57a3bcf");
    CHECK(heard(sample, stun_answer::refused).size() == 64);
}

TEST_CASE("an answer that does not fit is none") {
    constexpr std::array<std::uint8_t, 4> source{192, 0, 2, 1};
    for (std::size_t size = 0; size <= 32; ++size) {
        std::array<char, 32> room{};
        writer out{std::span{room}.first(size)};
        CHECK(answer_stun(out, header, source, 5060) == (size < 32 ? stun_answer::none : stun_answer::mapped));
    }
}

TEST_CASE_FIXTURE(world,
                  "a server answers STUN on its port, from where it was asked, and counts it (R8489-6.3.1.2-a)") {
    const auto answer = sends(header);
    CHECK(answer.text.size() == 32);
    CHECK(answer.text.starts_with("\1\1"));
    CHECK(answer.flow.remote == flow.remote);
    CHECK(answer.flow.local == flow.local);
    auto indication = header;
    indication[1] = 0x11;
    CHECK(!sends(indication).was_sent());
    CHECK(observer.take_log() == "stun\nkeep-alive\n");
    CHECK(!sends(header + "abcd").was_sent());
    CHECK(observer.take_log() == "not-sip\n");
    flow.remote.port = 0;
    CHECK(!sends(header).was_sent());
}

TEST_CASE_FIXTURE(world, "STUN on a stream is none of ours (R5626-4.4.1-b)") {
    flow.over = protocol::tcp;
    CHECK(!sends(header).was_sent());
    CHECK(observer.log == "not-sip\n");
}

} // namespace stun_test

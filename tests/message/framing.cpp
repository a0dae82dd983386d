// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/framing.hpp>

#include <sipwhere/base/xoshiro.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace framing_test {

using namespace sipwhere;
using enum frame_kind;

const std::string head = "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\n";

/// Returns: a message with this body.
[[nodiscard]] auto with_body(const std::string& body) -> std::string {
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Returns: what some bytes begin with, as they come at once.
[[nodiscard]] auto first(std::string_view bytes, const frame_limits& limits = {}) -> frame {
    return content_length_framing{limits}.next(bytes);
}

TEST_CASE("a message ends where its Content-Length says, whatever comes behind it (RFC 3261 §18.3)") {
    const auto one = with_body("hello"), two = with_body("");
    CHECK(first(one).kind == message);
    CHECK(first(one).size == one.size());
    CHECK(first(one + two).size == one.size());
    CHECK(first(two + one).size == two.size());
    CHECK(first(two + "garbage").size == two.size());
    for (std::size_t size = 0; size < one.size(); ++size) CHECK(first(one.substr(0, size)).kind == more);
}

TEST_CASE("the length is told in whatever way a header field may be written (RFC 3261 §7.3)") {
    for (const auto* field : {"Content-Length: 2", "content-length:2", "l: 2", "L : 2", "Content-Length\t:\r\n 2",
                              "Content-Length: 2\r\nl: 2", "Content-Length: 002", "Content-Length: 2\r\nX: l: 3"}) {
        CAPTURE(field);
        const auto text = head + field + "\r\n\r\nab";
        CHECK(first(text).kind == message);
        CHECK(first(text).size == text.size());
    }
    const auto bare = "OPTIONS sip:a SIP/2.0\nContent-Length: 1\n\nx"; // lines that end in LF alone
    CHECK(first(bare).kind == message);
    CHECK(first(bare).size == std::string_view{bare}.size());
}

TEST_CASE("a message that does not say its length, or says it wrongly, has no known end") {
    for (const auto* field :
         {"X: y", "Content-Length:", "Content-Length: -1", "Content-Length: 1x", "Content-Length: 1 2",
          "Content-Length: 1\r\nContent-Length: 2", "l: 1\r\nContent-Length: 2", "X: Content-Length: 1",
          "Content-Length-X: 1", "Content-Length: +1"}) {
        CAPTURE(field);
        const auto text = head + field + "\r\n\r\n";
        CHECK(first(text + "behind").kind == unlimited);
        CHECK(first(text + "behind").size == text.size());
    }
}

TEST_CASE("a head or a message that is too long is told as soon as that is known") {
    const frame_limits limits{.max_head = 200, .max_message = 300};
    CHECK(first(std::string(201, 'x'), limits).kind == too_long);
    CHECK(first(std::string(200, 'x'), limits).kind == more);
    const auto start = with_body("").substr(0, with_body("").size() - 6);
    for (const auto* length : {"4294967296", "18446744073709551616", "99999999999999999999999", "250"})
        CHECK(first(start.substr(0, start.find("Content-Length")) + "Content-Length: " + length + "\r\n\r\n", limits)
                  .kind == too_long);
    auto longest = with_body(std::string(200, 'y'));
    longest = with_body(std::string(300 - (longest.size() - 200), 'y'));
    CHECK(longest.size() == 300);
    CHECK(first(longest, limits).kind == message);
    CHECK(first(longest.substr(0, 299), limits).kind == more);
}

TEST_CASE("ends of lines between messages are passed over, and two of them are a ping (R5626-4.4.1-a)") {
    CHECK(first("\r\n\r\n").kind == ping);
    CHECK(first("\r\n\r\n").size == 4);
    CHECK(first("\r\n\r\n\r\n").size == 4);
    CHECK(first("\r").kind == more);
    CHECK(first("\r\n").kind == more);
    CHECK(first("\r\n\r").kind == more);
    CHECK(first("\r\nR").kind == blank);
    CHECK(first("\r\nR").size == 2);
    CHECK(first("\n").kind == blank);
    CHECK(first("\r\n" + with_body("")).kind == blank);
}

TEST_CASE("however a stream is cut, its messages come out the same") {
    xoshiro256 random{11};
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> sent;
        std::string stream;
        for (auto count = 1 + random.next() % 5; count > 0; --count) {
            const auto kind = random.next() % 4;
            if (kind == 0) sent.emplace_back("\r\n\r\n");
            else sent.push_back(with_body(std::string(random.next() % 40, kind == 1 ? '\n' : 'b')));
            stream += sent.back();
        }
        content_length_framing framing;
        std::vector<std::string> heard;
        std::string waiting;
        for (std::size_t at = 0; at < stream.size();) {
            const auto some = 1 + static_cast<std::size_t>(random.next()) % (random.next() % 2 == 0 ? 3 : 200);
            waiting += stream.substr(at, some);
            at += some;
            for (auto found = framing.next(waiting); found.kind != more; found = framing.next(waiting)) {
                REQUIRE((found.kind == message || found.kind == ping));
                heard.push_back(waiting.substr(0, found.size));
                waiting.erase(0, found.size);
            }
        }
        CHECK(heard == sent);
        CHECK(waiting.empty());
        CHECK(!framing.is_within());
    }
}

} // namespace framing_test

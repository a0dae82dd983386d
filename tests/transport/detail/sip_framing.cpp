// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/sip_framing.hpp>

#include <sipwhere/base/xoshiro.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sip_framing_test {

using namespace sipwhere;
using detail::fate;

/// What comes out of a framing.
struct keeping_sink {
    std::vector<std::string> messages;
    std::string written;
    std::size_t most = 1000; ///< messages it takes
    bool writes = true;
    unsigned writes_made = 0;

    auto take(std::string_view message) -> bool {
        messages.emplace_back(message);
        return messages.size() < most;
    }
    auto write(std::string_view bytes) -> bool {
        written.append(bytes);
        ++writes_made;
        return writes;
    }
};

[[nodiscard]] auto framed(std::string_view body) -> std::string {
    return "OPTIONS sip:a SIP/2.0\r\nl: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

TEST_CASE(
    "whatever the pieces in which a stream comes, its messages and pings are the same (R3261-7.5-a, R3261-18.3-d)") {
    const std::vector<std::string> messages{framed(""), framed("hello"), framed(std::string(300, 'x')),
                                            framed("\r\n\r\n")};
    std::string stream = "\r\n";
    for (const auto& each : messages) stream += each + "\r\n\r\n";
    xoshiro256 random{3};
    for (int round = 0; round < 500; ++round) {
        detail::sip_framing framing{{}};
        keeping_sink sink;
        for (std::string_view rest = stream; !rest.empty();) {
            const auto size = std::min<std::size_t>(rest.size(), 1 + random.next() % (round % 2 == 0 ? 3 : 200));
            REQUIRE(framing.read(rest.substr(0, size), sink) == fate::open);
            rest.remove_prefix(size);
        }
        REQUIRE(sink.messages == messages);
        REQUIRE(sink.written == "\r\n\r\n\r\n\r\n"); // one for each ping (RFC 5626 §4.4.1)
        REQUIRE(framing.served() == 8);
        REQUIRE_FALSE(framing.is_within());
        REQUIRE(framing.kept() == 0);
    }
}

TEST_CASE("a line end behind a message, which may become a ping, is no message that has begun") {
    detail::sip_framing framing{{}};
    keeping_sink sink;
    CHECK(framing.read(framed("x") + "\r\n", sink) == fate::open);
    CHECK_FALSE(framing.is_within());
    CHECK(framing.read("\r", sink) == fate::open);
    CHECK_FALSE(framing.is_within());
    CHECK(framing.read("\nO", sink) == fate::open);
    CHECK(framing.is_within());
    CHECK(sink.written == "\r\n");
}

TEST_CASE("however many pings come at once, they are answered by one write") {
    detail::sip_framing framing{{}};
    keeping_sink sink;
    std::string pings;
    for (int i = 0; i < 1000; ++i) pings += "\r\n\r\n";
    CHECK(framing.read(pings + framed("x") + pings, sink) == fate::open);
    CHECK(sink.written.size() == 4000);
    CHECK(sink.writes_made == 1);
    CHECK(sink.messages.size() == 1);
}

TEST_CASE("the beginning of a message is kept, and counted, until the rest has come") {
    detail::sip_framing framing{{}};
    keeping_sink sink;
    const auto whole = framed(std::string(1000, 'x'));
    CHECK(framing.read(whole.substr(0, 900), sink) == fate::open);
    CHECK(framing.is_within());
    CHECK(framing.kept() >= 900);
    CHECK(framing.read(whole.substr(900), sink) == fate::open);
    CHECK(sink.messages == std::vector{whole});
    CHECK_FALSE(framing.is_within());
    CHECK(framing.kept() == 0);
}

TEST_CASE("what has no known end is handed on, for its 400, and is the last") {
    detail::sip_framing framing{{}};
    keeping_sink sink;
    const std::string head = "REGISTER sip:a SIP/2.0\r\nVia: x\r\n\r\n";
    CHECK(framing.read(head + framed(""), sink) == fate::leaving);
    CHECK(sink.messages == std::vector{head});
}

TEST_CASE("what is too long is not handed on, and is the last") {
    detail::sip_framing framing{{.max_head = 100, .max_message = 200}};
    keeping_sink sink;
    CHECK(framing.read(std::string(101, 'x'), sink) == fate::leaving);
    CHECK(sink.messages.empty());
}

TEST_CASE("nothing more is read once a message or a ping has ended the connection") {
    detail::sip_framing framing{{}};
    keeping_sink sink;
    sink.most = 2;
    CHECK(framing.read(framed("") + framed("") + framed(""), sink) == fate::closing);
    CHECK(sink.messages.size() == 2);
    detail::sip_framing other{{}};
    keeping_sink deaf;
    deaf.writes = false;
    CHECK(other.read("\r\n\r\n" + framed(""), deaf) == fate::closing);
}

} // namespace sip_framing_test

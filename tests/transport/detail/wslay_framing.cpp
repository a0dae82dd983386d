// SPDX-License-Identifier: BSL-1.0
//
// What a server of WebSocket owes its clients (RFC 6455), and one of SIP over it (RFC 7118).
#include <sipwhere/transport/detail/wslay_framing.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/model/flow.hpp>

#include <support/values.hpp>
#include <support/websocket_frames.hpp>
#include <support/websocket_opening.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wslay_framing_test {

using namespace sipwhere;
using namespace std::string_literals;
using detail::fate;
using sipwhere_test::frames_in;
using sipwhere_test::sent_frame;
using sipwhere_test::ws_frame;

const std::string opening = sipwhere_test::websocket_opening();

/// A connection, as its server sees it.
struct connected {
    websocket_rules rules{};
    detail::wslay_framing framing;
    std::vector<std::string> messages;
    std::string written;
    flow from{.remote = sipwhere_test::at("192.0.2.1", 40000), .over = protocol::ws};
    bool takes = true;

    explicit connected(const frame_limits& limits = {}, websocket_rules wanted = {})
        : rules(std::move(wanted)), framing(limits, rules) {}

    auto take(std::string_view message) -> bool {
        messages.emplace_back(message);
        return takes;
    }
    auto write(std::string_view bytes) -> bool {
        written.append(bytes);
        return true;
    }
    auto way() -> flow& { return from; }

    auto reads(std::string_view bytes) -> fate { return framing.read(bytes, *this); }

    /// Opens the connection, and forgets what was said about it.
    auto opened() -> connected& {
        REQUIRE(reads(opening + "\r\n") == fate::open);
        REQUIRE(written.starts_with("HTTP/1.1 101 "));
        written.clear();
        return *this;
    }
    [[nodiscard]] auto sent() const -> std::vector<sent_frame> { return frames_in(written); }
};

TEST_CASE("a connection is opened with the key's answer and the subprotocol sip (RFC 6455 §4.2.2, R7118-4.1-a)") {
    connected it;
    const auto text = opening + "\r\n";
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        REQUIRE(it.reads(text.substr(i, 1)) == fate::open);
        REQUIRE(it.framing.is_within());
    }
    CHECK(it.framing.served() == 0);
    CHECK(it.written.empty());
    CHECK(it.reads(text.substr(text.size() - 1)) == fate::open);
    CHECK(it.written == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    CHECK(it.framing.served() == 1);
    CHECK_FALSE(it.framing.is_within());
    CHECK(it.framing.kept() == 0);
}

TEST_CASE("what comes right behind the request is read as frames") {
    connected it;
    CHECK(it.reads(opening + "\r\n" + ws_frame("hello")) == fate::open);
    CHECK(it.messages == std::vector{"hello"s});
}

TEST_CASE("who does not open a connection as it should be is told why, and left (R7118-4.1-b)") {
    connected it;
    CHECK(it.reads("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == fate::leaving);
    CHECK(it.written.starts_with("HTTP/1.1 426 "));
    connected sip;
    CHECK(sip.reads("REGISTER sip:a SIP/2.0\r\nVia: x\r\n\r\n") == fate::leaving);
    CHECK(sip.written.starts_with("HTTP/1.1 400 "));
    CHECK(sip.messages.empty());
    connected endless;
    CHECK(endless.reads(std::string(8192, 'x')) == fate::open);
    CHECK(endless.reads("x") == fate::leaving);
    CHECK(endless.written.starts_with("HTTP/1.1 431 "));
}

TEST_CASE("only scripts of listed pages may connect, and what is no browser") {
    const websocket_rules rules{.origins = {"https://phone.example.com", "null"}};
    const auto status = [&](const std::string& origin) {
        connected it{{}, rules};
        (void)it.reads(opening + origin + "\r\n");
        return it.written.substr(9, 3);
    };
    CHECK(status("Origin: https://phone.example.com\r\n") == "101");
    CHECK(status("Origin: HTTPS://Phone.example.com\r\n") == "101");
    CHECK(status("Origin: null\r\n") == "101");
    CHECK(status("") == "101");
    CHECK(status("Origin: https://evil.example.com\r\n") == "403");
    CHECK(status("Origin: https://phone.example.com.evil.org\r\n") == "403");
    CHECK(status("Origin: http://phone.example.com\r\n") == "403");
}

TEST_CASE("a program may decide by a cookie, or ask for credentials of HTTP (R7118-7-a)") {
    websocket_rules rules;
    rules.accept = [](const websocket_request& asked) -> websocket_verdict {
        if (asked.cookie == "session=1" || asked.authorization == "Basic eA==")
            return {101, "Set-Cookie: session=2\r\n"};
        return {401, "WWW-Authenticate: Basic realm=\"x\"\r\n"};
    };
    connected without{{}, rules};
    CHECK(without.reads(opening + "\r\n") == fate::leaving);
    CHECK(without.written.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    CHECK(without.written.find("\r\nWWW-Authenticate: Basic") != std::string::npos);
    for (const auto* line : {"Cookie: session=1\r\n", "Authorization: Basic eA==\r\n"}) {
        connected with{{}, rules};
        CHECK(with.reads(opening + line + "\r\n") == fate::open);
        CHECK(with.written.find("\r\nSet-Cookie: session=2\r\n") != std::string::npos);
    }
}

TEST_CASE("a balancer that is known says whom it speaks for, and nobody else does") {
    const websocket_rules rules{.forwarders = {parse_address("192.0.2.1")}};
    connected known{{}, rules};
    (void)known.reads(opening + "X-Forwarded-For: 10.1.1.1, 203.0.113.7\r\n\r\n");
    CHECK(known.from.remote == sipwhere_test::at("203.0.113.7", 40000));
    connected unknown;
    (void)unknown.reads(opening + "X-Forwarded-For: 203.0.113.7\r\n\r\n");
    CHECK(unknown.from.remote == sipwhere_test::at("192.0.2.1", 40000));
    connected silent{{}, rules};
    (void)silent.reads(opening + "\r\n");
    CHECK(silent.from.remote == sipwhere_test::at("192.0.2.1", 40000));
}

TEST_CASE("each message comes in one of WebSocket, text or binary, of every size, in whatever pieces (R7118-4.2-a)") {
    connected it;
    it.opened();
    std::string stream;
    std::vector<std::string> expected;
    for (const std::size_t size : {0U, 1U, 124U, 125U, 126U, 127U, 128U, 65'534U, 65'535U}) {
        expected.emplace_back(size, 'x');
        stream += ws_frame(expected.back(), {.opcode = size % 2 == 0 ? 1U : 2U});
    }
    stream += ws_frame("short", {.length_bytes = 2}) + ws_frame("shorter", {.length_bytes = 8});
    xoshiro256 random{5};
    for (std::string_view rest = stream; !rest.empty();) {
        const auto size = std::min<std::size_t>(rest.size(), 1 + random.next() % 5000);
        const auto said = it.reads(rest.substr(0, size));
        rest.remove_prefix(size);
        if (said != fate::open) break;
    }
    std::erase(expected, "");
    REQUIRE(it.messages.size() >= expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(it.messages[i] == expected[i]);
}

TEST_CASE("fragments make one message, and control frames may come between them (RFC 6455 §5.4)") {
    connected it;
    it.opened();
    CHECK(it.reads(ws_frame("one ", {.is_final = false}) + ws_frame("two ", {.opcode = 0, .is_final = false})) ==
          fate::open);
    CHECK(it.framing.is_within());
    CHECK(it.framing.kept() >= 8); // and what each fragment takes
    const auto kept = it.framing.kept();
    CHECK(it.reads(ws_frame("are you there?", {.opcode = 9})) == fate::open);
    CHECK(it.sent() == std::vector<sent_frame>{{10, "are you there?"}});
    CHECK(it.framing.is_within());
    CHECK(it.framing.kept() == kept); // a ping takes nothing
    CHECK(it.reads(ws_frame("", {.opcode = 0, .is_final = false}) + ws_frame("three", {.opcode = 0})) == fate::open);
    CHECK(it.messages == std::vector{"one two three"s});
    CHECK_FALSE(it.framing.is_within());
    CHECK(it.framing.kept() == 0);
}

TEST_CASE("pings are answered with what they hold, pongs that nobody asked for are let pass (RFC 6455 §5.5)") {
    connected it;
    it.opened();
    CHECK(it.reads(ws_frame("", {.opcode = 9}) + ws_frame(std::string(125, 'p'), {.opcode = 9}) +
                   ws_frame("x", {.opcode = 10})) == fate::open);
    CHECK(it.sent() == std::vector<sent_frame>{{10, ""}, {10, std::string(125, 'p')}});
    CHECK(it.messages.empty());
    CHECK_FALSE(it.framing.is_within());
    CHECK(it.framing.kept() == 0);
}

TEST_CASE("a message in very many fragments ends the connection, as each takes memory beside its bytes") {
    connected it;
    it.opened();
    CHECK(it.reads(ws_frame("x", {.is_final = false})) == fate::open);
    auto said = fate::open;
    std::size_t sent = 1;
    for (; said == fate::open && sent < 5000; ++sent) {
        said = it.reads(ws_frame("x", {.opcode = 0, .is_final = false}));
        if (said == fate::open) REQUIRE(it.framing.kept() >= 100 * sent);
    }
    CHECK(said == fate::closing);
    CHECK(sent == 1025);
}

TEST_CASE("an empty first fragment is the beginning of a message, whatever ping comes behind it") {
    connected it;
    it.opened();
    CHECK(it.reads(ws_frame("", {.is_final = false}) + ws_frame("", {.opcode = 9})) == fate::open);
    CHECK(it.framing.is_within());
}

TEST_CASE("line ends keep a connection alive: two are answered by one, in a message of its own (R7118-6-a)") {
    connected it;
    it.opened();
    const auto served = it.framing.served();
    CHECK(it.reads(ws_frame("\r\n\r\n")) == fate::open);
    CHECK(it.sent() == std::vector<sent_frame>{{1, "\r\n"}});
    CHECK(it.reads(ws_frame("\r\n\r\n", {.opcode = 2}) + ws_frame("\r\n") + ws_frame("")) == fate::open);
    CHECK(it.sent() == std::vector<sent_frame>{{1, "\r\n"}, {1, "\r\n"}});
    CHECK(it.messages.empty());
    CHECK(it.framing.served() > served);
}

TEST_CASE("an answer is text if it is UTF-8, or else binary, in one frame of any size (RFC 7118 §5)") {
    connected it;
    it.opened();
    std::size_t writes = 0;
    const auto out = [&](std::string_view bytes) {
        ++writes;
        return it.write(bytes);
    };
    std::vector<sent_frame> expected;
    for (const auto& text : {"SIP/2.0 200 OK\r\n"s, "\xc3\xa4"s, "\xe4"s, std::string(125, 'x'), std::string(126, 'x'),
                             std::string(70'000, 'x')}) {
        CHECK(it.framing.write(text, out));
        expected.push_back({text == "\xe4" ? 2U : 1U, text});
    }
    CHECK(it.sent() == expected);
    CHECK(writes == expected.size());
    connected closed;
    CHECK_FALSE(closed.framing.write("before it is open", out));
}

TEST_CASE("a connection is closed with the code of what is wrong (RFC 6455 §7.4)") {
    const auto code = [](std::string_view bytes, const frame_limits& limits = {}) -> unsigned {
        connected it{limits};
        it.opened();
        if (it.reads(bytes) != fate::leaving) return 0;
        const auto sent = it.sent();
        REQUIRE(!sent.empty());
        return sent.back().code();
    };
    constexpr unsigned protocol_error = 1002, bad_text = 1007, too_big = 1009, normal = 1000;
    CHECK(code(ws_frame("x", {.is_masked = false})) == protocol_error);
    for (const unsigned bits : {1U, 2U, 4U}) CHECK(code(ws_frame("x", {.reserved = bits})) == protocol_error);
    for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 15U})
        CHECK(code(ws_frame("x", {.opcode = opcode})) == protocol_error);
    CHECK(code(ws_frame("x", {.opcode = 0})) == protocol_error); // the end of nothing
    CHECK(code(ws_frame("x", {.is_final = false}) + ws_frame("y")) == protocol_error); // another within a message
    CHECK(code(ws_frame("x", {.opcode = 9, .is_final = false})) == protocol_error);
    CHECK(code(ws_frame(std::string(126, 'x'), {.opcode = 9})) == protocol_error);
    CHECK(code(ws_frame("\xff")) == bad_text);
    CHECK(code(ws_frame("\xc3", {.is_final = false}) + ws_frame("x", {.opcode = 0})) == bad_text);
    CHECK(code(ws_frame("\xed\xa0\x80")) == bad_text);
    CHECK(code(ws_frame("\xff", {.opcode = 2})) == 0);
    CHECK(code(ws_frame("\xc3", {.is_final = false}) + ws_frame("\xa4", {.opcode = 0})) == 0); // parted within a letter
    CHECK(code(ws_frame(std::string(300, 'x')), {.max_head = 100, .max_message = 299}) == too_big);
    CHECK(code(ws_frame(std::string(200, 'x'), {.is_final = false}) + ws_frame(std::string(100, 'x'), {.opcode = 0}),
               {.max_head = 100, .max_message = 299}) == too_big);
    const auto huge = "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44"s;
    CHECK(code(huge) == 0); // as long as nothing of it has come, it may be waited for
    CHECK(code(huge + "x") == too_big);
    CHECK(code("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44"s) ==
          protocol_error); // its highest bit is set
    CHECK(code(ws_frame("\x03\xe8", {.opcode = 8})) == normal);
    CHECK(code(ws_frame("\x03\xe8"
                        "bye",
                        {.opcode = 8})) == normal);
    CHECK(code(ws_frame("\x03\xe7", {.opcode = 8})) == protocol_error); // 999
    CHECK(code(ws_frame("\x03\xed", {.opcode = 8})) == protocol_error); // 1005, which is never sent
    CHECK(code(ws_frame("\x03\xe8\xff", {.opcode = 8})) == bad_text);
}

TEST_CASE("a close with half a code ends the connection, too") {
    connected it;
    it.opened();
    CHECK(it.reads(ws_frame("x", {.opcode = 8})) == fate::leaving);
    CHECK(it.sent().back().opcode == 8);
}

TEST_CASE("a close without a code is answered by one, and nothing that comes behind counts") {
    connected it;
    it.opened();
    CHECK(it.reads(ws_frame("", {.opcode = 8}) + ws_frame("late")) == fate::leaving);
    CHECK(it.sent() == std::vector<sent_frame>{{8, ""}});
    CHECK(it.messages.empty());
    CHECK_FALSE(it.framing.write("late", [&](std::string_view bytes) { return it.write(bytes); }));
}

TEST_CASE("a message that ends the connection is the last that is taken") {
    connected it;
    it.opened();
    it.takes = false;
    CHECK(it.reads(ws_frame("one") + ws_frame("two")) == fate::closing);
    CHECK(it.messages == std::vector{"one"s});
}

TEST_CASE("a message may be answered while it is taken") {
    struct answering : connected {
        using connected::connected;
        auto take(std::string_view message) -> bool {
            const auto text = "re: " + std::string{message};
            return framing.write(text, [&](std::string_view bytes) { return write(bytes); });
        }
    } it;
    it.opened();
    CHECK(it.framing.read(ws_frame("one") + ws_frame("ping", {.opcode = 9}) + ws_frame("two"), it) == fate::open);
    CHECK(it.sent() == std::vector<sent_frame>{{1, "re: one"}, {10, "ping"}, {1, "re: two"}});
}

} // namespace wslay_framing_test

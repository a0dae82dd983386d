// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/websocket_handshake.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace websocket_handshake_test {

using namespace sipwhere;
using detail::parse_websocket_opening;

/// A request to open a connection, of which each line may be another.
class opening {
public:
    [[nodiscard]] auto with(std::string_view name, std::string_view value) const -> opening {
        auto made = *this;
        for (auto& [known, old] : made.fields_)
            if (known == name) return old = value, made;
        made.fields_.emplace_back(name, value);
        return made;
    }
    [[nodiscard]] auto also(std::string_view name, std::string_view value) const -> opening {
        auto made = *this;
        made.fields_.emplace_back(name, value);
        return made;
    }
    [[nodiscard]] auto without(std::string_view name) const -> opening {
        auto made = *this;
        std::erase_if(made.fields_, [name](const auto& each) { return each.first == name; });
        return made;
    }
    [[nodiscard]] auto starting(std::string_view line) const -> opening {
        auto made = *this;
        made.line_ = line;
        return made;
    }
    [[nodiscard]] auto text() const -> std::string {
        auto made = line_ + "\r\n";
        for (const auto& [name, value] : fields_) made += name + ": " + value + "\r\n";
        return made + "\r\n";
    }
    [[nodiscard]] auto status() const -> int { return parse_websocket_opening(text()).status; }

private:
    std::string line_ = "GET / HTTP/1.1";
    std::vector<std::pair<std::string, std::string>> fields_{{"Host", "sip.example.com"},
                                                             {"Upgrade", "websocket"},
                                                             {"Connection", "Upgrade"},
                                                             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                                             {"Origin", "https://www.example.com"},
                                                             {"Sec-WebSocket-Protocol", "sip"},
                                                             {"Sec-WebSocket-Version", "13"}};
};

TEST_CASE("who asks for SIP as RFC 7118 §4.1 wants it is let in, however it is written") {
    const opening asked;
    CHECK(asked.status() == 101);
    CHECK(asked.with("Upgrade", "WebSocket").status() == 101);
    CHECK(asked.with("Connection", "keep-alive, Upgrade").status() == 101);
    CHECK(asked.with("Sec-WebSocket-Protocol", "chat, sip ,other").status() == 101);
    CHECK(asked.with("Sec-WebSocket-Protocol", "chat").also("Sec-WebSocket-Protocol", "sip").status() == 101);
    CHECK(asked.without("Origin").status() == 101);
    CHECK(asked.without("Host").also("HOST", "a").status() == 101);
    CHECK(asked.starting("GET /path?query=1 HTTP/1.1").status() == 101);
    const auto text = asked.with("Cookie", "session=1").with("Authorization", "Basic x").text();
    const auto read = parse_websocket_opening(text);
    CHECK(read.key == "dGhlIHNhbXBsZSBub25jZQ==");
    CHECK(read.asked.origin == "https://www.example.com");
    CHECK(read.asked.host == "sip.example.com");
    CHECK(read.asked.target == "/");
    CHECK(read.asked.cookie == "session=1");
    CHECK(read.asked.authorization == "Basic x");
}

TEST_CASE("who asks for something else, or not in the right way, is told so (RFC 6455 §4.2.1)") {
    const opening asked;
    CHECK(asked.starting("POST / HTTP/1.1").status() == 405);
    CHECK(asked.starting("GET / HTTP/1.0").status() == 426);
    CHECK(asked.starting("GET / SIP/2.0").status() == 400);
    CHECK(asked.starting("GET /").status() == 400);
    CHECK(asked.starting("GET  HTTP/1.1").status() == 400);
    CHECK(asked.starting("").status() == 400);
    CHECK(asked.without("Upgrade").status() == 426);
    CHECK(asked.without("Connection").status() == 426);
    CHECK(asked.with("Upgrade", "h2c").status() == 426);
    CHECK(asked.without("Sec-WebSocket-Version").status() == 426);
    CHECK(asked.with("Sec-WebSocket-Version", "8").status() == 426);
    CHECK(asked.without("Host").status() == 400);
    CHECK(asked.also("Host", "other").status() == 400);
    CHECK(asked.also("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").status() == 400);
    CHECK(asked.without("Sec-WebSocket-Key").status() == 400);
    for (const auto* key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQA=", "dGhlIHNhbXBsZSBub25jZ!==",
                            "dGhlIHNhbXBsZSBub25jZQ===="})
        CHECK(asked.with("Sec-WebSocket-Key", key).status() == 400);
    CHECK(asked.without("Sec-WebSocket-Protocol").status() == 400);
    CHECK(asked.with("Sec-WebSocket-Protocol", "sips, chat").status() == 400);
    CHECK(asked.also(" folded", "x").status() == 400);
    CHECK(parse_websocket_opening("GET / HTTP/1.1\r\nno colon\r\n\r\n").status == 400);
}

TEST_CASE("a refusal says what would be right, and that the connection ends") {
    const auto of = [](std::uint16_t status) { return detail::refuse_websocket(status, "X: y\r\n"); };
    CHECK(of(426) == "HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Length: 0\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\nX: y\r\n\r\n");
    CHECK(of(405).find("\r\nAllow: GET\r\n") != std::string::npos);
    CHECK(of(403).starts_with("HTTP/1.1 403 Forbidden\r\n"));
    CHECK(of(418).starts_with("HTTP/1.1 418 Refused\r\n"));
}

TEST_CASE("of the addresses that balancers have told the last that is none of them is believed") {
    const std::array ours{parse_address("198.51.100.1"), parse_address("198.51.100.2")};
    CHECK(detail::forwarded_address("192.0.2.7", ours) == parse_address("192.0.2.7"));
    CHECK(detail::forwarded_address("10.0.0.1, 192.0.2.7", ours) == parse_address("192.0.2.7"));
    CHECK(detail::forwarded_address("10.0.0.1 ,192.0.2.7, 198.51.100.2,198.51.100.1", ours) ==
          parse_address("192.0.2.7"));
    CHECK(detail::forwarded_address("2001:db8::1", ours) == parse_address("2001:db8::1"));
    for (const auto* none : {"", "unknown", "10.0.0.1, x", "198.51.100.1", "192.0.2.7:40000"})
        CHECK(detail::forwarded_address(none, ours).family() == address_family::none);
}

} // namespace websocket_handshake_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/peek_aor.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto guess(const std::string& to) -> aor_view {
    static std::string bytes;
    bytes = "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n" + to;
    return peek_aor(bytes);
}

TEST_CASE("the address-of-record of a usual REGISTER is guessed right") {
    const aor_view alice{"alice", "example.com"};
    CHECK(guess("To: <sip:alice@example.com>\r\nFrom: <sip:bob@example.com>\r\n\r\n") == alice);
    CHECK(guess("t:sip:alice@example.com\r\n\r\n") == alice);
    CHECK(guess("TO:\"Alice\" <sips:alice@example.com:5061>;tag=1\r\n") == alice);
    CHECK(guess("From: <sip:bob@example.com>\r\nTo: sip:alice@example.com;user=phone") == alice);
    CHECK(guess("To: sip:alice@example.com ;tag=1\r\n") == alice);
    CHECK(guess("To: <sip:alice@example.com>\r\nt: <sip:bob@example.com>\r\nTo: <sip:bob@example.com>\r\n") == alice);
}

TEST_CASE("what is no usual REGISTER may give any guess, but no look beyond its end") {
    CHECK(peek_aor("").user.empty());
    CHECK(peek_aor("OPTIONS sip:a SIP/2.0\r\nTo: <sip:alice@example.com>\r\n").user.empty());
    const std::string whole = "To: \"a\" <sip:alice@example.com>\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto got = guess(whole.substr(0, size));
        CHECK((got.user.empty() || got.user == "alice"));
        CHECK(std::string_view{"example.com"}.starts_with(got.domain));
    }
    CHECK(guess("To: alice\r\n").user.empty());
    CHECK(guess("To: <sip:example.com>\r\nContact: <sip:alice@192.0.2.1>\r\n").user.empty());
}

} // namespace

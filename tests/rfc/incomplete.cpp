// SPDX-License-Identifier: BSL-1.0
// A message that ends before the empty line after its header fields changes nothing: RFC 3261 §7.
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A registrar where alice has two bindings that nothing incomplete may touch.
struct two_bound {
    world w;
    std::string before;

    two_bound() {
        w.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.10:5061>;q=0.5"));
        before = w.record();
        REQUIRE(before.size() > 50);
    }

    /// Sends every part of a request that lacks something of its header section.
    void hears_every_prefix_of(const std::string& text) {
        const bool by_lf = text.find('\r') == std::string::npos;
        const auto via = text.find("Via: ");
        const auto end_of_via = text.find('\n', via) + 2; // from there on it is clear that no fold follows
        const auto whole = text.find(by_lf ? "\n\n" : "\r\n\r\n") + (by_lf ? 2 : 4);
        REQUIRE(whole <= text.size());
        for (std::size_t size = 0; size < whole; ++size) {
            CAPTURE(text.substr(0, size));
            const auto told = w.sends(std::string_view{text}.substr(0, size));
            CHECK(w.record() == before);
            if (size >= end_of_via) CHECK(told.reason() == "Incomplete Message");
            if (told.was_sent()) CHECK(told.status() == status::bad_request);
        }
    }
};

auto without_cr(std::string text) -> std::string {
    std::erase(text, '\r');
    return text;
}

TEST_CASE("no request that was cut off changes anything, wherever it was cut (R3261-7-a)") {
    const request asked[] = {
        alice_registers("sip:u@192.0.2.10", 3600s),
        alice_registers("<sip:c@192.0.2.1>;q=0.5;expires=60, <sip:a@192.0.2.1>;expires=0"),
        alice_registers("<sip:a@192.0.2.1>;expires=0").also("Contact", "<sip:new@192.0.2.77>"),
        alice_registers("*", 0s),
        alice_registers("<sip:b@192.0.2.10:5061>", 0s),
        alice_registers("\"A\r\n B\"\r\n <sip:u@192.0.2.10>\r\n\t;expires\r\n =3600").also("Subject", "a\r\n  b"),
        alice_registers("<sip:u@192.0.2.10>").also("Content-Length", "0").also("A-Name-That-Nobody-Knows", "x"),
        alice_registers("sip:u@192.0.2.10").with("Content-Length", "4").carrying("v=0\n"),
    };
    for (const auto& one : asked) {
        two_bound it;
        const auto text = it.w.write(one);
        it.hears_every_prefix_of(text);
        it.hears_every_prefix_of(without_cr(text));
        CHECK(it.w.sends(text).status() == status::ok);
        CHECK(it.w.record() != it.before);
    }
}

TEST_CASE("a message cut off in its topmost Via, or before it, is answered with 400 or not at all") {
    two_bound it;
    const auto text = it.w.write(alice_registers("sip:u@192.0.2.10"));
    CHECK_FALSE(it.w.sends(text.substr(0, text.find("Via"))).was_sent());
    CHECK(it.w.sends(text.substr(0, text.find(";branch"))).reason() == "Incomplete Message");
    CHECK(it.w.record() == it.before);
}

TEST_CASE("CRLF or LF is enough of an empty line, and a body may follow it or not") {
    for (const auto* end : {"\r\n\r\n", "\n\n", "\r\n\n", "\n\r\n", "\r\n\r\nbody", "\n\nbody"}) {
        world w;
        const auto text = w.write(alice_registers("sip:u@192.0.2.10"));
        CHECK(w.sends(text.substr(0, text.size() - 4) + end).uris() == "sip:u@192.0.2.10");
    }
}

} // namespace

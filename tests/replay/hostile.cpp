// SPDX-License-Identifier: BSL-1.0
#include <replay/allowed_answers.hpp>
#include <replay/hostile_messages.hpp>
#include <support/world.hpp>

#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace {

using namespace sipwhere_test;
using sipwhere::status;

auto settings_of(served whose) -> sipwhere::settings {
    sipwhere::settings config;
    if (whose == served::example_com) config.domains = {"example.com"};
    return config;
}

} // namespace

TEST_CASE("messages that want to break a parser get an answer they may have (RFC 4475, RFC 5118)") {
    const auto messages = hostile_messages();
    for (const auto& expected : torture_classes) {
        const auto name = expected.name;
        CAPTURE(name);
        CHECK(std::ranges::count(messages, name, &hostile_message::name) > 0);
        for (const auto& hostile : messages) {
            if (hostile.name != name) continue;
            const auto& message = hostile.bytes;
            for (const auto whose : {served::example_com, served::every_domain}) {
                world w{settings_of(whose)};
                const auto reply = w.sends(message);
                CAPTURE(message);
                CAPTURE(reply.text);
                CHECK(is_allowed(expected.answers, reply.status(), whose));
                if (reply.status() != status::ok || !message.starts_with("REGISTER")) CHECK(w.observer.changes.empty());
                sipwhere::message_view view;
                if (reply.was_sent()) CHECK(sipwhere::parse_message(reply.text, view));
            }
        }
    }
}

TEST_CASE("a hostile message cut short at any byte, or with any byte spoiled, is answered or dropped") {
    for (const auto& [name, message] : hostile_messages()) {
        world w{settings_of(served::example_com)};
        for (std::size_t size = 0; size < message.size(); size += 1 + message.size() / 200)
            (void)w.sends(std::string_view{message}.substr(0, size));
        for (std::size_t at = 0; at < message.size(); at += 1 + message.size() / 200) {
            auto spoiled = message;
            spoiled[at] = static_cast<char>(at * 37);
            (void)w.sends(spoiled);
        }
        for (const auto& [flow, bytes] : w.transport.sent) {
            sipwhere::message_view view;
            CHECK(sipwhere::parse_message(bytes, view));
            CHECK_FALSE(view.is_request());
            CHECK(view.status_code() < 600);
            CHECK(flow.remote.port != 0);
        }
    }
}

TEST_CASE("thirty Via values come back whole and in order (RFC 3261 §8.2.6.2)") {
    world w;
    const auto vias = hostile_vias(30);
    const auto text = w.sends(request{}.with("Via", vias)).text;
    sipwhere::message_view view;
    REQUIRE(sipwhere::parse_message(text, view));
    std::size_t index = 0;
    view.for_each_value(sipwhere::header_name::via, [&index](std::string_view value) {
        if (index != 0) CHECK(value.find("proxy-" + std::to_string(index) + ".example.net") != std::string_view::npos);
        ++index;
    });
    CHECK(index == 30);
}

// SPDX-License-Identifier: BSL-1.0
#include <replay/allowed_answers.hpp>
#include <support/skip.hpp>
#include <support/world.hpp>

#include <sipwhere/message/parse_message.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere_test;
using sipwhere::status;

auto settings_for(served whose) -> sipwhere::settings {
    sipwhere::settings config;
    if (whose == served::example_com) config.domains = {"example.com"};
    return config;
}

/// One of the RFCs' messages, in the folder that the environment names.
auto torture_message(std::string_view name) -> std::string {
    const char* const folder = std::getenv("SIPWHERE_TORTURE");
    if (folder == nullptr) return {};
    std::ifstream file{std::filesystem::path{folder} / (std::string{name} + ".dat"), std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

auto are_missing() -> bool {
    const bool missing = torture_message("wsinv").empty();
    if (missing) sipwhere_test::skip("SIPWHERE_TORTURE names no folder with the messages of RFC 4475");
    return missing;
}

/// Returns: every value of a list header, in order.
auto values_of(std::string_view message, sipwhere::header_name name) -> std::vector<std::string> {
    sipwhere::message_view view;
    REQUIRE(sipwhere::parse_message(message, view));
    std::vector<std::string> values;
    view.for_each_value(name, [&values](std::string_view value) { values.emplace_back(value); });
    return values;
}

auto has_bindings(const world& w) -> bool {
    bool any = false;
    (void)w.storage.scan({}, 100, w.clock.now(),
                         [&any](const sipwhere::aor_view&, const auto& live) { any = any || !live.empty(); });
    return any;
}

} // namespace

TEST_CASE("each message of RFC 4475 and RFC 5118 gets an answer it may have") {
    if (are_missing()) return;
    for (const auto whose : {served::example_com, served::every_domain}) {
        for (const auto& expected : torture_classes) {
            const auto name = expected.name;
            CAPTURE(name);
            const auto message = torture_message(name);
            REQUIRE_FALSE(message.empty());
            world w{settings_for(whose)};
            const auto reply = w.sends(message);

            CAPTURE(reply.text);
            CHECK(is_allowed(expected.answers, reply.status(), whose));
            if (reply.status() != status::ok || !message.starts_with("REGISTER")) CHECK_FALSE(has_bindings(w));
            if (!reply.was_sent()) continue;
            sipwhere::message_view view;
            CHECK(sipwhere::parse_message(reply.text, view));
            CHECK_FALSE(view.defect());
            if (reply.status() == status::method_not_allowed || reply.status() == status::not_implemented)
                CHECK(reply.has("Allow"));
        }
    }
}

TEST_CASE("a user that holds a NUL keeps all of it, and so do contacts (RFC 4475 §3.1.1.4)") {
    if (are_missing()) return;
    world w{settings_for(served::example_com)};
    CHECK(w.sends(torture_message("escnull")).uris() == "sip:%00@host5.example.com sip:%00%00@host5.example.com");
    CHECK_FALSE(w.record(std::string_view{"null-\0-null", 11}).empty());
}

TEST_CASE("what follows a message in its datagram is not read (RFC 4475 §3.1.1.8)") {
    if (are_missing()) return;
    world w{settings_for(served::example_com)};
    w.sends(torture_message("dblreq"));
    CHECK(w.transport.sent.size() == 1);
    CHECK(w.bound("j.user") == "sip:j.user@host.example.com");
}

TEST_CASE("a long list of Via values comes back whole and in order (RFC 4475 §3.1.1.7)") {
    if (are_missing()) return;
    world w{settings_for(served::example_com)};
    const auto message = torture_message("longreq");
    const auto asked = values_of(message, sipwhere::header_name::via);
    const auto given = values_of(w.sends(message).text, sipwhere::header_name::via);
    CHECK(asked.size() == 34);
    REQUIRE(given.size() == asked.size());
    CHECK(given.front().find(";received=192.0.2.1") != std::string::npos);
    for (std::size_t i = 1; i < asked.size(); ++i) CHECK(given[i] == asked[i]);
}

TEST_CASE("parameters of a Contact stay where they were, in or out of its URI (RFC 4475 §3.3.12 to §3.3.14)") {
    if (are_missing()) return;
    world w{settings_for(served::example_com)};
    const auto outside = w.sends(torture_message("cparam01")).contacts();
    REQUIRE(outside.size() == 1);
    CHECK(outside[0].uri == "sip:+19725552222@gw1.example.net");
    CHECK(outside[0].params == ";unknownparam");

    world v{settings_for(served::example_com)};
    const auto inside = v.sends(torture_message("cparam02")).contacts();
    REQUIRE(inside.size() == 1);
    CHECK(inside[0].uri == "sip:+19725552222@gw1.example.net;unknownparam");
    CHECK(inside[0].params.empty());

    CHECK(w.sends(torture_message("regescrt")).uris() == "sip:user@example.com?Route=%3Csip:sip.example.com%3E");
}

TEST_CASE("Unsupported lists what Require asked for, no more and no less (RFC 4475 §3.3.5)") {
    if (are_missing()) return;
    world w{settings_for(served::example_com)};
    const auto tags = values_of(w.sends(torture_message("bext01")).text, sipwhere::header_name::unsupported);
    CHECK(tags == std::vector<std::string>{"nothingSupportsThis", "nothingSupportsThisEither"});
}

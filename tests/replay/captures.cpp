// SPDX-License-Identifier: BSL-1.0
#include <reference/map_storage.hpp>
#include <support/skip.hpp>
#include <support/world.hpp>

#include <sipwhere/storage/fixed_storage.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace sipwhere_test;
using sipwhere::status;

/// What a client sent, in its order.
struct recording {
    std::string client; ///< "baresip-udp-udp"
    std::vector<std::string> messages;
};

auto bytes_of(const fs::path& path) -> std::string {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// Reads the files of a folder named `client-…-number.suffix`.
auto recordings_in(const fs::path& folder, std::string_view suffix) -> std::vector<recording> {
    std::vector<fs::path> paths;
    if (fs::is_directory(folder))
        for (const auto& entry : fs::directory_iterator{folder})
            if (entry.path().extension() == suffix) paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<recording> made;
    for (const auto& path : paths) {
        const auto name = path.stem().string();
        const auto client = name.substr(0, name.rfind('-', name.rfind('-') - 1));
        if (made.empty() || made.back().client != client) made.push_back({client, {}});
        made.back().messages.push_back(bytes_of(path));
    }
    return made;
}

/// Returns: the value of a field, read with no parser.
auto field_of(const std::string& message, std::string_view name) -> std::string {
    const auto at = message.find("\r\n" + std::string{name} + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return message.substr(begin, message.find("\r\n", begin) - begin);
}

struct asked_binding {
    std::string uri;
    std::uint32_t expires = 0;
};

auto asked_by(const std::string& message) -> asked_binding {
    const auto contact = field_of(message, "Contact");
    const auto open = contact.find('<');
    asked_binding made;
    made.uri = open == std::string::npos ? contact : contact.substr(open + 1, contact.find('>') - open - 1);
    const auto expires = contact.find(";expires=");
    const auto seconds = expires == std::string::npos ? field_of(message, "Expires") : contact.substr(expires + 9);
    made.expires = static_cast<std::uint32_t>(std::strtoul(seconds.c_str(), nullptr, 10));
    return made;
}

auto way_of(const std::string& client) -> sipwhere::flow {
    sipwhere::flow flow{.remote = at("192.0.2.1", 40000), .local = at("192.0.2.100")};
    if (client.ends_with("-udp")) return flow;
    flow.over = client.ends_with("-tcp")   ? sipwhere::protocol::tcp
                : client.ends_with("-tls") ? sipwhere::protocol::tls
                                           : sipwhere::protocol::ws;
    flow.connection = 7;
    return flow;
}

/// Plays what a client sent to a registrar of its own, and holds each answer against what the client asked for.
template <typename Storage>
void play(const recording& told) {
    CAPTURE(told.client);
    basic_world<Storage> w;
    w.flow = way_of(told.client);
    std::map<std::string, std::uint32_t> bound; // URI and seconds
    for (const auto& message : told.messages) {
        CAPTURE(message);
        const auto asked = asked_by(message);
        REQUIRE_FALSE(asked.uri.empty());
        if (asked.expires == 0) bound.erase(asked.uri);
        else bound[asked.uri] = std::min<std::uint32_t>(asked.expires, 300);

        const auto reply = w.sends(message);
        CHECK(reply.status() == status::ok);
        CHECK(reply.flow.remote.address == w.flow.remote.address);
        CHECK(reply.flow.connection == w.flow.connection);
        CHECK(reply.contacts().size() == bound.size());
        for (const auto& contact : reply.contacts()) {
            CHECK(bound.contains(contact.uri));
            CHECK(contact.expires == bound[contact.uri]);
        }
        const auto again = w.sends(message);
        CHECK(again.text == reply.text);
        CHECK(again.verdict.kind == sipwhere::handling::repeated);
    }
}

/// Lets a registrar that has the binding hear every part of each message, up to its empty line.
void cut(const recording& told) {
    world w;
    w.flow = way_of(told.client);
    const auto record = [&] {
        std::string bytes;
        (void)w.storage.scan({}, 100, w.clock.now(), [&bytes](const sipwhere::aor_view&, const auto& live) {
            for (const auto binding : live)
                bytes += std::string{binding.uri} + ' ' + std::to_string(binding.cseq) + '\n';
        });
        return bytes;
    };
    CHECK(w.sends(told.messages.front()).status() == status::ok);
    const auto before = record();
    CHECK_FALSE(before.empty());
    for (const auto& message : told.messages) {
        const auto whole = message.find("\r\n\r\n") + 4;
        const auto via = message.find('\n', message.find("\r\nVia: ") + 2) + 2;
        for (std::size_t size = 0; size < whole; ++size) {
            const auto reply = w.sends(std::string_view{message}.substr(0, size));
            if (size >= via) CHECK(reply.reason() == "Incomplete Message");
            if (reply.was_sent()) CHECK(reply.status() == status::bad_request);
        }
        CHECK(record() == before);
    }
}

void play_everywhere(const std::vector<recording>& all) {
    for (const auto& told : all) {
        play<sipwhere::hash_storage>(told);
        play<sipwhere::fixed_storage<4, 8, 2048>>(told);
        play<map_storage<>>(told);
        cut(told);
    }
}

} // namespace

TEST_CASE("clients of today register, refresh and go, as they expect it") {
    const auto all = recordings_in(fs::path{__FILE__}.parent_path() / "clients", ".sip");
    if (all.empty()) return sipwhere_test::skip("the folder of the tests' sources is gone");
    CHECK(all.size() == 8);
    play_everywhere(all);
}

TEST_CASE("all recorded clients register, refresh and go, as they expect it") {
    const char* const folder = std::getenv("SIPWHERE_CAPTURES");
    const auto all = folder == nullptr ? std::vector<recording>{} : recordings_in(folder, ".sip");
    if (all.empty()) return sipwhere_test::skip("SIPWHERE_CAPTURES names no folder with recordings");
    CHECK(all.size() >= 8);
    play_everywhere(all);
}

TEST_CASE(
    "recorded STUN requests on the port of SIP are answered, and one that is damaged is not (R5626-8-a, R5626-8-b)") {
    constexpr std::string_view head{"\x00\x01\x00\x08\x21\x12\xa4\x42", 8};
    const auto damaged = std::string{head} + "sipwhere-id1" + std::string{"\x80\x28\x00\x04\xc0\xde\xf0\x0d", 8};
    world w;
    CHECK_FALSE(w.sends(damaged).was_sent());
    CHECK(w.observer.take_log() == "keep-alive\n");
    const char* const folder = std::getenv("SIPWHERE_CAPTURES");
    if (folder == nullptr) return;
    for (const auto& told : recordings_in(folder, ".bin")) {
        CAPTURE(told.client);
        for (const auto& message : told.messages) {
            const auto answer = w.sends(message);
            CHECK(w.transport.sent.back().second.substr(0, 2) == "\x01\x01");
            CHECK(w.transport.sent.back().second.substr(4, 16) == message.substr(4, 16));
        }
    }
    CHECK(w.observer.rejections.empty());
}

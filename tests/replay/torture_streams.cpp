// SPDX-License-Identifier: BSL-1.0
//
// The torture messages of RFC 4475 over a stream, in whatever pieces.
#include <sipwhere/transport/detail/sip_framing.hpp>

#include <support/skip.hpp>
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace torture_streams_test {

using namespace sipwhere;
using namespace sipwhere_test;

/// Serves what a stream brings, and keeps the answers.
struct serving_sink {
    world w{};
    std::vector<std::string> answers{};

    serving_sink() {
        w.flow.over = protocol::tcp;
        w.flow.connection = 1;
    }
    auto take(std::string_view message) -> bool {
        answers.push_back(w.sends(message).text);
        return true;
    }
    auto write(std::string_view) -> bool { return true; }
};

/// Returns: the answers to a stream that comes in pieces of a size, and how it ended.
[[nodiscard]] auto answers_to(std::string_view bytes, std::size_t piece, detail::fate& end)
    -> std::vector<std::string> {
    detail::sip_framing framing{{}};
    serving_sink sink;
    end = detail::fate::open;
    while (!bytes.empty() && end == detail::fate::open) {
        end = framing.read(bytes.substr(0, piece), sink);
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return sink.answers;
}

TEST_CASE("the torture messages get over a stream what they get in a datagram, if they tell their length") {
    const char* const folder = std::getenv("SIPWHERE_TORTURE");
    if (folder == nullptr) return sipwhere_test::skip("SIPWHERE_TORTURE names no folder with the messages of RFC 4475");
    std::size_t whole = 0;
    for (const auto& each : std::filesystem::directory_iterator{folder}) {
        if (each.path().extension() != ".dat") continue;
        CAPTURE(each.path().filename().string());
        std::ifstream file{each.path(), std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        auto end = detail::fate::open;
        const auto at_once = answers_to(text, text.size(), end);
        for (const std::size_t piece : {1U, 7U, 100U}) {
            auto other_end = detail::fate::open;
            CHECK(answers_to(text, piece, other_end) == at_once);
            CHECK(other_end == end);
        }
        if (end != detail::fate::open || at_once.size() != 1) continue; // not framed, or more than it says
        world in_datagram;
        in_datagram.flow.over = protocol::ws; // as a message by itself, but by the same way back
        in_datagram.flow.connection = 1;
        const auto answer = in_datagram.sends(text).text;
        CHECK(answer.substr(0, answer.find("\r\n")) == at_once[0].substr(0, at_once[0].find("\r\n")));
        ++whole;
    }
    CHECK(whole > 15);
}

} // namespace torture_streams_test

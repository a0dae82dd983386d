// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/stream_connection.hpp>

#include <sipwhere/transport/detail/sip_framing.hpp>

#include <support/fake_byte_io.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stream_connection_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using detail::fate;
using sipwhere_test::fake_byte_io;

[[nodiscard]] auto framed(std::string_view body) -> std::string {
    return "OPTIONS sip:a SIP/2.0\r\nl: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// A connection whose other end is the test, made at instant 10 s.
struct connected {
    std::shared_ptr<fake_byte_io::wire> wire = std::make_shared<fake_byte_io::wire>();
    detail::buffered_bytes all{10'000, 0};
    detail::stream_connection<fake_byte_io, detail::sip_framing> connection{
        fake_byte_io{wire}, detail::sip_framing{frame_limits{}}, flow{.over = protocol::tcp, .connection = 1}, all,
        instant{10'000}};
    std::array<char, 4096> buffer;
    std::vector<std::string> taken;
    instant now{10'000};

    auto reads(std::string_view bytes) -> fate {
        wire->to_read.append(bytes);
        return connection.read(buffer, now, 1000, [&](std::string_view message) { taken.emplace_back(message); });
    }
    [[nodiscard]] auto is_overdue(std::chrono::milliseconds idle = 0ms) const -> bool {
        return connection.is_overdue(now, 5s, idle);
    }
    void wait(std::chrono::milliseconds time) { now = now + time; }
};

TEST_CASE("what can't be written now is kept, and written when it can be") {
    connected it;
    it.wire->capacity = 3;
    CHECK(it.connection.write("hello", 1000));
    CHECK(it.connection.write(" world", 1000));
    CHECK(it.wire->written == "hel");
    CHECK(it.connection.has_waiting());
    CHECK(it.all.now == 8);
    it.wire->capacity = 4;
    CHECK(it.connection.flush() == fate::open);
    CHECK(it.wire->written == "hello w");
    it.wire->capacity = 100;
    CHECK(it.connection.flush() == fate::open);
    CHECK(it.wire->written == "hello world");
    CHECK_FALSE(it.connection.has_waiting());
    CHECK(it.all.now == 0);
}

TEST_CASE("a reader that does not read may keep so many bytes waiting, and no more") {
    connected it;
    it.wire->capacity = 0;
    CHECK(it.connection.write(std::string(600, 'x'), 1000));
    CHECK(it.connection.write(std::string(400, 'x'), 1000));
    CHECK_FALSE(it.connection.write("x", 1000));
}

TEST_CASE("what was written is given back, however long some bytes wait behind it") {
    connected it;
    it.wire->capacity = 0;
    CHECK(it.connection.write(std::string(900, 'x'), 1000));
    for (int i = 0; i < 100; ++i) {
        it.wire->capacity = 800;
        CHECK(it.connection.flush() == fate::open);
        CHECK(it.connection.has_waiting());
        CHECK(it.connection.write(std::string(800, 'x'), 1000));
        REQUIRE(it.all.now <= 2000);
    }
    CHECK(it.wire->written.size() == 80'000);
}

TEST_CASE("all connections together may keep so many bytes, and no more") {
    connected it;
    it.all.most = 500;
    it.all.now = 300; // of others
    it.wire->capacity = 0;
    CHECK(it.connection.write(std::string(200, 'x'), 1000));
    CHECK_FALSE(it.connection.write("x", 1000));

    connected reading;
    reading.all.most = 500;
    CHECK(reading.reads(framed(std::string(2000, 'x')).substr(0, 400)) == fate::open);
    CHECK(reading.reads(std::string(400, 'x')) == fate::closing);
}

TEST_CASE("a connection that goes gives back what it kept") {
    detail::buffered_bytes all{10'000, 0};
    const auto wire = std::make_shared<fake_byte_io::wire>();
    wire->capacity = 0;
    {
        detail::stream_connection<fake_byte_io, detail::sip_framing> one{
            fake_byte_io{wire}, detail::sip_framing{frame_limits{}}, flow{}, all, instant{}};
        CHECK(one.write(std::string(100, 'x'), 1000));
        CHECK(all.now == 100);
    }
    CHECK(all.now == 0);
}

TEST_CASE("who needs too long for the first message is overdue, however many bytes come (slow loris)") {
    connected it;
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(it.is_overdue());
        CHECK(it.reads(i == 0 ? "O" : "x") == fate::open);
        it.wait(1s);
    }
    it.wait(1ms);
    CHECK(it.is_overdue());

    connected with_line_ends; // which are no message, nor a ping
    for (int i = 0; i < 5; ++i) {
        CHECK(with_line_ends.reads("\n") == fate::open);
        with_line_ends.wait(1s);
    }
    with_line_ends.wait(1ms);
    CHECK(with_line_ends.is_overdue());
}

TEST_CASE("each message has as long from its first byte, and between messages there is all the time") {
    connected it;
    CHECK(it.reads(framed("")) == fate::open);
    it.wait(1h);
    CHECK_FALSE(it.is_overdue());
    CHECK(it.is_overdue(30min));
    const auto next = framed("hello");
    CHECK(it.reads(next.substr(0, 10)) == fate::open);
    it.wait(3s);
    CHECK(it.reads(next.substr(10, 10)) == fate::open);
    it.wait(2s);
    CHECK_FALSE(it.is_overdue());
    it.wait(1ms);
    CHECK(it.is_overdue());
    CHECK(it.reads(next.substr(20) + next.substr(0, 5)) == fate::open);
    CHECK_FALSE(it.is_overdue()); // another one has begun
    CHECK_FALSE(it.is_overdue(30min));
}

TEST_CASE("who has been left has a moment to read, and nothing of what it sends counts") {
    connected it;
    CHECK(it.reads("REGISTER sip:a SIP/2.0\r\n\r\n") == fate::leaving);
    it.wire->capacity = 0;
    CHECK(it.connection.write("answer", 100));
    it.connection.leave(it.now);
    CHECK_FALSE(it.wire->has_left); // before all is written
    it.wire->capacity = 10;
    CHECK(it.connection.flush() == fate::open);
    CHECK(it.wire->written == "answer");
    CHECK(it.wire->has_left);
    CHECK(it.taken.size() == 1);
    CHECK(it.reads(framed("")) == fate::open);
    CHECK(it.taken.size() == 1);
    CHECK_FALSE(it.connection.write("more", 100));
    it.wait(2s);
    CHECK_FALSE(it.is_overdue());
    it.wait(1ms);
    CHECK(it.is_overdue());
}

TEST_CASE("what came before the end of a connection is served") {
    connected it;
    it.wire->is_gone = true;
    CHECK(it.reads(framed("")) == fate::open);
    CHECK(it.taken.size() == 1);
    CHECK(it.reads("") == fate::closing);
    CHECK_FALSE(it.connection.write("answer", 100));
}

TEST_CASE("a message may close its connection while it is taken") {
    connected it;
    it.wire->to_read = framed("") + framed("");
    const auto said = it.connection.read(it.buffer, it.now, 1000, [&](std::string_view) {
        it.taken.emplace_back();
        it.connection.close();
    });
    CHECK(said == fate::closing);
    CHECK(it.taken.size() == 1);
    CHECK(it.wire->is_closed);
}

} // namespace stream_connection_test

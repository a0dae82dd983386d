// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/background_sink.hpp>

#include <sipwhere/observer/log_observer.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace background_sink_test {

using namespace sipwhere;

/// A pipe, and a sink that writes to it.
class piped_sink {
public:
    explicit piped_sink(std::size_t capacity) {
        REQUIRE(::pipe(ends_.data()) == 0);
        sink_.emplace(ends_[1], capacity);
    }

    [[nodiscard]] auto operator*() -> background_sink& { return *sink_; }

    /// Ends the sink while the pipe is read.
    ///
    /// Returns: all that was written.
    auto finish() -> std::string {
        std::string all;
        std::thread reader{[&] {
            std::array<char, 4096> some{};
            for (ssize_t size = 0; (size = ::read(ends_[0], some.data(), some.size())) > 0;)
                all.append(some.data(), static_cast<std::size_t>(size));
        }};
        sink_.reset();
        ::close(ends_[1]);
        reader.join();
        ::close(ends_[0]);
        return all;
    }

    /// Ends the sink while nobody reads.
    void finish_unread() {
        sink_.reset();
        ::close(ends_[0]); // so that its thread waits no longer
    }

    /// Makes writing fail instead of waiting, as whoever shares the file may.
    void never_blocks() const { REQUIRE(::fcntl(ends_[1], F_SETFL, O_NONBLOCK) == 0); }

private:
    std::array<int, 2> ends_{};
    std::optional<background_sink> sink_;
};

auto lines_of(const std::string& text) -> std::vector<std::string> {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

TEST_CASE("a background sink writes each line in its order, and all that waits before it ends") {
    piped_sink sink{1U << 16U};
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        (*sink)("line " + std::to_string(i));
        expected += "line " + std::to_string(i) + "\n";
    }
    (*sink)(std::string(5000, 'x'));
    CHECK(sink.finish() == expected + std::string(1024, 'x') + "\n");
}

TEST_CASE("nobody waits for the reader of a pipe, and how many lines were lost is told once it reads again") {
    constexpr unsigned count = 20'000;
    piped_sink sink{16'384};
    for (unsigned i = 0; i < count; ++i) (*sink)("line " + std::to_string(i)); // far more than a pipe holds

    unsigned next = 0, lost = 0;
    for (const auto& line : lines_of(sink.finish())) {
        unsigned number = 0;
        if (std::sscanf(line.c_str(), "log-lost lines=%u", &number) == 1) {
            lost += number;
            next += number;
            continue;
        }
        REQUIRE(line == "line " + std::to_string(next));
        ++next;
    }
    CHECK(next == count);
    CHECK(lost > 0);
}

TEST_CASE("a background sink ends although nobody reads") {
    std::signal(SIGPIPE, SIG_IGN); // which comes when the pipe is closed
    piped_sink sink{1U << 16U};
    for (int i = 0; i < 1000; ++i) (*sink)(std::string(1000, 'x'));
    sink.finish_unread();
}

TEST_CASE("a background sink waits for a file that is never to block") {
    piped_sink sink{1U << 20U};
    sink.never_blocks();
    std::string expected;
    for (int i = 0; i < 20'000; ++i) {
        (*sink)("line " + std::to_string(i));
        expected += "line " + std::to_string(i) + "\n";
    }
    CHECK(sink.finish() == expected);
}

TEST_CASE("several threads may share a background sink, and an observer borrows it") {
    piped_sink sink{1U << 18U};
    const auto log_some = [&sink] {
        log_observer log{std::ref(*sink), log_level::debug};
        for (int i = 0; i < 500; ++i) log.on(traffic_event{.kind = traffic::ack});
    };
    std::thread one{log_some}, other{log_some};
    one.join();
    other.join();
    const auto lines = lines_of(sink.finish());
    CHECK(lines.size() == 1000);
    for (const auto& line : lines) CHECK(line == "ack source=-");
}

} // namespace background_sink_test

// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/log_observer.hpp>

#include <support/events.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::event_of;
using change = change;
using kind = traffic;

/// Keeps the lines of a log and their levels.
struct kept_lines {
    std::vector<std::pair<log_level, std::string>>* lines;
    void operator()(log_level level, std::string_view line) const { lines->emplace_back(level, line); }
};

/// Returns: the only line that this event makes, whatever its level.
template <typename Event>
[[nodiscard]] auto line_of(const Event& event) -> std::string {
    std::vector<std::pair<log_level, std::string>> lines;
    log_observer log{kept_lines{&lines}, log_level::debug};
    log.on(event);
    REQUIRE(lines.size() == 1);
    return lines[0].second;
}

/// Returns: the level of an event.
template <typename Event>
[[nodiscard]] auto level_of(const Event& event) -> log_level {
    std::vector<std::pair<log_level, std::string>> lines;
    log_observer log{kept_lines{&lines}, log_level::debug};
    log.on(event);
    REQUIRE(lines.size() == 1);
    return lines[0].first;
}

TEST_CASE("a log line tells all of a binding") {
    CHECK(line_of(event_of(change::created)) ==
          R"(created source=192.0.2.7:5060 aor="alice@example.com" contact="sip:alice@192.0.2.7" expires=60)"
          R"( call-id="a84b4c76e66710" cseq=3)");
    CHECK(line_of(event_of(change::refreshed)).starts_with("refreshed source="));
}

TEST_CASE("a log line of a binding that has gone tells no expiry") {
    CHECK(line_of(event_of(change::removed)) ==
          R"(removed source=192.0.2.7:5060 aor="alice@example.com" contact="sip:alice@192.0.2.7")"
          R"( call-id="a84b4c76e66710" cseq=3)");
    CHECK(line_of(event_of(change::expired)).find("expires=") == std::string::npos);
}

TEST_CASE("a log line tells the User-Agent that a binding keeps, tamed") {
    auto event = event_of(change::created);
    event.binding.user_agent = "Phone/1\r\n x\"";
    CHECK(line_of(event).ends_with(R"( cseq=3 user-agent="Phone/1\x0d\x0a x\x22")"));
}

TEST_CASE("a log line of the last binding of a user says that none is left") {
    auto event = event_of(change::expired);
    CHECK(line_of(event).find("left=") == std::string::npos);
    event.is_last = true;
    CHECK(line_of(event).ends_with(R"( cseq=3 left=0)"));
}

TEST_CASE("a log line of a binding that an operator added says so") {
    auto event = event_of(change::created);
    event.binding.due = never32;
    event.binding.source = {};
    CHECK(line_of(event).find(" expires=never ") != std::string::npos);
    CHECK(line_of(event).starts_with("created source=- "));
}

TEST_CASE("a log line tells who was rejected and why") {
    auto event = event_of(status::forbidden);
    CHECK(line_of(event) == R"(rejected status=403 source=192.0.2.7:5060 method=REGISTER aor="sip:alice@example.com")"
                            R"( call-id="a84b" reason="Forbidden")");
    event.reason = "Too Many Bindings";
    CHECK(line_of(event).ends_with(R"( reason="Too Many Bindings")"));
}

TEST_CASE("a log line tells of traffic, and why a message was dropped that should have had an answer") {
    CHECK(line_of(event_of(kind::ack)) == "ack source=192.0.2.7:5060");
    auto dropped = event_of(kind::not_sip);
    dropped.reason = "No Via";
    CHECK(line_of(dropped) == "not-sip source=192.0.2.7:5060 reason=\"No Via\"");
    CHECK(level_of(dropped) == log_level::info);
    CHECK(level_of(event_of(kind::ack)) == log_level::debug);
}

TEST_CASE("a log line tells how many datagrams a listener lost") {
    CHECK(line_of(sipwhere_test::overrun_of(12)) == "overrun lost=12 listener=192.0.2.100:5060");
    CHECK(level_of(sipwhere_test::overrun_of(12)) == log_level::warning);
}

TEST_CASE("an IPv6 source is logged with brackets") {
    auto event = event_of(kind::ack);
    event.from.remote = {ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 5060};
    CHECK(line_of(event) == "ack source=[2001:db8::1]:5060");
}

TEST_CASE("what strangers sent can neither end a log line nor close its quotes") {
    auto event = event_of(status::forbidden);
    event.aor = "sip:x\"\r\nrejected status=403 source=192.0.2.1";
    event.call_id = std::string_view{"\0\x1b[2J\x7f\\\xc3\xa4", 9};
    event.method = "A B=\"\n%41";
    const auto line = line_of(event);
    CHECK(line.find(R"(aor="sip:x\x22\x0d\x0arejected status=403 source=192.0.2.1")") != std::string::npos);
    CHECK(line.find(R"(call-id="\x00\x1b[2J\x7f\x5c\xc3\xa4")") != std::string::npos);
    CHECK(line.find(R"( method=A\x20B\x3d\x22\x0a\x2541 aor=)") != std::string::npos);
}

TEST_CASE("a user part of any bytes is logged in one piece") {
    auto event = event_of(change::created);
    event.aor = {std::string_view{"a\"\0@b", 5}, "example.com"};
    CHECK(line_of(event).find(R"( aor="a\x22\x00@b@example.com" )") != std::string::npos);
}

TEST_CASE("a log line keeps all its fields however long each is") {
    const std::string text(5000, '"');
    auto rejected = event_of(status::bad_request);
    rejected.method = rejected.aor = rejected.call_id = rejected.reason = text;
    auto created = event_of(change::created);
    created.aor = {text, text};
    created.binding.uri = created.binding.call_id = text;

    for (const auto& line : {line_of(rejected), line_of(created)}) {
        CHECK(line.size() < 1024);
        CHECK(line.find("\\x22...\" ") != std::string::npos);
        CHECK(line.find(" call-id=\"\\x22") != std::string::npos);
    }
    CHECK(line_of(rejected).ends_with("\\x22...\""));
    CHECK(line_of(created).ends_with("\\x22...\" cseq=3"));
}

TEST_CASE("a text that just fits into a log line is whole") {
    auto event = event_of(status::forbidden);
    const std::string fits(157, 'x');
    const std::string too_long(158, 'x');
    event.call_id = fits;
    CHECK(line_of(event).find('"' + fits + '"') != std::string::npos);
    event.call_id = too_long;
    CHECK(line_of(event).find('"' + fits + "...\"") != std::string::npos);
}

TEST_CASE("log levels tell what matters from what happens all day") {
    CHECK(level_of(event_of(change::created)) == log_level::info);
    CHECK(level_of(event_of(change::refreshed)) == log_level::debug);
    CHECK(level_of(event_of(change::removed)) == log_level::info);
    CHECK(level_of(event_of(change::expired)) == log_level::info);
    CHECK(level_of(event_of(status::forbidden)) == log_level::warning);
    CHECK(level_of(event_of(status::unauthorized)) == log_level::info);
    CHECK(level_of(event_of(status::proxy_authentication_required)) == log_level::info);
    CHECK(level_of(event_of(status::interval_too_brief)) == log_level::info);
    CHECK(level_of(event_of(kind::answered)) == log_level::debug);
    CHECK(level_of(event_of(kind::send_failed)) == log_level::warning);
    CHECK(level_of(event_of(kind::events_lost)) == log_level::warning);
    CHECK(text_of(log_level::debug) == "debug");
    CHECK(text_of(log_level::info) == "info");
    CHECK(text_of(log_level::warning) == "warning");
}

TEST_CASE("what is below the least log level is not written") {
    std::vector<std::string> lines;
    log_observer log{[&lines](std::string_view line) { lines.emplace_back(line); }};
    log.on(event_of(change::refreshed));
    log.on(event_of(kind::answered));
    CHECK(lines.empty());
    log.on(event_of(change::created));
    CHECK(lines.size() == 1);

    log_observer warnings{[&lines](std::string_view line) { lines.emplace_back(line); }, log_level::warning};
    warnings.on(event_of(change::created));
    warnings.on(event_of(status::unauthorized));
    CHECK(lines.size() == 1);
    warnings.on(event_of(status::forbidden));
    CHECK(lines.size() == 2);
}

TEST_CASE("a log goes to standard error unless it is told where") {
    static_assert(std::is_same_v<decltype(log_observer{}), log_observer<file_sink>>);
    static_assert(std::is_same_v<decltype(log_observer{log_level::debug}), log_observer<file_sink>>);
    log_observer log{log_level::warning};
    log.on(event_of(change::created));
}

/// Returns: the lines that these events make, cut to their first two words.
struct counted_log {
    std::vector<std::pair<log_level, std::string>> lines{};
    std::uint32_t most = log_observer<>::usual_max_failures;
    log_level least = log_level::info;
    log_observer<kept_lines> log{kept_lines{&lines}, least, most};

    void rejects(unsigned times, instant at) {
        for (unsigned i = 0; i < times; ++i) log.on(rejection_event{.code = status::forbidden, .at = at});
    }
    auto last() const -> std::string { return lines.empty() ? "" : lines.back().second; }
};

TEST_CASE("of rejections 100 a second have a line, and the next second tells how many had none") {
    counted_log it;
    it.rejects(100, {5'000});
    CHECK(it.lines.size() == 100);
    it.rejects(7, {5'999});
    CHECK(it.lines.size() == 100);
    it.rejects(1, {6'000});
    REQUIRE(it.lines.size() == 102);
    CHECK(it.lines[100] == std::pair{log_level::warning, std::string{"left-out lines=7"}});
    CHECK(it.last().starts_with("rejected status=403"));
    it.rejects(99, {6'500});
    CHECK(it.lines.size() == 201);
    it.rejects(1, {9'000});
    CHECK(it.lines.size() == 202); // none was left out
}

TEST_CASE("whatever happens next tells what was left out, even if it has no line itself") {
    const auto next = [](const auto& event) {
        counted_log it{.most = 2};
        it.rejects(5, {5'000});
        it.log.on(event);
        return it.lines.size() > 2 ? it.lines[2].second : std::string{};
    };
    CHECK(next(traffic_event{.kind = kind::answered, .at = {6'000}}) == "left-out lines=3");
    auto created = event_of(change::created);
    created.at = {6'000};
    CHECK(next(created) == "left-out lines=3");
    CHECK(next(traffic_event{.kind = kind::answered, .at = {5'999}}).empty());
}

TEST_CASE("what was dropped for a reason, or could not be sent, is left out like a rejection") {
    counted_log it{.most = 3};
    it.rejects(1, {5'000});
    it.log.on(traffic_event{.kind = kind::not_sip, .at = {5'000}, .reason = "Malformed Via"});
    it.log.on(traffic_event{.kind = kind::send_failed, .at = {5'000}});
    CHECK(it.lines.size() == 3);
    it.log.on(traffic_event{.kind = kind::not_sip, .at = {5'000}, .reason = "Malformed Via"});
    it.log.on(traffic_event{.kind = kind::send_failed, .at = {5'000}});
    CHECK(it.lines.size() == 3);
    it.log.on(traffic_event{.kind = kind::overrun, .at = {5'000}, .count = 9});
    CHECK(it.last().starts_with("overrun lost=9"));
    it.log.on(event_of(change::created));
    CHECK(it.last().starts_with("created"));
}

TEST_CASE("a log may have any number of lines a second, and what its level silences is not counted") {
    counted_log any{.most = 0};
    any.rejects(1000, {5'000});
    CHECK(any.lines.size() == 1000);
    counted_log silent{.most = 1, .least = log_level::off};
    silent.rejects(1000, {5'000});
    silent.rejects(1, {6'000});
    CHECK(silent.lines.empty());
}

} // namespace

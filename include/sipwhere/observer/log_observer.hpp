// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/observer/detail/log_line.hpp>
#include <sipwhere/observer/file_sink.hpp>
#include <sipwhere/policy/observer.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sipwhere {

/// How much a line matters.
enum class log_level : std::uint8_t {
    debug,   ///< refreshed bindings, traffic
    info,    ///< bindings created, removed, expired; refusals of every day: 401, 407, 423; what can't be answered
    warning, ///< other rejections; what was lost
    off,     ///< no line has it: as the least level it silences the log
};

/// Whether a log names the users who proved their passwords, beside the addresses-of-record.
enum class show_users : std::uint8_t { no, yes };

/// Returns: the word for a log line.
[[nodiscard]] constexpr auto text_of(log_level level) noexcept -> std::string_view {
    switch (level) {
    case log_level::debug: return "debug";
    case log_level::info: return "info";
    case log_level::warning: return "warning";
    case log_level::off: return "off";
    }
    return "";
}

namespace detail {

template <typename T>
concept takes_lines = std::invocable<T&, std::string_view>;

template <typename T>
concept takes_levels = std::invocable<T&, log_level, std::string_view>;

} // namespace detail

/// Writes one line for each event, without its end and without a time, into a sink of the caller's choice:
/// `sink(line)` or `sink(level, line)`; standard error if there is none. Uses no heap.
///
/// `rejected status=403 source=192.0.2.7:5060 method=REGISTER aor="sip:a@example.com" call-id="x" reason="Forbidden"`
///
/// Quoted texts hold printable ASCII alone; what else was sent shows as \xHH, also quotes and backslashes, and what is
/// too long ends in three dots. So a line can be fed to a program that bans `source`.
///
/// Lines about requests that were refused, dropped or not answered may be `max_failures` a second, as the clock of the
/// registrar has it; how many were left out is told in the next second in which anything happens,
/// `left-out lines=7`.
template <typename Sink = file_sink>
class log_observer {
public:
    static_assert(detail::takes_lines<Sink> || detail::takes_levels<Sink>,
                  "log_observer's sink needs: operator()(std::string_view), or with a log_level before it");

    /// The default of 100 lines a second is enough for a reader, and no stranger can fill a disk with it in an hour.
    static constexpr std::uint32_t usual_max_failures = 100;

    log_observer() = default;
    explicit log_observer(log_level least) : least_(least) {}
    /// `max_failures` is 0 for any number.
    explicit log_observer(Sink sink, log_level least = log_level::info, std::uint32_t max_failures = usual_max_failures,
                          show_users users = show_users::no)
        : sink_(std::move(sink)), least_(least), max_failures_(max_failures), users_(users) {}

    void on(const binding_event& event) {
        begin_second(event.at);
        const auto level = event.kind == change::refreshed ? log_level::debug : log_level::info;
        if (level < least_) return;
        const auto& binding = event.binding;
        detail::log_line line{text_of(event.kind)};
        line.end("source", binding.source.remote).untrusted_text("aor", event.aor.user, event.aor.domain);
        line.untrusted_text("contact", binding.uri);
        if (binding.is_static()) line.word("expires", "never");
        else if (is_there(event.kind)) line.number("expires", binding.remaining(event.at));
        line.untrusted_text("call-id", binding.call_id).number("cseq", binding.cseq);
        if (!binding.user_agent.empty()) line.untrusted_text("user-agent", binding.user_agent);
        put_user(line, event.by);
        if (event.is_last) line.number("left", 0);
        write(level, line.text());
    }

    void on(const rejection_event& event) {
        begin_second(event.at);
        const auto level = is_everyday(event.code) ? log_level::info : log_level::warning;
        if (level < least_ || is_left_out()) return;
        detail::log_line line{"rejected"};
        line.number("status", code_of(event.code)).end("source", event.from.remote);
        line.untrusted_word("method", event.method).untrusted_text("aor", event.aor);
        line.untrusted_text("call-id", event.call_id);
        put_user(line, event.by);
        line.untrusted_text("reason", event.reason.empty() ? reason_phrase(event.code) : event.reason);
        write(level, line.text());
    }

    void on(const traffic_event& event) {
        using enum traffic;
        begin_second(event.at);
        const bool lost = event.kind == send_failed || event.kind == events_lost || event.kind == overrun;
        const auto level = lost ? log_level::warning : event.reason.empty() ? log_level::debug : log_level::info;
        if (level < least_ || (level != log_level::debug && event.kind != overrun && is_left_out())) return;
        detail::log_line line{text_of(event.kind)};
        if (event.kind == overrun) line.number("lost", event.count).end("listener", event.from.local);
        else line.end("source", event.from.remote);
        if (!event.reason.empty()) line.untrusted_text("reason", event.reason);
        write(level, line.text());
    }

private:
    [[nodiscard]] static constexpr auto is_there(change kind) noexcept -> bool {
        return kind == change::created || kind == change::refreshed;
    }
    [[nodiscard]] static constexpr auto is_everyday(status code) noexcept -> bool {
        return code == status::unauthorized || code == status::proxy_authentication_required ||
               code == status::interval_too_brief;
    }

    void put_user(detail::log_line& line, const user_identity& user) const {
        if (users_ == show_users::yes && !user.name.empty()) line.untrusted_text("user", user.name, user.realm);
    }

    /// Tells how many lines were left out in the second before, if `at` is not in it any more.
    void begin_second(instant at) {
        const auto second = floor_seconds(at);
        if (second == second_) return;
        second_ = second;
        failures_ = 0;
        if (const auto left_out = std::exchange(left_out_, 0); left_out != 0)
            write(log_level::warning, detail::log_line{"left-out"}.number("lines", left_out).text());
    }

    /// Returns: whether there have been as many lines about failures in this second as there may be.
    [[nodiscard]] auto is_left_out() noexcept -> bool {
        if (max_failures_ == 0 || failures_++ < max_failures_) return false;
        ++left_out_;
        return true;
    }

    void write(log_level level, std::string_view line) {
        if constexpr (detail::takes_levels<Sink>) sink_(level, line);
        else sink_(line);
    }

    Sink sink_{};
    log_level least_ = log_level::info;
    std::uint32_t max_failures_ = usual_max_failures;
    show_users users_ = show_users::no;
    std::uint32_t failures_ = 0; ///< in this second, those left out too
    std::uint32_t left_out_ = 0;
    seconds32 second_ = 0;
};

log_observer(log_level) -> log_observer<>;

static_assert(observer_policy<log_observer<>>);

} // namespace sipwhere

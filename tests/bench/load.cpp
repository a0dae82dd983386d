// SPDX-License-Identifier: BSL-1.0
//
// A closed loop: so many REGISTERs are on their way at any time, each answer is verified and lets the next one go.
//
//   load --port N [--mode new|refresh|remove|query] [--users N] [--seconds S] [--warm-up S] [--window N] [--cseq N]
//        [--first N] [--together S] [--check full|echo] [--pids N,N…] [--peers N]
//
// `new` and `remove` visit each user once, the others go on for `--seconds`, which bounds all of them. `--cseq` must
// be a million above that of the run before. With `--together` all bindings end in the same second of the server, so
// many seconds from the start. With `--peers` they come from so many sockets, by turns. Prints one line of JSON, times
// in microseconds; `busy` is the share of its core that this program needed: at 0.95 it has measured itself.

#include <support/check_answer.hpp>
#include <support/cpu_time.hpp>
#include <support/histogram.hpp>
#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/udp_peers.hpp>
#include <support/walk.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere_bench;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using time_point = steady_clock::time_point;

constexpr auto retransmission_time = 500ms; // T1 of RFC 3261

struct plan {
    std::string_view mode;
    std::uint32_t users;
    std::uint32_t window;
    std::uint32_t first; ///< number of the first user
    std::uint32_t first_cseq;
    std::uint32_t together;
    std::chrono::duration<double> limit, warm_up;
    strictness check;

    explicit plan(const options& given)
        : mode(given.text("--mode", "refresh")), users(given.number("--users", 100'000U)),
          window(std::min(given.number("--window", 128U), users)), first(given.number("--first", 0U)),
          first_cseq(given.number("--cseq", 1'000'000'000U)), together(given.number("--together", 0U)),
          limit(given.number("--seconds", 2.0)), warm_up(given.number("--warm-up", 0.0)),
          check(given.text("--check", "full") == "echo" ? strictness::echo : strictness::full) {
        if (users == 0 || window == 0) die("there have to be users, and a window");
        if (first % window != 0) die("the first user has to be a multiple of the window");
        if (mode != "new" && mode != "refresh" && mode != "remove" && mode != "query") die("no such mode");
    }
    [[nodiscard]] auto visits_once() const -> bool { return mode == "new" || mode == "remove"; }
};

/// One place in the window: a share of the users, who take turns, and the REGISTER of the one whose turn it is.
struct slot {
    std::string text;
    walk turns;
    std::uint32_t left; ///< turns to go
    numbers current{};
    time_point sent{};
    bool waits = false;
};

class closed_loop {
public:
    closed_loop(const options& given)
        : plan_(given), peers_(given), server_(given.text("--pids")),
          registers_(peers_.texts(plan_.mode == "query" ? ask::query : ask::change)), trains_(peers_.size()),
          change_(ask::change, peers_[0].port()) {
        for (std::uint32_t i = 0; i < plan_.window; ++i) {
            const auto share = (plan_.users - i - 1) / plan_.window + 1;
            slots_.push_back({std::string(text_of(i).size(), ' '), walk{share}, plan_.visits_once() ? share : ~0U});
            text_of(i).write(slots_.back().text.data(), {});
        }
    }

    void run() {
        now_ = steady_clock::now();
        if (plan_.together > 0) wait_for_second();
        begin_ = now_ = start_ = steady_clock::now();
        measures_ = plan_.warm_up == 0s;
        server_used_ = server_.used();
        for (std::uint32_t i = 0; i < plan_.window; ++i) advance(i);
        while (answered_ < sent_ || !ready_.empty()) {
            const auto count = peers_.receive([this](std::string_view bytes) { take(bytes); });
            if (ready_.size() >= (plan_.window + 3) / 4 || now_ - last_flush_ > 200us) flush();
            else if (count == 0) look_after();
            const auto before = std::exchange(now_, steady_clock::now());
            if (count == 0 && before != last_flush_) idle_ += now_ - before;
            watch_time();
        }
        if (!ended_) end();
    }

    void print() const {
        const std::chrono::duration<double> lasted = end_ - begin_;
        const auto answers = static_cast<double>(times_.total());
        std::printf("{\"mode\":\"%.*s\",\"users\":%u,\"answers\":%.0f,\"seconds\":%.3f,\"rate\":%.0f,"
                    "\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"longest\":%.1f,\"retransmissions\":%llu,"
                    "\"busy\":%.3f,\"server_us\":%.4f,\"end\":%lld}\n",
                    static_cast<int>(plan_.mode.size()), plan_.mode.data(), plan_.users, answers, lasted.count(),
                    answers / lasted.count(), times_.quantile(0.5), times_.quantile(0.99), times_.quantile(0.999),
                    times_.quantile(1), static_cast<unsigned long long>(again_), 1 - idle_at_end_ / lasted,
                    std::chrono::duration<double, std::micro>{server_used_}.count() / answers,
                    plan_.together == 0 ? 0LL : static_cast<long long>(end_of_bindings().time_since_epoch().count()));
    }

private:
    [[nodiscard]] auto peer_of(std::uint32_t index) const -> std::size_t { return index % peers_.size(); }
    [[nodiscard]] auto text_of(std::uint32_t index) const -> const register_text& { return registers_[peer_of(index)]; }

    /// Prepares the next REGISTER of a slot, if it has one.
    void advance(std::uint32_t index) {
        auto& one = slots_[index];
        if (ended_ || one.left == 0) return;
        --one.left;
        const auto cseq = std::max(one.current.cseq + 1, plan_.first_cseq);
        one.current = {plan_.first + index + one.turns.next() * plan_.window, cseq, lifetime()};
        text_of(index).renumber(one.text.data(), one.current);
        ready_.push_back(index);
        ++sent_;
    }

    /// Returns: when bindings end together; the server rounds up to whole seconds.
    [[nodiscard]] auto end_of_bindings() const -> time_point {
        return start_ + std::chrono::seconds{plan_.together} + 1s;
    }

    /// Returns: the seconds to ask for.
    [[nodiscard]] auto lifetime() const -> std::uint32_t {
        if (plan_.mode == "remove") return 0;
        if (plan_.together == 0) return 3600;
        const auto passed = std::chrono::floor<std::chrono::seconds>(now_ - start_).count();
        if (passed + 1 >= plan_.together) die("too slow for bindings that end together");
        return plan_.together - static_cast<std::uint32_t>(passed);
    }

    /// Waits until a second of the server begins, which shows in the seconds that a binding has left.
    void wait_for_second() {
        constexpr auto pause = 500us;
        const numbers probe{.user = plan_.first, .cseq = plan_.first_cseq - 1, .expires = 60};
        auto text = change_.text(probe);
        auto& client = peers_[0];
        const register_text asks{ask::query, client.port()};
        std::uint32_t before = 0;
        for (std::uint32_t i = 0; i < 4000; ++i) {
            ::iovec message{text.data(), text.size()};
            client.set_size(text.size());
            client.send({&message, 1});
            std::uint32_t left = 0;
            const auto since = steady_clock::now();
            const auto take = [&](std::string_view bytes) { left = expires_of(read_answer(bytes).contact); };
            while (client.receive(take) == 0 && steady_clock::now() - since < 1s) {
            }
            if (left + 1 == before) return client.set_size(registers_[0].size());
            if (left == 0) die("the server doesn't answer");
            before = left;
            text = asks.text({.user = probe.user, .cseq = probe.cseq - 4000 + i});
            while (steady_clock::now() - since < pause) {
            }
        }
        die("the server's seconds never pass");
    }

    void flush() {
        last_flush_ = now_;
        if (ready_.empty()) return;
        for (const auto index : ready_) {
            auto& one = slots_[index];
            trains_[peer_of(index)].push_back({one.text.data(), one.text.size()});
            one.sent = now_;
            one.waits = true;
        }
        ready_.clear();
        for (std::size_t i = 0; i < trains_.size(); ++i) {
            if (!trains_[i].empty()) peers_[i].send(trains_[i]);
            trains_[i].clear();
        }
    }

    void take(std::string_view bytes) {
        const auto answer = read_answer(bytes);
        const auto user = user_of(answer.call_id);
        if (!user) die("an answer without a Call-ID of ours:\n" + std::string{bytes});
        const auto index = *user % plan_.window;
        auto& one = slots_[index];
        if (!one.waits || one.current.user != *user || answer.cseq != text_of(index).value(one.text, field::cseq)) {
            if (++strays_ > again_) die("an answer nobody waits for:\n" + std::string{bytes});
            return;
        }
        const auto fault = fault_of(answer, text_of(index), one.text, contact_of(*user), plan_.check);
        if (!fault.empty()) die(std::string{fault} + " in the answer\n" + std::string{bytes});
        one.waits = false;
        ++answered_;
        if (measures_ && !ended_) times_.add(steady_clock::now() - one.sent);
        advance(index);
    }

    /// Returns: the contact an answer has to list; it holds until the next call.
    auto contact_of(std::uint32_t user) -> std::string_view {
        if (plan_.mode == "remove") return {};
        const auto index = user % plan_.window;
        if (plan_.mode != "query") return text_of(index).value(slots_[index].text, field::contact);
        if (contact_text_.empty()) contact_text_ = change_.text({});
        change_.renumber(contact_text_.data(), {.user = user});
        return change_.value(contact_text_, field::contact);
    }

    /// Sends again what has waited for too long; looked at only when there is nothing else to do.
    void look_after() {
        if (now_ < next_look_) return;
        next_look_ = now_ + 50ms;
        for (std::uint32_t i = 0; i < plan_.window; ++i) {
            auto& one = slots_[i];
            if (!one.waits || now_ - one.sent < retransmission_time) continue;
            ::iovec message{one.text.data(), one.text.size()};
            peers_[peer_of(i)].send({&message, 1});
            one.sent = now_;
            ++again_;
        }
    }

    void watch_time() {
        if (!measures_ && now_ - start_ >= plan_.warm_up) {
            measures_ = true;
            begin_ = now_;
            idle_ = {};
            server_used_ = server_.used();
        }
        const auto lasted = now_ - start_ - plan_.warm_up;
        if (!ended_ && !plan_.visits_once() && lasted >= plan_.limit) end();
        const auto patience = plan_.visits_once() ? plan_.limit : plan_.limit + 10s;
        if (lasted > patience) die("no end after " + std::to_string(patience.count()) + " s");
    }

    void end() {
        ended_ = true;
        end_ = now_;
        idle_at_end_ = idle_;
        server_used_ = server_.used() - server_used_;
    }

    plan plan_;
    udp_peers peers_;
    cpu_time server_;
    std::vector<register_text> registers_; ///< of each peer
    std::vector<std::vector<::iovec>> trains_; ///< what each is to send together
    register_text change_;
    std::string contact_text_;
    std::vector<slot> slots_;
    std::vector<std::uint32_t> ready_; ///< slots whose REGISTER may go
    histogram times_;
    std::uint64_t sent_ = 0, answered_ = 0, again_ = 0, strays_ = 0;
    time_point start_, begin_, end_, now_, last_flush_, next_look_;
    std::chrono::duration<double> idle_{}, idle_at_end_{};
    std::chrono::nanoseconds server_used_{};
    bool measures_ = false, ended_ = false;
};

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    closed_loop loop{given};
    loop.run();
    loop.print();
}

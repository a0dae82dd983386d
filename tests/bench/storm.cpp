// SPDX-License-Identifier: BSL-1.0
//
// REGISTERs come in at a steady rate, whatever the server does meanwhile, such as let a million bindings expire.
//
//   storm --port N --at NANOSECONDS [--rate N] [--users N] [--before S] [--after S] [--cseq N] [--peers N]
//
// `--at` is when the storm breaks, by the steady clock, as `load --together` tells it; the users are registered
// already. An answer is timed from when its REGISTER was due to be sent, which is sent again after 0.5, 1.5, 3.5, …
// seconds (RFC 3261 §17.1.2). Prints one line of JSON, times in microseconds.

#include <support/check_answer.hpp>
#include <support/histogram.hpp>
#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/udp_peers.hpp>
#include <support/walk.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere_bench;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using time_point = std::chrono::steady_clock::time_point;

/// What is known of a user: the REGISTER that is on its way, if one is.
struct phone {
    time_point due{}; ///< when it was to be sent for the first time
    std::uint32_t cseq = 0;
    bool waits = false;
};

/// When a phone has waited long enough.
struct patience {
    time_point ends;
    nanoseconds lasts;
    std::uint32_t user;
    std::uint32_t cseq;
};

/// What came to pass before the storm, or from then on.
struct phase {
    histogram times;
    nanoseconds stall{}; ///< the longest time without an answer
    std::uint64_t again = 0; ///< retransmissions
};

class open_loop {
public:
    explicit open_loop(const options& given)
        : peers_(given), registers_(peers_.texts(ask::change)), trains_(peers_.size()),
          phones_(given.number("--users", 100'000U)), turns_(static_cast<std::uint32_t>(phones_.size())),
          first_cseq_(given.number("--cseq", 1'500'000'000U)),
          gap_(1s / nanoseconds{1} / given.number("--rate", 80'000)),
          breaks_(nanoseconds{given.number<std::int64_t>("--at", 0)}),
          begins_(std::max(breaks_ - from_seconds(given.number("--before", 2.0)), std::chrono::steady_clock::now())),
          ends_(breaks_ + from_seconds(given.number("--after", 6.0))) {
        for (auto& text : texts_) text = registers_[0].text({});
        asked_ = texts_.front();
        if (begins_ >= breaks_) die("the storm broke before there was time for it");
    }

    void run() {
        constexpr auto last_answers = 5s;
        for (now_ = std::chrono::steady_clock::now(); now_ < begins_;) now_ = std::chrono::steady_clock::now();
        next_due_ = last_answer_ = now_;
        while (now_ < ends_ || (open_ > 0 && now_ < ends_ + last_answers)) {
            const auto count = peers_.receive([this](std::string_view bytes) { take(bytes); });
            const bool sent = send_due();
            send_again();
            const auto before = std::exchange(now_, std::chrono::steady_clock::now());
            if (count == 0 && !sent) idle_ += now_ - before;
        }
    }

    void print() const {
        const auto in_us = [](nanoseconds time) { return std::chrono::duration<double, std::micro>{time}.count(); };
        const auto show = [&](const char* name, const phase& of) {
            std::printf("\"%s\":{\"answers\":%llu,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"longest\":%.1f,"
                        "\"stall\":%.1f,\"retransmissions\":%llu},",
                        name, static_cast<unsigned long long>(of.times.total()), of.times.quantile(0.5),
                        of.times.quantile(0.99), of.times.quantile(0.999), of.times.quantile(1), in_us(of.stall),
                        static_cast<unsigned long long>(of.again));
        };
        std::printf("{");
        show("before", before_);
        show("storm", after_);
        std::printf("\"unanswered\":%llu,\"skipped\":%llu,\"busy\":%.3f}\n", static_cast<unsigned long long>(open_),
                    static_cast<unsigned long long>(skipped_), 1 - in_us(idle_) / in_us(now_ - begins_));
    }

private:
    static auto from_seconds(double seconds) -> nanoseconds {
        return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{seconds});
    }

    /// Sends the REGISTERs whose time has come.
    ///
    /// Returns: whether there were any.
    auto send_due() -> bool {
        std::size_t count = 0;
        for (; count < texts_.size() && next_due_ <= now_ && next_due_ < ends_; next_due_ += gap_) {
            const auto user = turns_.next();
            auto& one = phones_[user];
            if (one.waits) {
                ++skipped_; // a phone with a REGISTER on its way sends no other
                continue;
            }
            one = {next_due_, std::max(one.cseq + 1, first_cseq_), true};
            write(count++, user);
            first_waits_.push_back({now_ + 500ms, 500ms, user, one.cseq});
            ++open_;
        }
        send(count);
        return count > 0;
    }

    /// Sends again what has waited too long.
    void send_again() {
        std::size_t count = 0;
        const auto look_at = [&](const patience& over) {
            const auto& one = phones_[over.user];
            if (!one.waits || one.cseq != over.cseq) return;
            write(count++, over.user);
            later_waits_.push_back({now_ + 2 * over.lasts, 2 * over.lasts, over.user, over.cseq});
            ++phase_at(now_).again;
        };
        for (; count < texts_.size() && !first_waits_.empty() && first_waits_.front().ends <= now_;
             first_waits_.pop_front())
            look_at(first_waits_.front());
        for (std::size_t i = later_waits_.size(); i-- > 0 && count < texts_.size();) {
            if (later_waits_[i].ends > now_) continue;
            const auto over = std::exchange(later_waits_[i], later_waits_.back());
            later_waits_.pop_back();
            look_at(over);
        }
        send(count);
    }

    auto phase_at(time_point when) -> phase& { return when < breaks_ ? before_ : after_; }

    /// A user's phone is always the same peer.
    [[nodiscard]] auto peer_of(std::uint32_t user) const -> std::size_t { return user % peers_.size(); }

    void write(std::size_t place, std::uint32_t user) {
        const auto peer = peer_of(user);
        registers_[peer].write(texts_[place].data(), {.user = user, .cseq = phones_[user].cseq});
        trains_[peer].push_back({texts_[place].data(), texts_[place].size()});
    }

    void send(std::size_t count) {
        for (std::size_t i = 0; count > 0 && i < trains_.size(); ++i) {
            if (!trains_[i].empty()) peers_[i].send(trains_[i]);
            trains_[i].clear();
        }
    }

    void take(std::string_view bytes) {
        const auto answer = read_answer(bytes);
        const auto user = user_of(answer.call_id);
        if (!user || *user >= phones_.size()) die("an answer without a Call-ID of ours:\n" + std::string{bytes});
        auto& one = phones_[*user];
        const auto& sent = registers_[peer_of(*user)];
        sent.write(asked_.data(), {.user = *user, .cseq = one.cseq});
        if (!one.waits || answer.cseq != sent.value(asked_, field::cseq)) {
            if (++strays_ > before_.again + after_.again) die("an answer nobody waits for:\n" + std::string{bytes});
            return;
        }
        const auto fault = fault_of(answer, sent, asked_, sent.value(asked_, field::contact), strictness::full);
        if (!fault.empty()) die(std::string{fault} + " in the answer\n" + std::string{bytes});
        const auto now = std::chrono::steady_clock::now();
        phase_at(one.due).times.add(now - one.due);
        auto& stall = phase_at(now).stall;
        stall = std::max<nanoseconds>(stall, now - last_answer_);
        last_answer_ = now;
        one.waits = false;
        --open_;
    }

    udp_peers peers_;
    std::vector<register_text> registers_; ///< of each peer
    std::vector<std::vector<::iovec>> trains_; ///< what each is to send together
    std::vector<phone> phones_;
    walk turns_;
    std::uint32_t first_cseq_;
    nanoseconds gap_;
    time_point breaks_, begins_, ends_;
    time_point now_{}, next_due_{}, last_answer_{};

    std::array<std::string, udp_client::batch> texts_;
    std::string asked_; ///< the REGISTER whose answer is looked at
    std::deque<patience> first_waits_; ///< all of one length, so in the order of their ends
    std::vector<patience> later_waits_;
    phase before_, after_;
    nanoseconds idle_{};
    std::uint64_t open_ = 0, strays_ = 0, skipped_ = 0;
};

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    open_loop loop{given};
    loop.run();
    loop.print();
}

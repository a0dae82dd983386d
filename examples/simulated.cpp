// SPDX-License-Identifier: BSL-1.0
//
// A day in the life of a registrar and a hundred phones on a network that loses packets, within a second, and the same
// day again from the same seed: simulated [SEED [HOURS]]
#include <sipwhere/sipwhere.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using network = simulated_network<manual_clock>;

/// What all phones did together.
struct tally {
    std::uint64_t requests = 0, repeats = 0, timeouts = 0, reboots = 0, departures = 0;
};

/// A phone that stays registered: it repeats what gets no answer (RFC 3261 §17.1.2.2), refreshes at half the time it
/// was granted, and now and then goes away, politely or without a word.
class phone {
public:
    phone(network& net, const manual_clock& clock, const endpoint& registrar, std::uint32_t number, std::uint64_t seed,
          tally& all)
        : clock_(clock), flow_{.remote = registrar}, random_(seed), user_("phone" + std::to_string(number)),
          host_(net.host("10.0.0." + std::to_string(number))), all_(all), next_(clock.now() + up_to(1min)) {
        (void)host_.listen(receiver_ref{*this}); // nothing can keep a simulated host from listening
    }

    [[nodiscard]] auto aor() const -> std::string { return "sip:" + user_ + "@example.com"; }
    [[nodiscard]] auto is_registered() const -> bool { return clock_.now() < bound_until_; }

    /// Takes the answer to its request; any other is an echo of an earlier one.
    void receive(std::span<const datagram> arrived) {
        message_view answer;
        for (const auto& one : arrived) {
            if (!parse_message(one.bytes, answer) || answer.is_request()) continue;
            const auto cseq = parse_cseq(answer.value(header_name::cseq));
            const bool is_mine = answer.value(header_name::call_id) == call_id_ && cseq && cseq->number == cseq_;
            if (is_mine && (state_ == state::asking || state_ == state::leaving)) obey(answer);
        }
    }

    /// Does what is due.
    auto tick() -> milliseconds {
        if (clock_.now() >= next_) act();
        return next_ - clock_.now();
    }

private:
    enum class state { away, asking, registered, leaving };
    static constexpr milliseconds t1 = 500ms, t2 = 4s, timeout = 64 * t1;

    void act() {
        switch (state_) {
        case state::away:
            call_id_ = user_ + '-' + std::to_string(random_.next());
            cseq_ = 0;
            return ask(state::asking);
        case state::registered: return random_.next() % 100 == 0 ? leave() : ask(state::asking);
        case state::asking:
        case state::leaving: return repeat();
        }
    }

    void leave() {
        if (random_.next() % 2 == 0) {
            ++all_.departures;
            return ask(state::leaving);
        }
        ++all_.reboots;
        go_away(up_to(5min));
    }

    void ask(state what) {
        state_ = what;
        ++cseq_;
        started_ = clock_.now();
        timer_e_ = t1;
        ++all_.requests;
        send();
    }

    void repeat() {
        if (clock_.now() - started_ >= timeout) {
            ++all_.timeouts;
            return go_away(30s);
        }
        ++all_.repeats;
        timer_e_ = std::min(2 * timer_e_, t2);
        send();
    }

    void send() {
        writer out{room_};
        out.put("REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP ");
        write_endpoint(out, host_.at());
        out.put(";rport;branch=z9hG4bK-").put(call_id_).put('-').put_number(cseq_);
        out.put("\r\nMax-Forwards: 70\r\nFrom: <").put(aor()).put(">;tag=").put(user_);
        out.put("\r\nTo: <").put(aor()).put(">\r\nCall-ID: ").put(call_id_);
        out.put("\r\nCSeq: ").put_number(cseq_).put(" REGISTER\r\nContact: <sip:").put(user_).put('@');
        write_endpoint(out, host_.at());
        out.put(">\r\nExpires: ").put_number(state_ == state::leaving ? 0 : 300).put("\r\n");
        finish(out);
        (void)host_.send(flow_, out.text()); // what could not be sent is lost, and repeated
        next_ = clock_.now() + timer_e_;
    }

    void obey(const message_view& answer) {
        if (state_ == state::leaving || answer.status_code() != code_of(status::ok)) return go_away(up_to(2h));
        cursor contact{answer.value(header_name::contact)};
        const auto bound = parse_contact(contact);
        const std::chrono::seconds granted{bound ? bound->expires : 0};
        bound_until_ = clock_.now() + granted;
        state_ = state::registered;
        next_ = clock_.now() + granted / 2;
    }

    void go_away(milliseconds time) {
        state_ = state::away;
        bound_until_ = {};
        next_ = clock_.now() + time;
    }

    auto up_to(milliseconds most) -> milliseconds {
        return milliseconds{random_.next() % static_cast<std::uint64_t>(most.count())};
    }

    const manual_clock& clock_;
    flow flow_;
    seeded_random random_;
    std::string user_;
    network::host_transport& host_;
    tally& all_;
    std::array<char, 1024> room_{};

    state state_ = state::away;
    std::string call_id_;
    std::uint32_t cseq_ = 0;
    instant next_;           ///< when to act
    instant started_{};      ///< of the request at hand
    milliseconds timer_e_{}; ///< until it is repeated
    instant bound_until_{};  ///< as far as it knows
};

} // namespace

auto main(int argc, char** argv) -> int {
    std::array<std::uint64_t, 2> asked{7, 24}; // seed, hours
    for (std::size_t i = 0; i < asked.size() && static_cast<int>(i) + 1 < argc; ++i) {
        const std::string_view digits{argv[i + 1]};
        if (std::from_chars(digits.data(), digits.data() + digits.size(), asked[i]).ec == std::errc{}) continue;
        std::cerr << "simulated: '" << digits << "' is no number; usage: simulated [SEED [HOURS]]\n";
        return 2;
    }
    const auto [seed, hours] = asked;

    manual_clock clock;
    network net{clock, {.seed = seed, .loss = 0.05, .min_delay = 2ms, .max_delay = 40ms}};
    auto& host = net.host("192.0.2.1");
    hash_storage storage;
    seeded_random random{seed};
    counting_observer counts;
    basic_registrar registrar{{.domains = {"example.com"}}, clock, storage, host, random, counts};
    if (!registrar.start()) return 1;

    tally all;
    std::deque<phone> phones;
    for (std::uint32_t i = 1; i <= 100; ++i) phones.emplace_back(net, clock, host.at(), i, seed * 1000 + i, all);
    net.run_for(std::chrono::hours{hours});

    std::size_t registered = 0, bound = 0, mistaken = 0;
    for (const auto& each : phones) {
        const auto found = registrar.query(each.aor(), [](const binding_view&) {});
        const bool is_bound = found && *found > 0;
        registered += each.is_registered();
        bound += is_bound;
        mistaken += each.is_registered() && !is_bound;
    }

    using enum change;
    std::cout << hours << " hours, 100 phones, 5 % of all datagrams lost, seed " << seed << '\n'
              << "phones     requests " << all.requests << ", repeats " << all.repeats << ", given up " << all.timeouts
              << ", reboots " << all.reboots << ", departures " << all.departures << '\n'
              << "network    sent " << net.counters().sent << ", lost " << net.counters().lost << '\n'
              << "registrar  answered " << counts.count(traffic::answered) << ", repeated "
              << counts.count(traffic::repeated) << ", rejected " << counts.rejected() << '\n'
              << "bindings   created " << counts.count(created) << ", refreshed " << counts.count(refreshed)
              << ", removed " << counts.count(removed) << ", expired " << counts.count(expired) << ", now "
              << counts.bindings() << '\n'
              << "in the end " << registered << " phones know themselves registered, " << bound << " are bound, "
              << mistaken << " are mistaken\n";
    return mistaken == 0 ? 0 : 1;
}

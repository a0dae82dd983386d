// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/fixed_vector.hpp>
#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/policy/clock.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/detail/datagram_pool.hpp>
#include <sipwhere/transport/detail/event_queue.hpp>
#include <sipwhere/transport/simulated_host.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere {

/// What a simulated network does to datagrams; chances go from 0 to 1.
struct simulated_network_options {
    std::uint64_t seed = 1;
    double loss = 0;
    double duplication = 0;
    double reordering = 0; ///< chance of being held back, by 1 ms to twice `max_delay` more, so that others overtake
    std::chrono::milliseconds min_delay{1};
    std::chrono::milliseconds max_delay{1};
};

/// What became of the datagrams so far: sent + duplicated = delivered + lost + cut + unclaimed + those under way.
struct simulated_network_counters {
    std::uint64_t sent = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t held_back = 0; ///< reordered
    std::uint64_t delivered = 0;
    std::uint64_t lost = 0;      ///< by chance
    std::uint64_t cut = 0;       ///< by a partition
    std::uint64_t unclaimed = 0; ///< sent to where nobody listens
};

/// Hosts that exchange datagrams in simulated time: no threads, no sockets, no waiting, the same from the same seed.
///
/// Time passes only in `run_for`, `run_until`, `settle` and `step`, which set the clock to the instant of what they
/// do. Without reordering, datagrams from one host to another arrive in the order they were sent. Uses the heap.
template <typename Clock>
class simulated_network {
public:
    static_assert(explain_clock<Clock>());
    static_assert(
        requires(Clock& clock) { clock.advance(std::chrono::milliseconds{}); },
        "a simulated network's clock needs: advance(std::chrono::milliseconds), as manual_clock has");

    using host_transport = simulated_host<simulated_network>;

    explicit simulated_network(Clock& clock, const simulated_network_options& options = {})
        : clock_(clock), options_(options), random_(options.seed) {}
    simulated_network(const simulated_network&) = delete;
    auto operator=(const simulated_network&) -> simulated_network& = delete;

    /// Returns: a host that nobody can reach, for what needs no more than the network's time: it ticks and is woken.
    auto timer() -> host_transport& { return add_host({}, static_cast<std::uint32_t>(hosts_.size())); }
    [[nodiscard]] auto now() const noexcept -> instant { return clock_.now(); }

    /// Returns: the host there, which stays where it is as long as the network; made if there is none.
    auto host(const endpoint& at) -> host_transport& {
        if (const auto found = by_name_.find(at); found != by_name_.end()) return *hosts_[found->second];
        const auto number = static_cast<std::uint32_t>(hosts_.size());
        by_name_[at] = routes_[at] = number;
        return add_host(at, number);
    }
    /// `address` is an IPv4 or IPv6 address.
    auto host(std::string_view address, std::uint16_t port = 5060) -> host_transport& {
        const auto parsed = parse_address(address);
        SIPWHERE_ASSERT(parsed.family() != address_family::none);
        return host(endpoint{parsed, port});
    }

    /// Puts a host behind a NAT: others see it at `outside` and a port of the NAT's choice, and reach it there alone.
    /// Once more gives it another port, as a NAT does that has forgotten it. An address has 64,512 ports.
    void nat(host_transport& inside, std::string_view outside) {
        const auto parsed = parse_address(outside);
        SIPWHERE_ASSERT(parsed.family() != address_family::none);
        routes_.erase(inside.outside_);
        do {
            nat_port_ = nat_port_ == 65535 ? 1024 : static_cast<std::uint16_t>(nat_port_ + 1);
            inside.outside_ = {parsed, nat_port_};
        } while (routes_.contains(inside.outside_));
        routes_[inside.outside_] = inside.number_;
    }

    /// Loses all that is under way or sent from one host to another, but not back.
    void cut(const host_transport& from, const host_transport& to) { cuts_.push_back({from.number_, to.number_}); }
    /// Parts two hosts.
    void partition(const host_transport& a, const host_transport& b) {
        cut(a, b);
        cut(b, a);
    }
    /// Parts a host from all others.
    void partition(const host_transport& alone) { alone_.push_back(alone.number_); }
    void heal(const host_transport& a, const host_transport& b) {
        std::erase(cuts_, way{a.number_, b.number_});
        std::erase(cuts_, way{b.number_, a.number_});
    }
    void heal(const host_transport& alone) { std::erase(alone_, alone.number_); }

    /// Changes what happens to datagrams sent from now on; the seed stays.
    void set_options(const simulated_network_options& options) noexcept { options_ = options; }

    [[nodiscard]] auto counters() const noexcept -> const simulated_network_counters& { return counters_; }
    /// Returns: how many datagrams are under way.
    [[nodiscard]] auto in_flight() const noexcept -> std::size_t { return datagrams_.size(); }

    /// Goes on to the next instant at which something happens, and does one thing: a tick, or datagrams for one host.
    ///
    /// Returns: whether there was anything to do.
    auto step() -> bool {
        if (!has_more()) return false;
        const auto next = events_.next();
        if (next.due > clock_.now()) clock_.advance(next.due - clock_.now());
        events_.pop();
        if (next.tick != 0) tick(*hosts_[next.index]);
        else deliver(next);
        return true;
    }

    /// Does all that happens up to an instant, and sets the clock to it.
    void run_until(instant end) {
        while (has_more() && events_.next().due <= end) step();
        if (end > clock_.now()) clock_.advance(end - clock_.now());
    }
    void run_for(std::chrono::milliseconds time) { run_until(clock_.now() + time); }

    /// Goes on until no datagram is under way and no host was woken, for `at_most` that time.
    ///
    /// Returns: whether that came true.
    auto settle(std::chrono::milliseconds at_most = std::chrono::seconds{10}) -> bool {
        const auto end = clock_.now() + at_most;
        while (!is_settled() && has_more() && events_.next().due <= end) step();
        return is_settled();
    }

private:
    friend host_transport;
    static constexpr std::size_t batch = 16; ///< datagrams handed over at once, at most

    /// Sets when a host ticks next; what was set before does not count.
    void schedule_tick(host_transport& who, std::chrono::milliseconds delay) {
        if (++who.ticks_ == 0) ++who.ticks_; // as a datagram has no number
        events_.push(clock_.now() + delay, who.number_, who.ticks_);
    }

    /// Lets hosts that were woken tick at this instant.
    void take_wakes() {
        if (wakes_.exchange(0, std::memory_order_acquire) == 0) return;
        for (const auto& one : hosts_) {
            auto& each = *one;
            const bool is_woken = each.wakes_.exchange(0, std::memory_order_acquire) != 0;
            if (!is_woken || !each.receiver_ || std::exchange(each.is_wake_due_, true)) continue;
            ++wakes_due_;
            schedule_tick(each, std::chrono::milliseconds{0});
        }
    }
    void end_wake(host_transport& who) noexcept {
        if (std::exchange(who.is_wake_due_, false)) --wakes_due_;
    }

    [[nodiscard]] auto is_settled() const noexcept -> bool {
        return in_flight() == 0 && wakes_due_ == 0 && wakes_.load(std::memory_order_relaxed) == 0;
    }

    void transmit(host_transport& from, const endpoint& to, std::string_view bytes) {
        ++counters_.sent;
        if (is_cut(from.number_, to)) return count(counters_.cut);
        if (chance(options_.loss)) return count(counters_.lost);
        put_under_way(from, to, bytes);
        if (!chance(options_.duplication)) return;
        ++counters_.duplicated;
        put_under_way(from, to, bytes);
    }

    void put_under_way(host_transport& from, const endpoint& to, std::string_view bytes) {
        auto due = clock_.now() + up_to(options_.min_delay, options_.max_delay);
        auto& latest = from.latest_[to];
        due = latest = std::max(due, latest);
        if (chance(options_.reordering)) {
            using namespace std::chrono_literals;
            ++counters_.held_back;
            due = due + up_to(1ms, 1ms + 2 * options_.max_delay);
        }
        events_.push(due, datagrams_.put(from.outside_, to, from.number_, bytes), 0);
    }

    /// Hands over a datagram, together with those for the same host that come next at the same instant.
    void deliver(const detail::network_event& first) {
        const auto to = datagrams_[first.index].to;
        fixed_vector<std::uint32_t, batch> slots;
        slots.push_back(first.index);
        while (!slots.full() && !events_.empty() && is_with(events_.next(), first.due, to)) {
            slots.push_back(events_.next().index);
            events_.pop();
        }
        hand_over(to, slots);
        for (const auto slot : slots) datagrams_.release(slot);
    }

    void hand_over(const endpoint& to, const fixed_vector<std::uint32_t, batch>& slots) {
        const auto found = routes_.find(to);
        auto* const host = found == routes_.end() ? nullptr : hosts_[found->second].get();
        fixed_vector<datagram, batch> arrived;
        for (const auto slot : slots) {
            const auto& each = datagrams_[slot];
            if (is_cut(each.sender, to)) count(counters_.cut);
            else if (host == nullptr || !host->receiver_) count(counters_.unclaimed);
            else arrived.push_back({{.remote = each.from, .local = host->at_}, each.text()});
        }
        counters_.delivered += arrived.size();
        if (arrived.empty()) return;
        const auto receiver = host->receiver_; // it may stop meanwhile
        receiver.receive({arrived.begin(), arrived.size()});
    }

    void tick(host_transport& who) {
        using namespace std::chrono_literals;
        const auto receiver = who.receiver_;
        const auto number = who.ticks_;
        end_wake(who);
        const auto asked = receiver.tick();
        if (who.receiver_ && who.ticks_ == number) // it may have stopped, and listen again
            schedule_tick(who, std::clamp<std::chrono::milliseconds>(asked, 1ms, 1h));
    }

    [[nodiscard]] auto is_with(const detail::network_event& event, instant due, const endpoint& to) const noexcept
        -> bool {
        return event.due == due && event.tick == 0 && datagrams_[event.index].to == to;
    }

    /// Looks who was woken, and forgets ticks that hosts no longer wait for.
    ///
    /// Returns: whether anything is left to do.
    auto has_more() -> bool {
        take_wakes();
        while (!events_.empty() && is_old(events_.next())) events_.pop();
        return !events_.empty();
    }
    [[nodiscard]] auto is_old(const detail::network_event& event) const noexcept -> bool {
        if (event.tick == 0) return false;
        const auto& who = *hosts_[event.index];
        return !who.receiver_ || who.ticks_ != event.tick;
    }

    auto add_host(const endpoint& at, std::uint32_t number) -> host_transport& {
        return *hosts_.emplace_back(std::make_unique<host_transport>(*this, at, number));
    }

    [[nodiscard]] auto is_alone(std::uint32_t host) const -> bool {
        return std::find(alone_.begin(), alone_.end(), host) != alone_.end();
    }

    [[nodiscard]] auto is_cut(std::uint32_t from, const endpoint& to) const -> bool {
        if (cuts_.empty() && alone_.empty()) return false;
        const auto found = routes_.find(to);
        if (is_alone(from) || found == routes_.end()) return is_alone(from);
        return is_alone(found->second) ||
               std::find(cuts_.begin(), cuts_.end(), way{from, found->second}) != cuts_.end();
    }

    [[nodiscard]] auto chance(double of_one) noexcept -> bool {
        constexpr double all = 9007199254740992.0; // 2^53, as many as a double tells apart
        return of_one > 0 && static_cast<double>(random_.next() >> 11) < of_one * all;
    }

    [[nodiscard]] auto up_to(std::chrono::milliseconds least, std::chrono::milliseconds most) noexcept
        -> std::chrono::milliseconds {
        if (most <= least) return least;
        const auto choices = static_cast<std::uint64_t>((most - least).count()) + 1;
        return least + std::chrono::milliseconds{random_.next() % choices};
    }

    static void count(std::uint64_t& counter) noexcept { ++counter; }

    Clock& clock_;
    simulated_network_options options_;
    xoshiro256 random_;
    simulated_network_counters counters_;
    std::vector<std::unique_ptr<host_transport>> hosts_;
    std::map<endpoint, std::uint32_t> by_name_;
    std::map<endpoint, std::uint32_t> routes_; ///< as others see them
    using way = std::pair<std::uint32_t, std::uint32_t>; ///< from, to
    std::vector<way> cuts_;
    std::vector<std::uint32_t> alone_;
    detail::event_queue events_;
    detail::datagram_pool datagrams_;
    std::uint16_t nat_port_ = 40000; ///< given out last
    std::atomic<std::uint32_t> wakes_ = 0; ///< of some host, that wait to be seen
    std::size_t wakes_due_ = 0; ///< hosts whose next tick is that of a wake
};

} // namespace sipwhere

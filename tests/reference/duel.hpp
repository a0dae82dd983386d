// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/transport/simulated_network.hpp>

#include <reference/history.hpp>
#include <reference/reference_registrar.hpp>
#include <support/recording_receiver.hpp>
#include <support/reply.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test::reference {

/// Stands between a registrar and its host in the network, and shows what arrives.
template <typename Inner>
class tapped_transport {
public:
    explicit tapped_transport(Inner& inner) : inner_(inner) {}

    std::function<void(std::span<const sipwhere::datagram>, const sipwhere::receiver_ref&)> on_arrival;
    std::vector<std::string> sent;
    std::vector<sipwhere::flow> sent_to; ///< one for each answer

    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void> {
        to_.emplace(to);
        return inner_.listen(sipwhere::receiver_ref{*this});
    }
    void stop() { inner_.stop(); }
    auto send(const sipwhere::flow& flow, std::string_view bytes) -> bool {
        sent.emplace_back(bytes);
        sent_to.push_back(flow);
        return inner_.send(flow, bytes);
    }
    [[nodiscard]] auto is_own(const sipwhere::endpoint& end) const -> bool { return inner_.is_own(end); }
    void wake() noexcept {} // whoever plays a history ticks until nothing waits

    void receive(std::span<const sipwhere::datagram> arrived) { on_arrival(arrived, *to_); }
    auto tick() -> std::chrono::milliseconds { return to_->tick(); }

private:
    Inner& inner_;
    std::optional<sipwhere::receiver_ref> to_;
};

/// How one history is played.
struct duel_rules {
    sipwhere::settings config{};
    rules expected{};
    domains served = domains::named;
    sipwhere::simulated_network_options network{};
    std::size_t requests = 100;
    std::size_t max_aors = 0; ///< how many records the storage may hold; 0 for more than there ever are
};

/// One history, told to a registrar over a simulated network and to the reference, datagram by datagram as they arrive.
///
/// A storage and an access that answer later have answered everything before the next datagram arrives: what they make
/// of it has to be what they make of it at once.
template <typename Storage, typename Access = sipwhere::open_access>
class duel {
    using network_type = sipwhere::simulated_network<sipwhere::manual_clock>;
    using transport_type = tapped_transport<typename network_type::host_transport>;
    using registrar_type =
        sipwhere::basic_registrar<sipwhere::manual_clock, Storage, transport_type, sipwhere::seeded_random, Access>;
    static constexpr bool is_slow = sipwhere::waiting_storage<Storage>;

public:
    duel(std::uint64_t seed, const duel_rules& chosen)
        : rules_(chosen), chance_(seed), phones_(chance_, chosen.served, chosen.config.case_insensitive_user),
          random_(seed), network_(clock_, chosen.network), reference_(chosen.expected) {
        transport_.on_arrival = [this](auto arrived, const auto& to) {
            if (rules_.max_aors == 0) return serve(arrived, to);
            for (const auto& each : arrived) serve({&each, 1}, to);
        };
        for (auto& phone : hosts_) (void)phone->listen(sipwhere::receiver_ref{at_phones_});
        if (!registrar_.start()) differ("the registrar does not start");
    }

    /// Returns: what differed first, empty if nothing did.
    auto play() -> const std::string& {
        for (std::size_t i = 0; i < rules_.requests && difference_.empty(); ++i) act();
        network_.settle();
        compare_stores();
        for (const auto& answer : at_phones_.messages)
            if (std::ranges::find(answers_, answer.bytes) == answers_.end()) differ("a phone hears what nobody said");
        clock_.advance(std::chrono::seconds{400}); // all but the longest bindings have ended
        compare_stores();
        return difference_;
    }

    [[nodiscard]] auto served() const -> std::size_t { return answers_.size(); }

    /// Returns: all that happened, for a person to read.
    [[nodiscard]] auto story() const -> const std::string& { return story_; }

private:
    using key = std::pair<std::string, std::string>;

    void act() {
        const bool is_first = written_.empty();
        if (is_first || chance_.percent(65)) write(phones_.next());
        else if (chance_.percent(25)) write(phones_.merged());
        else send(chance_.percent(60) ? written_.size() - 1 : chance_.below(written_.size()));

        if (chance_.percent(rules_.network.loss > 0 ? 70 : 0)) return; // several are under way at once
        constexpr std::array<int, 12> steps{1, 7, 40, 500, 999, 1000, 5'000, 31'000, 31'999, 32'400, 33'000, 70'000};
        auto step = std::chrono::milliseconds{chance_.percent(15) ? chance_.one_of(steps) : 2};
        if (chance_.percent(4)) step = until_one_ends();
        if (step < std::chrono::seconds{2} && chance_.percent(50)) return network_.run_for(step);
        network_.settle();
        clock_.advance(step); // no tick meanwhile: what is due is still in the store,
        if (chance_.percent(50)) network_.run_until(clock_.now()); // unless the tick that is late comes first
    }

    /// Returns: how long to wait so that what is sent then arrives in the very millisecond in which a binding ends.
    auto until_one_ends() -> std::chrono::milliseconds {
        network_.settle();
        const auto now = clock_.now().milliseconds;
        const auto aors = reference_.aors(now);
        if (aors.empty()) return std::chrono::milliseconds{1};
        const auto due = chance_.one_of(reference_.bindings(chance_.one_of(aors), now)).due * 1000;
        return std::chrono::milliseconds{due - now - 1};
    }

    void write(const phones::made& made) {
        const auto [at, fresh] = written_by_bytes_.try_emplace(made.bytes, made.asked);
        if (fresh) written_.push_back(&*at);
        else if (at->second.transaction != made.asked.transaction) differ("the history says one thing twice");
        send(written_.size() - 1);
    }

    void send(std::size_t number) {
        auto& phone = *hosts_[chance_.percent(90) ? number % 2 : 2];
        (void)phone.send({.remote = server_.at()}, written_[number]->first);
    }

    /// Lets bindings expire that are due, as it will tick before it answers. A tick makes an end when it has given much
    /// memory back, and there is no end before an update has been heard of that is done: so a few ticks have to do.
    void let_expire() {
        for (int left = 16; left > 0 && registrar_.tick() == std::chrono::milliseconds{1};) --left;
    }

    /// Lets both serve what arrived at once, and compares what they made of it.
    void serve(std::span<const sipwhere::datagram> arrived, const sipwhere::receiver_ref& to) {
        if (!difference_.empty()) return;
        const bool is_alone = arrived.size() == 1;
        if (is_slow) let_expire();
        const auto& first = asked_by(arrived.front());
        const auto record = is_alone ? record_of(first.aor) : std::string{};
        const bool looks_around = is_alone && chance_.percent(10);
        const auto others = looks_around ? digest_without(first.aor) : 0;
        if (rules_.max_aors != 0) empty_ = records_without_bindings();
        is_full_ = rules_.max_aors != 0 && record.empty() && storage_size() == rules_.max_aors;
        transport_.sent.clear();
        transport_.sent_to.clear();
        to.receive(arrived);
        if constexpr (is_slow) answer_all(arrived);

        if (transport_.sent.size() != arrived.size()) differ("not an answer to each");
        auto status = 0;
        for (std::size_t i = 0; i < arrived.size() && difference_.empty(); ++i)
            if (!transport_.sent[i].empty()) status = compare(arrived[i], transport_.sent[i]);
        if (is_alone && status != 200 && record_of(first.aor) != record) differ("a refused request changed its record");
        if (looks_around && digest_without(first.aor) != others) differ("another record changed");
        for (const auto& each : arrived)
            if (asked_by(each).form == 0) compare_bindings(asked_by(each).aor);
    }

    /// Lets slow policies answer, and puts the answers into the order of the requests; there is none for a repeat that
    /// was absorbed as the first still waited.
    void answer_all(std::span<const sipwhere::datagram> arrived) {
        do {
            access_.answer_due(clock_.now());
            (void)registrar_.tick();
        } while (!access_.is_idle() || !storage_.is_idle());
        (void)registrar_.tick();
        std::vector<std::string> sorted;
        auto sent = std::move(transport_.sent);
        auto to = transport_.sent_to;
        for (std::size_t i = 0; i < arrived.size(); ++i) {
            std::size_t first = 0;
            while (arrived[first].bytes != arrived[i].bytes || arrived[first].from != arrived[i].from) ++first;
            auto found = sent.begin();
            while (found != sent.end() &&
                   !answers(arrived[i], *found, to[static_cast<std::size_t>(found - sent.begin())]))
                ++found;
            if (first == i && found == sent.end()) return differ("a request that waited has no answer");
            if (found == sent.end()) { // absorbed, as the first waits
                sorted.emplace_back();
                continue;
            }
            sorted.push_back(*found);
            to.erase(to.begin() + (found - sent.begin()));
            sent.erase(found);
        }
        if (!sent.empty()) differ("a request that waited has more than one answer");
        transport_.sent = std::move(sorted);
    }

    /// Returns: whether an answer is one to a datagram: it has its branch, sent-by, Call-ID, CSeq and From tag.
    [[nodiscard]] auto answers(const sipwhere::datagram& arrived, const std::string& text,
                               const sipwhere::flow& to) const -> bool {
        if (arrived.from.remote.address != to.remote.address) return false;
        const auto& asked = asked_by(arrived);
        const reply said{{}, {}, text};
        const auto vias = said.rows("Via");
        const auto has = [](const std::string& in, const std::string& part) {
            return in.find(part) != std::string::npos;
        };
        return !vias.empty() && has(vias.front(), asked.branch) && has(vias.front(), asked.sent_by) &&
               said.field("Call-ID") == asked.call_id && has(said.field("From"), asked.from_tag) &&
               said.field("CSeq").starts_with(std::to_string(asked.cseq));
    }

    auto asked_by(const sipwhere::datagram& arrived) const -> const asked_register& {
        return written_by_bytes_.find(arrived.bytes)->second;
    }

    /// Returns: the status that the reference gives.
    auto compare(const sipwhere::datagram& arrived, const std::string& text) -> int {
        const auto now = clock_.now().milliseconds;
        const auto& asked = asked_by(arrived);
        const auto source = std::to_string(arrived.from.remote.address.bytes()[3]);
        const auto expected =
            is_full_ ? serve_when_full(asked, source) : reference_.serve(asked, source, now, answers_.size());
        story_ += "\n--- " + std::to_string(now) + " ms, from " + source + "\n" + std::string{arrived.bytes};
        story_ += "--- answered\n" + text + "--- expected " + std::to_string(expected.status) + "\n";
        answers_.push_back(text);
        compare_answer(asked, {{}, {}, text}, expected);
        return expected.status;
    }

    /// Returns: what a full store makes of a request for a user of whom it has no record: if it binds something, the
    ///          oldest record without bindings goes, or else there is no room; one that binds nothing is no harm.
    auto serve_when_full(const asked_register& asked, const std::string& source) -> answer {
        const auto now = clock_.now().milliseconds;
        const auto before = reference_;
        auto expected = reference_.serve(asked, source, now, answers_.size());
        if (expected.status != 200 || expected.repeats) return expected;
        if (!expected.contacts.empty() && !empty_.empty()) {
            forget_dropped();
            return expected;
        }
        reference_ = before;
        return expected.contacts.empty() ? expected : answer{503};
    }

    /// Lets the reference forget what the store has dropped: one of the oldest records without bindings.
    void forget_dropped() {
        auto oldest = sipwhere::never32;
        for (const auto& [aor, at] : empty_) oldest = std::min(oldest, at);
        const auto is_gone = [this](const auto& each) { return record_of(each.first).empty(); };
        const auto gone = std::ranges::find_if(empty_, is_gone);
        if (gone == empty_.end() || std::ranges::count_if(empty_, is_gone) != 1 || gone->second != oldest)
            return differ("another record than the oldest without bindings went");
        reference_.forget(gone->first);
    }

    /// Returns: each record without bindings, and when it will be forgotten.
    auto records_without_bindings() -> std::map<key, sipwhere::seconds32> {
        std::vector<key> all;
        for_each_record([&all](const sipwhere::aor_view& aor, const sipwhere::live_bindings&) {
            all.emplace_back(aor.user, aor.domain);
        });
        std::map<key, sipwhere::seconds32> found;
        for (const auto& aor : all) {
            const auto bytes = record_of(aor);
            const sipwhere::record_view record{bytes};
            if (record.size() == 0) found[aor] = record.due();
        }
        return found;
    }

    auto storage_size() const -> std::size_t {
        if constexpr (requires { storage_.size(); }) return storage_.size();
        else return storage_.records.size();
    }

    void compare_answer(const asked_register& asked, const reply& real, const answer& expected) {
        if (static_cast<int>(code_of(real.status())) != expected.status) return differ("another status");
        const auto& tag = to_tags_.try_emplace(asked.transaction + asked.call_id, real.to_tag()).first->second;
        if (asked.form == 0 && tag != real.to_tag()) differ("another To tag");
        if (expected.repeats) {
            if (real.text != answers_[*expected.repeats]) differ("a retransmission hears other bytes");
            return;
        }
        if (expected.status == 503 && real.field("Retry-After") != "60") differ("Retry-After");
        if (expected.status == 423 && real.field("Min-Expires") != std::to_string(rules_.expected.min_expires))
            differ("Min-Expires");
        const auto listed = real.contacts();
        if (listed.size() != expected.contacts.size() || listed.size() != real.rows("Contact").size())
            return differ("another number of contacts: not " + std::to_string(expected.contacts.size()));
        for (std::size_t i = 0; i < listed.size(); ++i) {
            const auto& [bound, left] = expected.contacts[i];
            if (listed[i].uri != bound.uri || listed[i].params != bound.params)
                differ("another contact: not " + bound.uri);
            if (listed[i].expires != left) differ("another expires: not " + std::to_string(left));
        }
    }

    void compare_bindings(const key& aor) {
        std::vector<binding> stored;
        storage_.read({aor.first, aor.second}, clock_.now(), [&stored](const sipwhere::live_bindings& live) {
            for (const auto each : live)
                stored.push_back({std::string{each.uri}, std::string{each.params}, std::string{each.call_id}, each.cseq,
                                  each.due, each.last});
        });
        if (stored != reference_.bindings(aor, clock_.now().milliseconds)) differ("another record: " + aor.first);
    }

    void compare_stores() {
        std::map<key, bool> stored;
        for_each_record([&stored](const sipwhere::aor_view& aor, const sipwhere::live_bindings& live) {
            if (!live.empty()) stored[{std::string{aor.user}, std::string{aor.domain}}] = true;
        });
        for (const auto& aor : reference_.aors(clock_.now().milliseconds)) {
            if (stored.erase(aor) == 0) differ("a record is missing: " + aor.first);
            compare_bindings(aor);
        }
        if (!stored.empty()) differ("a record too much: " + stored.begin()->first.first);
    }

    template <typename Visit>
    void for_each_record(Visit visit) {
        sipwhere::scan_position at{};
        do at = storage_.scan(at, 3, clock_.now(), visit);
        while (at != sipwhere::scan_position{});
    }

    /// Returns: the very bytes of a record.
    auto record_of(const key& aor) -> std::string {
        std::string bytes;
        (void)storage_.update(sipwhere::aor_view{aor.first, aor.second}, [&bytes](sipwhere::record_view record) {
            bytes = record.bytes();
            return sipwhere::record_update{};
        });
        return bytes;
    }

    /// Returns: a sum over all records but one.
    auto digest_without(const key& aor) -> std::size_t {
        std::size_t sum = 0;
        for_each_record([&](const sipwhere::aor_view& other, const sipwhere::live_bindings& live) {
            if (other.user == aor.first && other.domain == aor.second) return;
            constexpr std::hash<std::string_view> hash;
            auto all = hash(other.user) + 3 * hash(other.domain);
            for (const auto each : live)
                all = all * 31 + hash(each.uri) + 3 * hash(each.params) + 5 * hash(each.call_id) + 7 * each.cseq +
                      each.due;
            sum += live.empty() ? 0 : all;
        });
        return sum;
    }

    void differ(const std::string& how) {
        if (difference_.empty()) difference_ = how;
    }

    duel_rules rules_;
    dice chance_;
    phones phones_;
    sipwhere::manual_clock clock_;
    sipwhere::seeded_random random_;
    network_type network_;
    network_type::host_transport& server_ = network_.host("192.0.2.1");
    std::array<network_type::host_transport*, 3> hosts_{&network_.host("198.51.100.1"), &network_.host("198.51.100.2"),
                                                        &network_.host("198.51.100.3", 40000)};
    recording_receiver at_phones_;
    transport_type transport_{server_};
    Storage storage_;
    Access access_;
    registrar_type registrar_{rules_.config, clock_, storage_, transport_, random_, access_};
    registrar reference_;

    std::map<std::string, asked_register, std::less<>> written_by_bytes_;
    std::vector<const std::pair<const std::string, asked_register>*> written_;
    std::vector<std::string> answers_;
    std::map<std::string, std::string> to_tags_;
    std::string story_, difference_;
    bool is_full_ = false;
    std::map<key, sipwhere::seconds32> empty_; ///< records without bindings, before a request
};

} // namespace sipwhere_test::reference

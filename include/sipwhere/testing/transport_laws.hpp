// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/testing/law.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere::testing {

namespace detail {

/// A receiver that keeps what arrives, and notes what arrives when nothing may.
struct counting_receiver {
    std::vector<std::pair<flow, std::string>> heard;
    std::function<void()> on_receive = [] {};
    std::function<void()> on_tick = [] {};
    unsigned ticks = 0;
    unsigned calls = 0;
    std::chrono::milliseconds next_tick{1};

    void receive(std::span<const datagram> arrived) {
        ++calls;
        for (const auto& one : arrived) heard.emplace_back(one.from, std::string{one.bytes});
        on_receive();
    }
    auto tick() -> std::chrono::milliseconds {
        ++calls;
        ++ticks;
        on_tick();
        return next_tick;
    }
};

/// Checks `wake` of a transport that listens and has it.
template <typename Transport>
void check_wake(Transport& one, counting_receiver& here, function_ref<void()> run, judge& verdicts) {
    verdicts.tries("waking");
    here.next_tick = std::chrono::hours{1};
    run(); // comes to the tick that was asked for before
    const auto ticks = here.ticks;
    const auto calls = here.calls;
    one.wake();
    verdicts.expects(here.calls == calls, "the receiver is never called from inside wake");
    run();
    verdicts.expects(here.ticks > ticks, "tick is called soon after wake");
    here.next_tick = std::chrono::milliseconds{1};
    one.wake();
    run();
}

} // namespace detail

/// Checks that a transport keeps the laws of `transport_policy`.
///
/// `one` and `other` can reach each other and lose nothing; neither listens yet. `end_of` tells, once they listen,
/// where one of them is reached. `run` lets both work until all is delivered and a few milliseconds have passed. Both
/// are stopped in the end. Uses the heap.
/// Returns: how many breaches there were; each was reported.
template <typename Transport>
auto check_transport_laws(Transport& one, Transport& other, function_ref<endpoint(const Transport&)> end_of,
                          function_ref<void()> run, breach_report report) -> unsigned {
    static_assert(explain_transport<Transport>());
    judge verdicts{report};
    detail::counting_receiver here, there;

    verdicts.tries("listening");
    const bool listens = one.listen(receiver_ref{here}) && other.listen(receiver_ref{there});
    if (!verdicts.expects(listens, "listen succeeds where nothing is in the way")) return verdicts.breaches();
    verdicts.expects(here.calls + there.calls == 0, "the receiver is never called from inside listen");
    run();
    verdicts.expects(here.ticks > 0, "tick is called soon after listen");
    const auto ticks = here.ticks;
    run();
    verdicts.expects(here.ticks > ticks, "tick is called as often as it asks for");

    if constexpr (has_wake<Transport>) detail::check_wake(one, here, run, verdicts);

    verdicts.tries("sending there and back");
    const auto sends = [&](Transport& from, const flow& flow, std::string_view bytes) {
        const auto calls = here.calls + there.calls;
        const bool sent = from.send(flow, bytes);
        verdicts.expects(here.calls + there.calls == calls, "send never calls the receiver");
        return sent;
    };
    const sipwhere::flow flow{.remote = end_of(other)};
    std::vector<std::string> texts{"a", std::string(1200, 'b'), std::string("\0\r\n\xff", 4)};
    for (auto text : texts) {
        verdicts.expects(sends(one, flow, text), "send takes a datagram that can be sent");
        std::fill(text.begin(), text.end(), '?'); // send has to be done with it
    }
    run();
    std::vector<std::string> arrived;
    for (const auto& [from, bytes] : there.heard) arrived.push_back(bytes);
    std::sort(texts.begin(), texts.end());
    std::sort(arrived.begin(), arrived.end());
    verdicts.expects(arrived == texts, "each datagram arrives once, whole and unchanged");

    for (const auto& [from, bytes] : there.heard) {
        verdicts.expects(from.remote == end_of(one), "a datagram tells where it came from");
        sends(other, from, "answer");
    }
    run();
    verdicts.expects(here.heard.size() == there.heard.size(), "an answer goes back the way its request came");
    const bool from_there = std::all_of(here.heard.begin(), here.heard.end(),
                                        [&](const auto& got) { return got.first.remote == flow.remote; });
    verdicts.expects(from_there, "an answer leaves from the address its request came to");

    verdicts.tries("asking whose an address is");
    verdicts.expects(one.is_own(end_of(one)), "is_own knows a transport's own address");
    verdicts.expects(!one.is_own(end_of(other)), "is_own knows that another's address is not its own");

    verdicts.tries("answering from inside receive");
    there.on_receive = [&] { sends(other, there.heard.back().first, "at once"); };
    here.heard.clear();
    sends(one, flow, "question");
    run();
    verdicts.expects(here.heard.size() == 1, "a receiver may send while it receives");

    verdicts.tries("stopping from inside a tick, with datagrams on their way");
    bool is_stopped = false;
    unsigned late = 0;
    here.on_receive = [&] { late += is_stopped ? 1 : 0; };
    here.on_tick = [&] {
        late += is_stopped ? 1 : 0;
        one.stop();
        is_stopped = true;
    };
    sends(other, {.remote = end_of(one)}, "too late");
    run();
    run();
    verdicts.expects(is_stopped && late == 0, "nothing is called after stop");

    verdicts.tries("stopping twice");
    one.stop();
    other.stop();
    other.stop();
    const auto calls = here.calls + there.calls;
    run();
    verdicts.expects(here.calls + there.calls == calls, "nothing is called after stop");
    return verdicts.breaches();
}

} // namespace sipwhere::testing

// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/settings_fault.hpp>
#include <sipwhere/fwd.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/policy/clock.hpp>
#include <sipwhere/policy/memory.hpp>
#include <sipwhere/policy/policy_kind.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/server/allowed_methods.hpp>
#include <sipwhere/server/answer_date.hpp>
#include <sipwhere/server/handler_list.hpp>
#include <sipwhere/server/parking.hpp>
#include <sipwhere/server/policy_holder.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sipwhere {

namespace detail {

/// What a server keeps of its answers. A base class, as another one borrows it.
template <typename Memory>
struct own_answers {
    typename Memory::answers answers_;
};

/// The memory of a server whose policies always answer at once: that of one request.
template <typename Memory>
struct one_request {
    typename Memory::request memory;
    request_memory view = memory.view();
};

} // namespace detail

/// A SIP server for one or several methods: RFC 3261 §8.2, §17.2 and §18.2, whatever its handlers do.
///
/// It borrows its settings, its policies and its handlers, which must outlive it, and stays where it is made. One
/// thread at a time may use it. A request goes to the first handler that takes it; OPTIONS that nobody takes, CANCEL
/// and ACK are its own.
template <typename Memory, typename Clock, typename Transport, typename Random, typename Observer, typename Handlers>
class basic_server;

template <typename Memory, typename Clock, typename Transport, typename Random, typename Observer, typename... Handlers>
class basic_server<Memory, Clock, Transport, Random, Observer, std::tuple<Handlers&...>> : detail::own_answers<Memory>,
                                                                                           public server_core {
    using own_answers = detail::own_answers<Memory>;
    static_assert(memory_policy<Memory>, "memory is a heap_memory, a fixed_memory<>, or one of your own like them");
    static_assert(explain_clock<Clock>());
    static_assert(explain_transport<Transport>());
    static_assert(is_complete_policy<Random> && is_complete_policy<Observer>,
                  "include sipwhere/sipwhere.hpp, or the headers of the policies that are left to their defaults");
    static_assert(explain_random<Random>());
    static_assert(explain_observer<Observer>());

    using handlers_type = handler_list<Handlers...>;
    static constexpr bool may_wait = handlers_type::may_wait;
    static constexpr bool is_observed = !std::same_as<Observer, null_observer>; // which looks at nothing
    static constexpr method_set methods =
        handlers_type::methods | method_set{method::options, method::cancel, method::ack};
    static constexpr allowed_methods allow{handlers_type::methods};
    using place_type = std::conditional_t<may_wait, parking<Memory, Handlers...>, detail::one_request<Memory>>;

public:
    /// After the transport come the handlers, and among them, in any order, a random and an observer policy.
    template <typename... Others>
    basic_server(const settings& config, Clock& clock, Transport& transport, Others&... others) noexcept
        : basic_server(config, clock, transport, hold_policy<Random>(others...), hold_policy<Observer>(others...),
                       handlers_among(others...)) {
        static_assert(((std::same_as<Others, Random> || std::same_as<Others, Observer> ||
                        (!is_random_of_server<Others>::value && !is_observer<Others>::value)) &&
                       ...),
                      "a server takes one random and one observer policy; tee_observer makes one of several");
    }
    template <typename... Others>
    basic_server(settings&&, Clock&, Transport&, Others&...) = delete; // settings are borrowed

    basic_server(const settings& config, Clock& clock, Transport& transport, policy_holder<Random> random,
                 policy_holder<Observer> observer, std::tuple<Handlers&...> handlers) noexcept
        : server_core(config, own_answers::answers_.view(), functions_of<basic_server>, this), clock_(clock),
          transport_(transport), random_(random), observer_(observer), handlers_(handlers) {
        allowed_ = allow.text();
        if constexpr (may_wait) {
            static_assert(Memory::parked > 0, "policies that answer later need a memory for requests that wait");
            static_assert(has_wake<Transport>,
                          "policies that answer later need a transport with wake(), which any thread may call");
            places_.queue().wake_with([](void* object) { static_cast<Transport*>(object)->wake(); }, &transport);
            use_place_at_hand();
        } else {
            memory_ = &places_.view;
        }
        handlers_.attach(*this);
    }
    ~basic_server() { stop(); }

    /// Checks the settings, draws the secrets, prepares each handler and begins to listen.
    ///
    /// Errors: contradicting_limits, capacity_exceeded, left_out, bad_domain; already_started; what a handler or the
    ///         transport says.
    [[nodiscard]] auto start() -> result<void> {
        if (listens_) return fail(errc::already_started);
        if (auto ready = prepare(); !ready) return ready;
        const auto listening = transport_.listen(receiver_ref{*this});
        listens_ = static_cast<bool>(listening);
        return listening;
    }

    /// Says why `start` failed, in a sentence that names the setting: "max_expires 20 s is below min_expires 30 s".
    [[nodiscard]] auto explain(errc why) const noexcept -> explanation {
        return memory_ == nullptr ? explanation{why} : explanation{why, config_, *memory_};
    }

    /// Stops listening, and forgets the requests that wait.
    void stop() {
        if (listens_) transport_.stop();
        listens_ = false;
        if constexpr (may_wait) {
            handlers_.abandon(places_.queue());
            places_.end_all([this](auto& at) { this->end(at, traffic::forgotten); });
        }
    }

    /// Serves what a transport received; the clock is read once.
    void receive(std::span<const datagram> arrived) {
        const auto now = clock_.now();
        if constexpr (may_wait) take_completions(now);
        while (!arrived.empty()) {
            const auto some = arrived.first(std::min(arrived.size(), prefetched_at_once));
            arrived = arrived.subspan(some.size());
            const auto shown = handlers_.show(some.size() > 1 ? some : some.first(0));
            for (const auto& each : some) handle(each, now);
        }
    }

    /// Serves one message, and answers everything that has to be answered.
    auto receive(const datagram& arrived) -> verdict {
        const auto now = clock_.now();
        if constexpr (may_wait) take_completions(now);
        return handle(arrived, now);
    }

    /// Lets time pass for every handler, and takes what policies have said about requests that wait.
    ///
    /// Returns: how long to wait before the next tick, a second at most.
    auto tick() -> std::chrono::milliseconds {
        constexpr std::chrono::milliseconds longest{1000};
        if constexpr (may_wait) {
            const auto now = clock_.now();
            take_completions(now);
            places_.end_late(now, [this](auto& at) { this->end(at, traffic::timed_out); });
        }
        return handlers_.tick(longest);
    }

    /// Tells handlers and requests that wait that a connection is gone.
    void closed(const flow& lost) {
        if constexpr (may_wait) places_.end_flow(lost, [this](auto& at) { this->end(at, traffic::forgotten); });
        handlers_.closed(lost);
    }

    /// Tells the observer what was lost before it was received.
    void overrun(const flow& at, std::uint32_t count)
        requires counts_overruns<Transport>
    {
        observer_.get().on(traffic_event{traffic::overrun, at, clock_.now(), count});
    }

private:
    static constexpr std::size_t prefetched_at_once = 32;

    [[nodiscard]] auto prepare() -> result<void> {
        if (const auto valid = check_domains(config_); !valid) return valid;
        if (!Memory::has_all_settings && needs_all_settings(config_)) return fail(errc::left_out);
        if (memory_ == nullptr) return fail(errc::capacity_exceeded);
        if (!has_secrets_) key_ = (config_.secrets ? *config_.secrets : drawn()).subkey(key_purpose::transactions);
        has_secrets_ = true;
        return handlers_.prepare();
    }

    [[nodiscard]] auto drawn() noexcept -> secrets { return secrets::drawn(random_.get()); }

    /// Takes a message through the steps of §8.2, in memory of its own.
    auto handle(const datagram& arrived, instant now) -> verdict {
        const auto working = begin_work();
        if constexpr (may_wait) {
            auto* const at = places_.at_hand();
            if (at == nullptr || !places_.begin(*at, arrived, now, *this)) {
                tell({.kind = traffic::unanswerable, .from = arrived.from, .at = now, .reason = "Too Long"});
                return {handling::dropped, {}};
            }
            const auto said = serve(at->request(), at);
            places_.settle(*at, said);
            use_place_at_hand();
            return said;
        } else {
            exchange request{arrived, now, places_.view, *this};
            return serve(request, &places_);
        }
    }

    /// §18.2 and §17.2: who can't be answered, and what was answered before.
    template <typename Place>
    auto serve(exchange& request, Place* at) -> verdict {
        const auto& bytes = request.arrived_.bytes;
        if (is_keep_alive(bytes)) return request.drop(traffic::keep_alive);
        if constexpr (Memory::has_all_settings)
            if (request.from().over == protocol::udp && is_stun(bytes)) return request.answer_stun();
        auto& message = request.memory_.message;
        if (const auto parsed = parse_request(bytes, request.memory_); !parsed)
            return request.drop(traffic::not_sip, reason_of_drop(parsed.error().code));
        if (!message.is_request()) return request.drop(traffic::response);
        if (message.method() == method::ack) return request.drop(traffic::ack);
        if (!message.has(header_name::via)) return request.drop(traffic::not_sip, "No Via");

        auto& fields = request.fields_;
        const auto& from = request.from();
        const bool has_via = static_cast<bool>(read_top_via(message, fields.via));
        const auto route = has_via ? route_reply(fields.via, from, config_.reply_to_source, config_.obey_maddr)
                                   : route_to_source(from);
        if (!route) return request.drop(traffic::unanswerable, "Answer to Port 0, Broadcast or Multicast");
        if (!has_connections(request.from().over) && transport_.is_own(route->flow.remote))
            return request.drop(traffic::unanswerable, "Answer to Ourselves");
        request.route_ = *route;

        const auto malformed = read_request_fields(message, fields);
        request.keys_ = keys_of(message, fields, from, key_);
        if (const auto why = inspect_version(message)) return request.answer(*why);
        if (malformed) return request.answer(*malformed);
        if (!has_via) return request.answer({status::bad_request, "Malformed Via"});
        if (const auto first = ring_.find(request.keys_.response, request.now_); !first.empty())
            return request.repeat(first);
        if constexpr (may_wait)
            if (places_.find(request.keys_.response) != nullptr) return request.drop(traffic::absorbed);
        if (message.method() == method::cancel) return cancel(request);
        if (const auto why = inspect_request(message, methods, config_, from, request.target_))
            return request.answer(*why);
        return hand_over(request, at);
    }

    /// A CANCEL comes too late for what was answered, or is still waited for as it can't be cancelled (§9.2).
    auto cancel(exchange& request) -> verdict {
        for (std::size_t i = 0; i < static_cast<std::size_t>(method::unknown); ++i) {
            const auto cancelled = static_cast<method>(i);
            if (!methods.has(cancelled) || cancelled == method::cancel || cancelled == method::ack) continue;
            const auto key = response_key(request.request(), request.fields_, cancelled, request.from(), key_);
            if (!ring_.find(key, request.now_).empty()) return request.answer(status::ok);
            if constexpr (may_wait)
                if (places_.find(key) != nullptr) return request.answer(status::ok);
        }
        return request.answer(status::call_does_not_exist);
    }

    /// Gives a request to the first handler that takes it.
    template <typename Place>
    auto hand_over(exchange& request, Place* at) -> verdict {
        const auto asked = request.request().method();
        verdict said;
        handlers_.until([&](auto index, auto& handler) {
            if (!std::remove_reference_t<decltype(handler)>::methods.has(asked)) return false;
            if constexpr (may_wait) at->template begin_work<index>();
            said = handler.handle(request);
            return said.kind != handling::not_mine;
        });
        if (said.kind != handling::not_mine) return said;
        return asked == method::options ? answer_options(request) : request.answer(status::method_not_allowed);
    }

    /// §11.2.
    auto answer_options(exchange& request) -> verdict {
        const endpoint* own = nullptr;
        auto local = request.from().local;
        if constexpr (Memory::has_all_settings) {
            if (config_.advertised.family() != address_family::none) local.address = config_.advertised;
            if (config_.options_contact) own = &local;
        }
        writer out{request.memory_.answer};
        if (!write_capabilities(out, request.context(), request.from().over, own))
            return request.drop(traffic::unanswerable, "Answer Too Large");
        return request.answer(status::ok, out.text(), remembered::no);
    }

    /// Goes on with the requests about which a policy has said something.
    void take_completions(instant now) {
        const auto working = begin_work();
        completion_queue::completion said;
        while (auto* const at = places_.take(said, now)) {
            auto& request = at->request();
            verdict result{handling::dropped, {}};
            if (!said.is_done && !at->is_edit()) result = hand_over(request, at);
            else
                handlers_.with(at->handler(), [&](auto& handler) {
                    if (!said.is_done) result = handler.handle(request);
                    else if constexpr (requires { handler.finish(request, said.result); })
                        result = handler.finish(request, said.result);
                });
            places_.settle(*at, result);
        }
    }

    /// Tells of a request that waits no more: its handler, if that wants to know, or else the observer.
    template <typename Place>
    void end(Place& at, traffic why) {
        bool is_told = false;
        handlers_.with(at.handler(), [&](auto& handler) {
            if constexpr (requires {
                              { handler.ended(at.request()) } -> std::same_as<bool>;
                          })
                is_told = handler.ended(at.request());
        });
        if (!is_told) at.request().drop(why);
    }

    void use_place_at_hand() noexcept {
        auto* const at = places_.at_hand();
        memory_ = at == nullptr ? nullptr : &at->memory();
    }

    auto begin_edit_of(const void* handler) -> exchange* {
        auto* const at = places_.at_hand();
        if (at == nullptr || !places_.begin(*at, {}, clock_.now(), *this)) return nullptr;
        at->make_edit();
        handlers_.until([&](auto index, auto& each) {
            if (static_cast<const void*>(&each) != handler) return false;
            at->template begin_work<index>();
            return true;
        });
        return &at->request();
    }

    /// A template, so that it is looked at when the class is complete.
    template <typename Self>
    static constexpr auto functions_of = [] {
        server_functions made{
            .send = [](void* server, const flow& to,
                       std::string_view bytes) { return static_cast<Self*>(server)->transport_.send(to, bytes); },
            .random = [](void* server) { return static_cast<Self*>(server)->random_.get().next(); }};
        if constexpr (is_observed) {
            made.tell_traffic = [](void* server, const traffic_event& event) {
                static_cast<Self*>(server)->observer_.get().on(event);
            };
            made.tell_rejection = [](void* server, const rejection_event& event) {
                static_cast<Self*>(server)->observer_.get().on(event);
            };
        }
        if constexpr (Memory::has_budgets)
            made.pay = [](void* server, const ip_address& network, std::size_t bytes, instant now) {
                auto& it = *static_cast<Self*>(server);
                return answer_budget{it.own_answers::answers_.view().budgets}.take(
                    network, bytes, it.config_.answer_budget, now, it.key_);
            };
        if constexpr (may_wait) {
            made.begin_edit = [](void* server, const void* handler) {
                return static_cast<Self*>(server)->begin_edit_of(handler);
            };
            made.settle_edit = [](void* server, exchange& edit, const verdict& said) {
                static_cast<Self*>(server)->places_.settle(edit, said);
                static_cast<Self*>(server)->use_place_at_hand();
            };
        }
        if constexpr (has_peer_domains<Transport>)
            made.peer_domains = [](void* server, const flow& of) {
                return static_cast<Self*>(server)->transport_.peer_domains(of);
            };
        if constexpr (has_unix_time<Clock>)
            made.date = [](void* server, instant now) {
                return static_cast<Self*>(server)->date_.at(static_cast<Self*>(server)->clock_, now);
            };
        return made;
    }();

    Clock& clock_;
    Transport& transport_;
    [[no_unique_address]] policy_holder<Random> random_;
    [[no_unique_address]] policy_holder<Observer> observer_;
    handlers_type handlers_;
    place_type places_;
    answer_date<Clock> date_;
    bool has_secrets_ = false;
    bool listens_ = false;
};

template <typename Clock, typename Transport, typename... Others>
basic_server(const settings&, Clock&, Transport&, Others&...)
    -> basic_server<typename memory_for<Others...>::type, Clock, Transport,
                    typename pick_policy<is_random_of_server, os_random, Others...>::type,
                    typename pick_policy<is_observer, null_observer, Others...>::type,
                    decltype(handlers_among(std::declval<Others&>()...))>;

} // namespace sipwhere

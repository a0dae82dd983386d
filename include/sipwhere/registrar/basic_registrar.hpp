// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/fwd.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/server/answer_date.hpp>
#include <sipwhere/registrar/location_service.hpp>
#include <sipwhere/registrar/policy_kind.hpp>
#include <sipwhere/registrar/registration_job.hpp>
#include <sipwhere/server/verdict.hpp>
#include <sipwhere/server/inspect.hpp>
#include <sipwhere/server/request_fields.hpp>
#include <sipwhere/registration/peek_aor.hpp>
#include <sipwhere/server/answer_budget.hpp>
#include <sipwhere/server/transaction_key.hpp>
#include <sipwhere/server/response_ring.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// A SIP registrar (RFC 3261 §10.3) and its location service.
///
/// It borrows its policies, which must outlive it, and stays where it is made, since the transport knows its address.
/// One thread at a time may use it.
template <typename Clock, typename Storage, typename Transport, typename Random, typename Access, typename Observer>
class basic_registrar : detail::explained_policies<Clock, Storage, Transport, Random, Access, Observer>,
                        public location_service<Clock, Storage, Observer> {
    using service = location_service<Clock, Storage, Observer>;
    using service::clock_, service::config_, service::memory_, service::observer_, service::storage_;
    using service::workspace_;
    static constexpr bool has_budget = detail::has_budgets<typename Storage::workspace>;
    static constexpr bool has_liberties = detail::allows_liberties<typename Storage::workspace>;

public:
    /// The random, access and observer policies follow in any order; one without state may be left out.
    ///
    /// Which is which is told by a member `next`, `authorize` or `on`. A final class that overloads it may say so,
    /// with `using policy = observer_tag` (or `access_tag`, `random_tag`), to be told what its overloads lack.
    template <typename... Others>
    basic_registrar(const settings& config, Clock& clock, Storage& storage, Transport& transport,
                    Others&... others) noexcept
        : service(config, clock, storage, detail::hold<Observer>(others...)), transport_(transport),
          random_(detail::hold<Random>(others...)), access_(detail::hold<Access>(others...)) {
        static_assert(((detail::is_random<Others>::value || detail::is_access<Others>::value ||
                        detail::is_observer<Others>::value) &&
                       ...),
                      "each further argument has to be a random, an access or an observer policy");
        static_assert(
            ((std::same_as<Others, Random> || std::same_as<Others, Access> || std::same_as<Others, Observer>)&&...),
            "a registrar takes one random, one access and one observer policy; tee_observer makes one of several");
    }
    ~basic_registrar() { stop(); }

    /// Checks the settings, draws the secrets and begins to listen.
    ///
    /// Errors: contradicting_limits, capacity_exceeded, left_out, bad_domain; already_started; what the transport says.
    [[nodiscard]] auto start() -> result<void> {
        if (listens_) return fail(errc::already_started);
        if (const auto ready = prepare(); !ready) return ready;
        const auto listening = transport_.listen(receiver_ref{*this});
        listens_ = static_cast<bool>(listening);
        return listening;
    }

    /// Does what `start` does, but leaves the transport to someone else, such as a `chain`.
    [[nodiscard]] auto prepare() -> result<void> {
        if (const auto valid = check_domains(config_); !valid) return valid;
        if (const auto holds = complete(config_.limits, memory_); !holds) return holds;
        if (!has_liberties && takes_liberties(config_)) return fail(errc::left_out);
        if (has_secrets_) return {};
        key_ = {random_.get().next(), random_.get().next()};
        if constexpr (detail::has_seed<Storage>) storage_.seed(hash_key{random_.get().next(), random_.get().next()});
        has_secrets_ = true;
        return {};
    }

    /// Stops listening; the bindings stay.
    void stop() {
        if (listens_) transport_.stop();
        listens_ = false;
    }

    /// Serves what a transport received; the clock is read once.
    void receive(std::span<const datagram> arrived) {
        const auto now = clock_.now();
        while (!arrived.empty()) {
            const auto some = arrived.first(std::min(arrived.size(), prefetched_at_once));
            arrived = arrived.subspan(some.size());
            prefetch(some);
            for (const auto& one : some) handle(one, now, role::whole_server);
        }
    }

    /// Serves one datagram, and answers everything that has to be answered.
    auto receive(const datagram& arrived) -> verdict { return handle(arrived, clock_.now(), role::whole_server); }

    /// Serves one datagram if it is a registrar's business: a REGISTER or an OPTIONS for a domain that is served.
    /// Anything else is `not_mine` and left untouched, for another handler of a `chain`.
    auto offer(const datagram& arrived) -> verdict { return handle(arrived, clock_.now(), role::one_of_several); }

    /// Tells the observer what was lost before it was received.
    void overrun(const flow& at, std::uint32_t count)
        requires detail::counts_overruns<Transport>
    {
        observer_.get().on(traffic_event{traffic_event::kind::overrun, at, clock_.now(), count});
    }

private:
    enum class role { whole_server, one_of_several };
    static constexpr std::size_t prefetched_at_once = 32;

    /// Lets a large storage fetch the records of several datagrams at the same time.
    void prefetch(std::span<const datagram> some) const noexcept {
        if constexpr (detail::has_prefetch<Storage>) {
            if (some.size() < 2 || !storage_.gains_by_prefetch()) return;
            std::array<aor_view, prefetched_at_once> keys;
            std::transform(some.begin(), some.end(), keys.begin(),
                           [](const datagram& one) { return peek_aor(one.bytes); });
            storage_.prefetch(std::span{keys}.first(some.size()));
        }
    }

    /// One request on its way through, with all that answering it takes.
    struct exchange {
        const datagram& arrived;
        instant now;
        essentials fields{};
        reply_route route{};
        transaction_keys keys{};
        std::size_t paid = 0; ///< bytes of its answer that were taken out of a budget
    };

    auto handle(const datagram& arrived, instant now, role as) -> verdict {
        using kind = traffic_event::kind;
        const auto working = this->begin_work();
        const auto& request = memory_.message;
        const bool keeps_alive = is_keep_alive(arrived.bytes);
        const auto parsed = keeps_alive ? fail(errc::not_sip) : parse_message(arrived.bytes, memory_.message);
        const bool is_sip = static_cast<bool>(parsed);
        if (as == role::one_of_several && !(is_sip && is_offered(arrived.from))) return {};
        if (keeps_alive) return drop(arrived, now, kind::keep_alive);
        if (!is_sip) return drop(arrived, now, kind::not_sip, reason_of_drop(parsed.error().code));
        if (!request.is_request()) return drop(arrived, now, kind::response);
        if (request.what() == method::ack) return drop(arrived, now, kind::ack);

        exchange with{arrived, now};
        if (!request.has(header_name::via)) return drop(arrived, now, kind::not_sip, "No Via");
        const bool has_via = static_cast<bool>(read_top_via(request, with.fields.via));
        const auto route = has_via
                               ? route_reply(with.fields.via, arrived.from, config_.reply_to_source, config_.obey_maddr)
                               : route_to_source(arrived.from);
        if (!route) return drop(arrived, now, kind::unanswerable, "Answer to Port 0, Broadcast or Multicast");
        if (transport_.is_own(route->way.remote)) return drop(arrived, now, kind::unanswerable, "Answer to Ourselves");
        with.route = *route;
        return serve(with);
    }

    /// Takes a request through the steps of RFC 3261 §8.2 up to those of its method.
    auto serve(exchange& with) -> verdict {
        const auto& request = memory_.message;
        const auto& from = with.arrived.from;
        const auto malformed = read_essentials(request, with.fields);
        with.keys = keys_of(request, with.fields, from, key_);
        if (const auto why = refuse_version(request)) return refuse(with, *why);
        if (malformed) return refuse(with, *malformed);
        if (with.fields.via.text.empty()) return refuse(with, {status::bad_request, "Malformed Via"});
        if (const auto first = ring_.find(with.keys.response, with.now); !first.empty()) return repeat(with, first);
        if (request.what() == method::cancel) return serve_cancel(with);
        if (const auto why = refuse_method(request)) return refuse(with, *why);

        admission admitted;
        if (const auto why = admit_request_uri(request, config_.served(), from, admitted)) return refuse(with, *why);
        if (const auto why = refuse_extensions(request)) return refuse(with, *why);
        if (config_.unasked_body == unasked_body::refuse)
            if (const auto why = refuse_body(request)) return refuse(with, *why);
        return request.what() == method::register_ ? serve_register(with, admitted) : serve_options(with, admitted);
    }

    auto serve_options(exchange& with, const admission& admitted) -> verdict {
        const flow* came = nullptr;
        if constexpr (has_liberties) {
            const bool asks_for_user = config_.options_user == options_user::bound && !admitted.user.empty();
            if (asks_for_user && !is_bound(admitted, with.now)) return refuse(with, {status::not_found});
            if (config_.options_contact) came = &with.arrived.from;
        }
        writer out = answer_room();
        if (!write_capabilities(out, context_of(with), came)) return give_up(with);
        return send(with, status::ok, out.text());
    }

    [[nodiscard]] auto is_bound(const admission& whose, instant now) const -> bool {
        const auto key = canonical_aor(whose.user, whose.domain, config_.case_insensitive_user,
                                       memory_.aor.first(config_.limits.max_aor_bytes));
        bool bound = false;
        if (key) storage_.read(*key, now, [&bound](const live_bindings& live) { bound = !live.empty(); });
        return bound;
    }

    /// A CANCEL comes too late for a REGISTER that was answered, and means nothing to any other (RFC 3261 §9.2).
    auto serve_cancel(exchange& with) -> verdict {
        const auto key = response_key(memory_.message, with.fields, method::register_, with.arrived.from, key_);
        if (ring_.find(key, with.now).empty()) return refuse(with, {status::call_does_not_exist});
        return answer(with, {status::ok});
    }

    auto serve_register(exchange& with, const admission& admitted) -> verdict {
        registration asked;
        if (const auto why = read_registration(memory_.message, with.fields, with.arrived.from, config_,
                                               admitted.domain, memory_, asked))
            return refuse(with, *why);
        asked.keys = with.keys;
        asked.key = key_;
        writer fields{memory_.record};
        const access_request who{memory_.message, asked.aor, with.arrived.from, with.now};
        if (const auto why = access_.get().authorize(who, fields))
            return fields.fits() ? refuse(with, *why, fields.text()) : refuse(with, too_long_challenge);
        return commit(with, asked);
    }

    /// The one step in which anything changes.
    auto commit(exchange& with, const registration& asked) -> verdict {
        const auto about = context_of(with);
        registration_job job{asked, about, config_.limits, with.now, memory_};
        bool over_budget = false;
        const auto done = storage_.update(asked.aor, [&](record_view record) {
            auto decided = job.run(record);
            if constexpr (has_liberties) decided = job.reconsidered(decided, record);
            over_budget = !job.refused() && !may_send(with, job.answer().size());
            return over_budget ? job.refuse({status::service_unavailable, "Answer Budget Used Up", 1}) : decided;
        });
        if (over_budget && !job.is_update()) return drop(with.arrived, with.now, traffic_event::kind::over_budget);
        if (done == outcome::refused && job.refused()) return refuse(with, *job.refused());
        if (done == outcome::failed) return refuse(with, {status::server_internal_error, "Storage Failed"});
        if (done == outcome::full && !job.changes_no_binding()) {
            const auto wait = static_cast<std::uint32_t>(config_.limits.retry_after.count());
            return refuse(with, {status::service_unavailable, "Registrar Full", wait});
        }
        if (done == outcome::committed) ring_.remember(with.keys.response, job.answer(), with.now);
        const auto sent = send(with, status::ok, job.answer());
        if constexpr (!std::same_as<Observer, null_observer>) // which need not be shown what it does not look at
            if (done == outcome::committed && !job.report(observer_.get()))
                tell(with.arrived, with.now, traffic_event::kind::events_lost);
        return sent;
    }

    /// Returns: whether a datagram offered to one of several handlers is a registrar's business.
    [[nodiscard]] auto is_offered(const flow& from) const -> bool {
        const auto& request = memory_.message;
        const auto what = request.what();
        if (!request.is_request() || (what != method::register_ && what != method::options)) return false;
        const auto uri = parse_uri(request.request_uri());
        if (!uri) return what == method::register_;
        if (what == method::options && uri->has_user) return false;
        return served_domain(config_.served(), uri->host, from.local.address).has_value();
    }

    /// Answers with a refusal, and tells of it.
    auto refuse(exchange& with, const refusal& why, std::string_view fields = {}) -> verdict {
        const auto sent = answer(with, why, fields);
        if (sent.what == verdict::kind::dropped) return sent; // which has been told
        const auto& request = memory_.message;
        observer_.get().on(rejection_event{.code = why.code,
                                           .reason = why.reason.empty() ? reason_phrase(why.code) : why.reason,
                                           .from = with.arrived.from,
                                           .method = request.method_text(),
                                           .aor = request.value(header_name::to),
                                           .call_id = with.fields.call_id,
                                           .at = with.now});
        return sent;
    }

    /// Answers without bindings or a body. A refusal is never sent without the fields that belong to it.
    auto answer(exchange& with, const refusal& with_code, std::string_view fields = {}) -> verdict {
        writer out = answer_room();
        if (write_short_answer(out, context_of(with), with_code, fields)) return send(with, with_code.code, out.text());
        return fields.empty() ? give_up(with) : answer(with, too_long_challenge);
    }

    auto send(exchange& with, status code, std::string_view bytes) -> verdict {
        using kind = traffic_event::kind;
        if (!may_send(with, bytes.size())) return drop(with.arrived, with.now, kind::over_budget);
        if (!transport_.send(with.route.way, bytes)) {
            tell(with.arrived, with.now, kind::send_failed);
            return {verdict::kind::unsent, code};
        }
        if (code_of(code) < 300) tell(with.arrived, with.now, kind::answered);
        return {verdict::kind::answered, code};
    }

    auto repeat(exchange& with, std::string_view bytes) -> verdict {
        using kind = traffic_event::kind;
        if (!may_send(with, bytes.size())) return drop(with.arrived, with.now, kind::over_budget);
        const bool taken = transport_.send(with.route.way, bytes);
        tell(with.arrived, with.now, taken ? kind::repeated : kind::send_failed);
        return {taken ? verdict::kind::repeated : verdict::kind::unsent, {}};
    }

    /// Returns: whether so many bytes may be sent to an address that the request only claims to come from. What is paid
    ///          for an exchange is paid once.
    [[nodiscard]] auto may_send(exchange& with, std::size_t bytes) noexcept -> bool {
        if constexpr (has_budget) {
            const auto free = answer_budget::free_factor * with.arrived.bytes.size();
            if (bytes <= std::max(free, with.paid) || with.route.way.over != protocol::udp) return true;
            const auto& to = with.route.way.remote.address;
            if (!budget_.take(to, bytes - with.paid, config_.answer_budget, with.now, key_)) return false;
            with.paid = bytes;
        }
        return true;
    }

    auto drop(const datagram& arrived, instant now, traffic_event::kind why, std::string_view reason = {}) -> verdict {
        tell(arrived, now, why, reason);
        return {verdict::kind::dropped, {}};
    }

    /// The answer does not fit into the workspace, as its request repeats too many or too long Via values.
    auto give_up(const exchange& with) -> verdict {
        return drop(with.arrived, with.now, traffic_event::kind::unanswerable, "Answer Too Large");
    }

    void tell(const datagram& arrived, instant now, traffic_event::kind what, std::string_view reason = {}) {
        observer_.get().on(traffic_event{.what = what, .from = arrived.from, .at = now, .reason = reason});
    }

    [[nodiscard]] static auto reason_of_drop(errc why) noexcept -> std::string_view {
        if (why == errc::too_long) return "Too Long";
        return why == errc::bad_start_line ? "Malformed Status-Line" : "No SIP Start Line";
    }

    struct no_budget {};
    using budget_type = std::conditional_t<has_budget, answer_budget, no_budget>;

    [[nodiscard]] auto make_budget() noexcept -> budget_type {
        if constexpr (has_budget) return answer_budget{workspace_.budgets()};
        else return {};
    }

    static constexpr refusal too_long_challenge{status::server_internal_error, "Challenge Too Long"};

    [[nodiscard]] auto answer_room() const -> writer { return writer{memory_.answer}; }

    [[nodiscard]] auto context_of(const exchange& with) -> answer_context {
        return {memory_.message,           with.fields,      with.route,
                with.arrived.from.remote,  with.keys.to_tag, config_.server,
                date_.at(clock_, with.now)};
    }

    Transport& transport_;
    [[no_unique_address]] detail::policy_holder<Random> random_;
    [[no_unique_address]] detail::policy_holder<Access> access_;
    response_ring ring_{memory_};
    [[no_unique_address]] budget_type budget_ = make_budget();
    answer_date<Clock> date_;
    hash_key key_;
    bool has_secrets_ = false;
    bool listens_ = false;
};

template <typename Clock, typename Storage, typename Transport, typename... Others>
basic_registrar(const settings&, Clock&, Storage&, Transport&, Others&...)
    -> basic_registrar<Clock, Storage, Transport, typename detail::pick<detail::is_random, os_random, Others...>::type,
                       typename detail::pick<detail::is_access, open_access, Others...>::type,
                       typename detail::pick<detail::is_observer, null_observer, Others...>::type>;

} // namespace sipwhere

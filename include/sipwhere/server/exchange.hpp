// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/stun.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/model/user_identity.hpp>
#include <sipwhere/policy/ticket.hpp>
#include <sipwhere/server/answer.hpp>
#include <sipwhere/server/answer_budget.hpp>
#include <sipwhere/server/inspect.hpp>
#include <sipwhere/server/reply_route.hpp>
#include <sipwhere/server/request_fields.hpp>
#include <sipwhere/server/server_core.hpp>
#include <sipwhere/server/transaction_key.hpp>
#include <sipwhere/server/verdict.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Whether an answer is given again, byte for byte, when its request is repeated (RFC 3261 §17.2.2).
enum class remembered : bool { no, yes };

/// What an exchange has that may wait.
struct waiting_exchange {
    completion_queue* queue = nullptr;
    completion_cell* place = nullptr; ///< where it waits
    sipwhere::ticket ticket{};
    void* work = nullptr;     ///< what its handler keeps
    std::uint32_t number = 0; ///< among those of its place
    bool may_park = false;    ///< unless too many requests wait already
    bool is_held = false;
    bool is_late = false; ///< nobody waits for the answer any more
    bool is_edit = false; ///< there is no request
};

/// One request and the only way to answer it. It owns all that answering takes.
class exchange {
public:
    exchange(const datagram& arrived, instant now, request_memory& memory, server_core& server) noexcept
        : arrived_(arrived), now_(now), memory_(memory), server_(server) {}
    exchange(const exchange&) = delete;
    auto operator=(const exchange&) -> exchange& = delete;

    [[nodiscard]] auto request() const noexcept -> const message_view& { return memory_.message; }
    [[nodiscard]] auto fields() const noexcept -> const request_fields& { return fields_; }
    [[nodiscard]] auto from() const noexcept -> const flow& { return arrived_.from; }
    [[nodiscard]] auto now() const noexcept -> instant { return now_; }

    /// Returns: the domains for which its client has shown a certificate, parted by blanks.
    [[nodiscard]] auto peer_domains() const -> std::string_view { return server_.peer_domains(from()); }

    /// Returns: what the Request-URI says; its domain is one that the server serves.
    [[nodiscard]] auto target() const noexcept -> const request_target& { return target_; }

    [[nodiscard]] auto keys() const noexcept -> const transaction_keys& { return keys_; }
    [[nodiscard]] auto memory() const noexcept -> request_memory& { return memory_; }
    [[nodiscard]] auto server() const noexcept -> server_core& { return server_; }

    /// Returns: what an answer repeats of the request.
    [[nodiscard]] auto context() const noexcept -> answer_context {
        return {request(), fields_, route_, from().remote, keys_.to_tag, server_.config().server, server_.allowed()};
    }

    /// Answers without a body, with whole header lines if the answer needs some.
    ///
    /// An answer is never sent without its lines: where they do not fit it is 500. The observer is told of every
    /// answer.
    /// Returns: what became of it.
    auto answer(const refusal& with, std::string_view lines = {}) -> verdict {
        writer out{memory_.answer};
        if (write_short_answer(out, context(), with, lines)) return send(with.code, out.text(), with.reason);
        if (lines.empty()) return drop(traffic::unanswerable, "Answer Too Large");
        return answer({status::server_internal_error, "Challenge Too Long"});
    }
    auto answer(status code, std::string_view lines = {}) -> verdict { return answer(refusal{code}, lines); }

    /// Answers with bytes that were written beforehand, as a rule into `memory().answer`.
    auto answer(status code, std::string_view bytes, remembered whether) -> verdict {
        if (whether == remembered::yes) server_.ring_.remember(keys_.response, bytes, now_);
        return send(code, bytes);
    }

    /// Returns: what a policy needs to answer later; a ticket of nothing when the request can't wait, as the server
    ///          never waits, or as many requests wait as may.
    [[nodiscard]] auto ticket() noexcept -> sipwhere::ticket {
        if (waits_ == nullptr) return {};
        if (waits_->may_park && !waits_->ticket)
            waits_->ticket = sipwhere::ticket{*waits_->queue, *waits_->place, waits_->number};
        return waits_->ticket;
    }

    /// Puts the request aside before anything is decided: when its ticket is resumed it is handled again.
    ///
    /// Returns: what its handler has to return.
    [[nodiscard]] auto park() const noexcept -> verdict {
        SIPWHERE_ASSERT(waits_ != nullptr && waits_->ticket);
        return {handling::parked, {}};
    }

    /// Holds an answer back after the decision: when its ticket is done, the handler is to `finish` it.
    ///
    /// Returns: what its handler has to return.
    [[nodiscard]] auto hold() noexcept -> verdict {
        waits_->is_held = true;
        return park();
    }

    /// Returns: whether nobody waits for the answer any more, as the connection has ended or too much time has passed.
    [[nodiscard]] auto is_late() const noexcept -> bool { return waits_ != nullptr && waits_->is_late; }

    /// Returns: what the handler keeps of the request while it waits.
    template <typename Work>
    [[nodiscard]] auto work() const noexcept -> Work& {
        return *static_cast<Work*>(waits_->work);
    }

    /// Leaves the request to the next handler.
    [[nodiscard]] auto not_mine() const noexcept -> verdict { return {}; }

    /// Sends nothing, and tells the observer why.
    auto drop(traffic kind, std::string_view reason = {}) -> verdict {
        tell(kind, reason);
        return {handling::dropped, {}};
    }

    /// Finds out whether an answer of so many bytes may be sent to an address that the request only claims to come
    /// from. What is paid out of a budget for an exchange is paid once.
    [[nodiscard]] auto may_answer(std::size_t bytes) -> bool {
        if (!server_.has_budgets()) return true;
        const auto free = answer_budget::free_factor * arrived_.bytes.size();
        if (bytes <= std::max(free, paid_) || route_.flow.over != protocol::udp) return true;
        if (!server_.pay(route_.flow.remote.address, bytes - paid_, now_)) return false;
        paid_ = bytes;
        return true;
    }

    /// Says who sent the request, for the observer to be told of; `by` has to live as long as the exchange.
    void set_sender(const user_identity& by) noexcept { by_ = &by; }

    /// Tells the observer what happened to the request.
    void tell(traffic kind, std::string_view reason = {}) const {
        if (!server_.is_observed()) return;
        server_.tell(traffic_event{.kind = kind, .from = from(), .at = now_, .reason = reason});
    }

private:
    template <typename Memory, typename Clock, typename Transport, typename Random, typename Observer,
              typename Handlers>
    friend class basic_server;
    template <typename Memory, typename... Handlers>
    friend class parking;

    auto send(status code, std::string_view bytes, std::string_view reason = {}) -> verdict {
        if (waits_ != nullptr && waits_->is_late) return drop(traffic::timed_out);
        if (!may_answer(bytes.size())) return drop(traffic::over_budget);
        const bool sent = server_.send(route_.flow, bytes);
        if (!sent) tell(traffic::send_failed);
        if (code_of(code) >= 300) tell_rejection(code, reason);
        else if (sent) tell(traffic::answered);
        return {sent ? handling::answered : handling::unsent, code};
    }

    /// Tells who sends a STUN Binding request where they were seen, or drops what is none (RFC 5626 §8).
    auto answer_stun() -> verdict {
        writer out{memory_.answer};
        const auto& source = from().remote;
        const auto route = route_to_source(from());
        if (!route ||
            sipwhere::answer_stun(out, arrived_.bytes, source.address.bytes(), source.port) == stun_answer::none)
            return drop(traffic::keep_alive);
        route_ = *route;
        if (!may_answer(out.size())) return drop(traffic::over_budget);
        const bool sent = server_.send(route_.flow, out.text());
        tell(sent ? traffic::stun : traffic::send_failed);
        return {sent ? handling::answered : handling::unsent, {}};
    }

    /// Sends the first answer to a repeat of its request.
    auto repeat(std::string_view bytes) -> verdict {
        if (!may_answer(bytes.size())) return drop(traffic::over_budget);
        const bool sent = server_.send(route_.flow, bytes);
        tell(sent ? traffic::repeated : traffic::send_failed);
        return {sent ? handling::repeated : handling::unsent, {}};
    }

    void tell_rejection(status code, std::string_view reason) const {
        if (!server_.is_observed()) return;
        server_.tell(rejection_event{.code = code,
                                     .reason = reason.empty() ? reason_phrase(code) : reason,
                                     .from = from(),
                                     .method = request().method_text(),
                                     .aor = request().value(header_name::to),
                                     .call_id = fields_.call_id,
                                     .at = now_,
                                     .by = by_ != nullptr ? *by_ : user_identity{}});
    }

    const datagram& arrived_;
    instant now_;
    request_memory& memory_;
    server_core& server_;
    request_fields fields_{};
    reply_route route_{};
    transaction_keys keys_{};
    request_target target_{};
    const user_identity* by_ = nullptr; ///< who sent it, if that is known
    std::size_t paid_ = 0; ///< bytes of its answer that were taken out of a budget
    waiting_exchange* waits_ = nullptr; ///< null when its server never waits
};

} // namespace sipwhere

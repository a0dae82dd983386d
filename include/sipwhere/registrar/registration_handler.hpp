// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/access.hpp>
#include <sipwhere/registrar/location_service.hpp>
#include <sipwhere/registrar/registration_job.hpp>
#include <sipwhere/registration/peek_aor.hpp>
#include <sipwhere/server/handler.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sipwhere {

/// Serves REGISTER (RFC 3261 §10.3) behind a server, and keeps the location service that a program may ask.
///
/// It borrows its policies, which must outlive it. One server at a time may have it.
template <typename Clock, typename Storage, typename Access, typename Observer>
class registration_handler : public location_service<Clock, Storage, Observer> {
    using service = location_service<Clock, Storage, Observer>;

protected:
    using service::config_, service::observer_, service::server_, service::storage_;

public:
    using memory = typename Storage::memory;
    static constexpr method_set methods{method::register_, method::options};

    registration_handler(const settings& config, Clock& clock, Storage& storage, detail::policy_holder<Access> access,
                         detail::policy_holder<Observer> observer) noexcept
        : service(config, clock, storage, observer), access_(access) {}

    /// Is told by the server whose requests it serves.
    void attach(server_core& server) noexcept { server_ = &server; }

    /// Checks the limits, and gives the storage its secret.
    ///
    /// Errors: those of `complete(limits&, const request_memory&)`.
    [[nodiscard]] auto prepare() -> result<void> {
        if (const auto holds = complete(config_.limits, server_->memory()); !holds) return holds;
        if constexpr (detail::has_seed<Storage>)
            if (!is_seeded_) storage_.seed(server_->fresh_key());
        is_seeded_ = true;
        return {};
    }

    /// Lets a large storage fetch the records of several messages at the same time.
    void prefetch(std::span<const datagram> some) const noexcept {
        if constexpr (detail::has_prefetch<Storage>) {
            if (!storage_.gains_by_prefetch()) return;
            std::array<aor_view, 32> keys;
            some = some.first(std::min(some.size(), keys.size()));
            std::transform(some.begin(), some.end(), keys.begin(),
                           [](const datagram& one) { return peek_aor(one.bytes); });
            storage_.prefetch(std::span{keys}.first(some.size()));
        }
    }

    /// Answers a REGISTER, and an OPTIONS for a user who has to be known but is not.
    auto handle(exchange& request) -> verdict {
        if (request.request().method() == method::options) return handle_options(request);
        registration asked;
        const access_request who{request.request(), request.from(), request.now()};
        writer lines{request.memory().challenge};

        // §10.3 step 3: who asks
        user_identity user;
        if constexpr (detail::has_authenticate<Access>) {
            const auto said = access_.get().authenticate(who, lines);
            if (said.is(access_result::kind::refused)) return refuse(request, said.why(), lines);
            user = said.user();
        }
        // steps 2, 5 and 6: what it asks for
        if (const auto why = read_registration(request.request(), request.fields(), request.from(), config_,
                                               request.target().domain, request.memory(), asked))
            return request.answer(*why);
        asked.keys = request.keys();
        asked.key = server_->key();
        // step 4: whether this user may ask it of this address-of-record
        auto may = who;
        may.user = user;
        may.aor = asked.aor;
        const auto said = access_.get().authorize(may, lines);
        if (said.is(access_result::kind::refused)) return refuse(request, said.why(), lines);
        if (!lines.fits()) return request.answer(too_long_lines);
        return commit(request, asked, lines.text());
    }

private:
    static constexpr refusal too_long_lines{status::server_internal_error, "Challenge Too Long"};

    /// §10.3 steps 7 and 8: the one step in which anything changes.
    auto commit(exchange& request, const registration& asked, std::string_view lines) -> verdict {
        const listing_context about{request.context(), server_->date(request.now()), lines};
        registration_job job{asked, about, config_.limits, request.now(), request.memory()};
        bool over_budget = false;
        const auto done = storage_.update(asked.aor, [&](record_view record) {
            auto update = job.run(record);
            if constexpr (memory::has_all_settings) update = job.reconsidered(update, record);
            over_budget = !job.refused() && !request.may_answer(job.answer().size());
            return over_budget ? job.refuse({status::service_unavailable, "Answer Budget Used Up", 1}) : update;
        });
        if (over_budget && !job.is_update()) return request.drop(traffic::over_budget);
        if (done == outcome::refused && job.refused()) return request.answer(*job.refused());
        if (done == outcome::failed) return request.answer({status::server_internal_error, "Storage Failed"});
        if (done == outcome::full && !job.changes_no_binding()) return request.answer(full());
        const bool changed = done == outcome::committed;
        const auto sent = request.answer(status::ok, job.answer(), changed ? remembered::yes : remembered::no);
        if constexpr (!std::same_as<Observer, null_observer>) // which need not be shown what it does not look at
            if (changed && !job.report(observer_.get())) request.tell(traffic::events_lost);
        return sent;
    }

    [[nodiscard]] static auto refuse(exchange& request, const refusal& why, const writer& lines) -> verdict {
        return lines.fits() ? request.answer(why, lines.text()) : request.answer(too_long_lines);
    }

    [[nodiscard]] auto full() const noexcept -> refusal {
        return {status::service_unavailable, "Registrar Full",
                static_cast<std::uint32_t>(config_.limits.retry_after.count())};
    }

    /// §11.2: 404 for a user without a binding, if the settings want that; the server says the rest.
    auto handle_options(exchange& request) const -> verdict {
        if constexpr (memory::has_all_settings)
            if (config_.options_user == options_user::bound && !request.target().user.empty() && !is_bound(request))
                return request.answer(status::not_found);
        return request.not_mine();
    }

    [[nodiscard]] auto is_bound(const exchange& request) const -> bool {
        const auto key = canonical_aor(request.target().user, request.target().domain, config_.case_insensitive_user,
                                       request.memory().aor.first(config_.limits.max_aor_bytes));
        bool bound = false;
        if (key)
            storage_.read(*key, request.now(), [&bound](const live_bindings& live) { bound = !live.empty(); });
        return bound;
    }

    [[no_unique_address]] detail::policy_holder<Access> access_;
    bool is_seeded_ = false;
};

} // namespace sipwhere

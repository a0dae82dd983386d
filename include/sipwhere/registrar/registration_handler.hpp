// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/fwd.hpp>
#include <sipwhere/policy/access.hpp>
#include <sipwhere/policy/policy_kind.hpp>
#include <sipwhere/registrar/guessed_keys.hpp>
#include <sipwhere/registrar/lost_bindings.hpp>
#include <sipwhere/registrar/registration_work.hpp>
#include <sipwhere/registration/flow_contacts.hpp>
#include <sipwhere/server/handler.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sipwhere {

/// Serves REGISTER (RFC 3261 §10.3) behind a server, and keeps the location service that a program may ask.
///
/// It borrows its policies, which must outlive it. One server at a time may have it.
template <typename Clock, typename Storage, typename Access = open_access, typename Observer = null_observer>
class registration_handler : public lost_bindings<Clock, Storage, Observer> {
    using service = lost_bindings<Clock, Storage, Observer>;
    using stage = registration_work::stage;

protected:
    using service::clock_, service::config_, service::observer_, service::server_, service::storage_;

public:
    using memory = typename Storage::memory;
    using work = std::conditional_t<waiting_storage<Storage>, waiting_registration, registration_work>;
    static constexpr method_set methods{method::register_, method::options};
    static constexpr bool may_wait = waiting_access<Access> || waiting_storage<Storage>;

    /// An access and an observer policy follow in any order; one without state may be left out.
    template <typename... Others>
    registration_handler(const settings& config, Clock& clock, Storage& storage, Others&... others) noexcept
        : registration_handler(config, clock, storage, hold_policy<Access>(others...),
                               hold_policy<Observer>(others...)) {
        static_assert(((is_access<Others>::value || is_observer<Others>::value) && ...),
                      "each further argument has to be an access or an observer policy");
        static_assert(((std::same_as<Others, Access> || std::same_as<Others, Observer>)&&...),
                      "a handler takes one access and one observer policy; tee_observer makes one of several");
    }
    registration_handler(const settings& config, Clock& clock, Storage& storage, policy_holder<Access> access,
                         policy_holder<Observer> observer) noexcept
        : service(config, clock, storage, observer), access_(access) {}

    /// Is told by the server whose requests it serves.
    void attach(server_core& server) noexcept { server_ = &server; }

    /// Checks the limits, gives the storage its secret, and opens one that keeps a file.
    ///
    /// Errors: those of `complete(limits&, const request_memory&)`, and of the storage.
    [[nodiscard]] auto prepare() -> result<void> {
        if (const auto holds = complete(config_.limits, server_->memory()); !holds) return holds;
        if constexpr (has_seed<Storage>)
            if (!is_seeded_) storage_.seed(server_->fresh_key());
        if constexpr (service::tracks_connections) {
            if (!is_seeded_) service::seed_connections(server_->fresh_key());
            service::forget_connections();
        }
        is_seeded_ = true;
        if constexpr (has_open<Storage>) return storage_.open(clock_.now());
        return {};
    }

    /// Lets a large storage fetch the records of several messages at the same time; forgets these for no messages.
    void prefetch(std::span<const datagram> some) noexcept {
        if constexpr (has_prefetch<Storage>)
            guessed_.guess(storage_, storage_.gains_by_prefetch() ? some : some.first(0));
    }

    /// Answers a REGISTER, and an OPTIONS for an unknown user if the settings say so. A resumed request continues at
    /// its last stage.
    auto handle(exchange& request) -> verdict {
        if constexpr (may_wait) {
            auto& kept = request.template work<work>();
            if constexpr (waiting_storage<Storage>)
                if (kept.edit) return service::run(request, *kept.edit);
            if (request.request().method() == method::options) return handle_options(request);
            if (!request.ticket()) return request.answer(too_many_wait());
            return serve(request, kept);
        } else {
            if (request.request().method() == method::options) return handle_options(request);
            work kept;
            return serve(request, kept);
        }
    }

    /// Ends a REGISTER whose update a storage has carried out, or not.
    auto finish(exchange& request, outcome done) -> verdict
        requires(waiting_storage<Storage>)
    {
        auto& kept = request.template work<work>();
        if (kept.edit) return service::finish(request, *kept.edit, done);
        if (!kept.has_run) done = outcome::failed; // it can't be done before the job has decided anything
        return conclude(request, *kept.job, kept, kept.over_budget, done);
    }

    /// Is told that a request waits no more.
    ///
    /// Returns: whether it was an edit, whose caller has been told.
    [[nodiscard]] auto ended(exchange& request) -> bool
        requires(waiting_storage<Storage>)
    {
        auto& kept = request.template work<work>();
        if (kept.edit) service::give_up(*kept.edit);
        else forget_note(request, kept);
        return kept.edit.has_value();
    }

    /// Makes the policies forget all tickets of a server.
    void abandon(const completion_queue& queue)
        requires(may_wait)
    {
        if constexpr (waiting_access<Access>) access_.get().abandon(queue);
        if constexpr (waiting_storage<Storage>) storage_.abandon(queue);
    }

private:
    static constexpr refusal too_long_lines{status::server_internal_error, "Challenge Too Long"};

    /// §10.3, step by step.
    auto serve(exchange& request, work& kept) -> verdict {
        // step 3: who asks
        if constexpr (has_authenticate<Access>) {
            if (kept.reached < stage::authenticated) {
                writer lines{lines_behind(request, kept)};
                auto asked = who(request, kept);
                asked.to_uri = request.fields().to_uri;
                asked.domain = request.target().domain;
                asked.served = config_.served();
                asked.names = request.memory().challenge.last(size_of_names(request));
                const auto said = access_.get().authenticate(asked, lines);
                if (!said.is(access_result::kind::granted)) return refuse_or_park(request, said, lines);
                kept.user = said.user();
                request.set_sender(kept.user);
                if (!keep_lines(kept, lines)) return request.answer(too_long_lines);
                kept.reached = stage::authenticated;
            }
        }
        // steps 2, 5 and 6: what they ask for
        if (kept.reached < stage::read) {
            if (const auto why = read_registration(request.request(), request.fields(), request.from(), config_,
                                                   request.target().domain, request.memory(), kept.asked))
                return request.answer(*why);
            if constexpr (service::tracks_connections)
                mark_flow_contacts(request.request(), request.fields().via, request.from(),
                                   request.memory().contacts.first(kept.asked.contacts.size()));
            kept.asked.keys = request.keys();
            kept.asked.key = server_->key();
            if constexpr (memory::has_all_settings)
                if (config_.keep_user_agent) kept.asked.user_agent = user_agent_to_keep(request.request());
            kept.reached = stage::read;
        }
        // step 4: whether this user may ask it of this address-of-record
        if (kept.reached < stage::authorized) {
            writer lines{lines_behind(request, kept)};
            const auto said = access_.get().authorize(who(request, kept), lines);
            if (!said.is(access_result::kind::granted)) return refuse_or_park(request, said, lines);
            if (!keep_lines(kept, lines)) return request.answer(too_long_lines);
            kept.reached = stage::authorized;
        }
        return commit(request, kept);
    }

    [[nodiscard]] auto who(exchange& request, const work& kept) const -> access_request {
        access_request made{request.request(), request.from(), request.now(), {}, kept.user, kept.asked.aor};
        if constexpr (memory::has_all_settings) {
            made.ignores_case = config_.case_insensitive_user;
            made.peer_domains = request.peer_domains();
        }
        if constexpr (waiting_access<Access>) made.ticket = request.ticket();
        return made;
    }

    /// Returns: how many bytes at the end of those for header lines are for the name of who asks.
    [[nodiscard]] static auto size_of_names(exchange& request) -> std::size_t {
        constexpr std::size_t most = 128;
        if constexpr (has_authenticate<Access>) return std::min(most, request.memory().challenge.size() / 4);
        else return 0;
    }

    /// Returns: the bytes for header lines behind those that are kept.
    [[nodiscard]] static auto lines_behind(exchange& request, const work& kept) -> std::span<char> {
        const auto all = request.memory().challenge;
        return all.first(all.size() - size_of_names(request)).subspan(kept.line_bytes);
    }
    /// Keeps header lines for the 200. Returns: whether they fit.
    [[nodiscard]] static auto keep_lines(work& kept, const writer& lines) noexcept -> bool {
        kept.line_bytes += lines.size();
        return lines.fits();
    }

    /// Returns: whether the connection of a request has ended before it came to its update.
    [[nodiscard]] static auto is_orphan(const exchange& request, const work& kept) noexcept -> bool {
        if constexpr (waiting_storage<Storage>)
            if (kept.job) return false; // it has its place among the updates of its record
        return request.is_late();
    }

    /// Returns: whether a request asks for a binding that goes with its connection.
    [[nodiscard]] static auto binds_to_flow(const registration& asked) noexcept -> bool {
        return std::ranges::any_of(asked.contacts, [&](const contact_view& contact) {
            const auto wanted = contact.has_expires ? contact.expires : asked.expires.value_or(1);
            return contact.of_flow && wanted != 0;
        });
    }

    /// Notes the connection by which a request binds, and keeps the note while its update is in work.
    ///
    /// Returns: false when there are too many notes.
    [[nodiscard]] auto note(const exchange& request, work& kept) -> bool {
        if (!service::note_connection(request.from(), kept.asked.aor, request.now())) return false;
        if constexpr (waiting_storage<Storage>) {
            service::pin_connection(request.from(), kept.asked.aor);
            kept.is_noted = true;
        }
        return true;
    }
    [[nodiscard]] static auto is_noted(const work& kept) noexcept -> bool {
        if constexpr (waiting_storage<Storage>) return kept.is_noted;
        else return false;
    }
    /// Lets the note go with the binding from now on.
    void forget_note(const exchange& request, work& kept) noexcept {
        if constexpr (waiting_storage<Storage> && service::tracks_connections)
            if (std::exchange(kept.is_noted, false)) service::unpin_connection(request.from(), kept.asked.aor);
    }

    /// Steps 7 and 8: the one step in which anything changes.
    auto commit(exchange& request, work& kept) -> verdict {
        if constexpr (service::tracks_connections) {
            if (is_orphan(request, kept)) return request.drop(traffic::forgotten);
            if (!is_noted(kept) && binds_to_flow(kept.asked) && !note(request, kept)) return request.answer(full());
        }
        const std::string_view lines{request.memory().challenge.data(), kept.line_bytes};
        const listing_context about{request.context(), server_->date(request.now()), lines};
        if constexpr (waiting_storage<Storage>) {
            auto& own = kept.about.emplace(about);
            auto& job = kept.job.emplace(kept.asked, own, config_.limits, request.now(), request.memory());
            kept.has_run = false;
            const auto run = [&](record_view record) {
                kept.has_run = true;
                return decide(request, job, record, kept.over_budget);
            };
            const auto done = storage_.update(kept.asked.aor, run, request.ticket());
            if (done != outcome::pending) return conclude(request, job, kept, kept.over_budget, done);
            return kept.has_run ? request.hold() : request.park();
        } else {
            bool over_budget = false;
            registration_job job{kept.asked, about, config_.limits, request.now(), request.memory()};
            const auto run = [&](record_view record) { return decide(request, job, record, over_budget); };
            const auto done = update(request, kept.asked.aor, run); // which says whether it is over the budget
            return conclude(request, job, kept, over_budget, done);
        }
    }

    /// Has the storage update a record, with the hash of its key if that was guessed.
    auto update(const exchange& request, const aor_view& key, record_job job) -> outcome {
        if constexpr (has_prefetch<Storage>)
            return storage_.update(key, guessed_.hash_of(storage_, key, request.request().bytes()), job);
        else return storage_.update(key, job);
    }

    /// Decides about a record as it is now, and whether the answer may be sent.
    [[nodiscard]] static auto decide(exchange& request, registration_job& job, record_view record, bool& over_budget)
        -> record_update {
        auto update = job.run(record);
        if constexpr (memory::has_all_settings) update = job.reconsidered(update, record);
        over_budget = !job.refused() && !request.may_answer(job.answer().size());
        return over_budget ? job.refuse({status::service_unavailable, "Answer Budget Used Up", 1}) : update;
    }

    /// Answers as the store says that the update ended, and tells what has changed.
    auto conclude(exchange& request, const registration_job& job, work& kept, bool over_budget, outcome done)
        -> verdict {
        forget_note(request, kept);
        if (over_budget && !job.is_update()) return request.drop(traffic::over_budget);
        if (done == outcome::refused && job.refused()) return request.answer(*job.refused());
        if (done == outcome::failed) return request.answer({status::server_internal_error, "Storage Failed"});
        if (done == outcome::full && !job.changes_no_binding()) return request.answer(full());
        const bool changed = done == outcome::committed;
        const auto sent = request.answer(status::ok, job.answer(), changed ? remembered::yes : remembered::no);
        if constexpr (!std::same_as<Observer, null_observer>) // which need not be shown what it does not look at
            if (changed && !job.report(observer_.get(), kept.user)) request.tell(traffic::events_lost);
        return sent;
    }

    /// Answers or parks a request that an access policy has not granted. A policy that wants to wait, and may not, has
    /// failed.
    [[nodiscard]] static auto refuse_or_park(exchange& request, const access_result& said, const writer& lines)
        -> verdict {
        if constexpr (waiting_access<Access>)
            if (said.is(access_result::kind::pending)) return request.park();
        if (!said.is(access_result::kind::refused))
            return request.answer({status::server_internal_error, "Access Failed"});
        return lines.fits() ? request.answer(said.why(), lines.text()) : request.answer(too_long_lines);
    }

    [[nodiscard]] auto full() const noexcept -> refusal {
        return {status::service_unavailable, "Registrar Full", retry_after()};
    }
    [[nodiscard]] auto too_many_wait() const noexcept -> refusal {
        return {status::service_unavailable, "Too Many Requests Wait", retry_after()};
    }
    [[nodiscard]] auto retry_after() const noexcept -> std::uint32_t {
        return static_cast<std::uint32_t>(config_.limits.retry_after.count());
    }

    /// §11.2: 404 for a user without a binding, if the settings want that; the server says the rest.
    auto handle_options(exchange& request) const -> verdict {
        if constexpr (memory::has_all_settings) {
            if (config_.options_user != options_user::bound || request.target().user.empty()) return request.not_mine();
            bool is_bound = false;
            const auto key =
                canonical_aor(request.target().user, request.target().domain, config_.case_insensitive_user,
                              request.memory().aor.first(config_.limits.max_aor_bytes));
            const auto note = [&is_bound](const live_bindings& live) { is_bound = !live.empty(); };
            if constexpr (waiting_storage<Storage>) {
                if (key && !request.ticket()) return request.answer(too_many_wait());
                const auto known = key ? storage_.read(*key, request.now(), note, request.ticket()) : reading::nothing;
                if (known == reading::pending) return request.park();
                if (known == reading::failed) return request.answer({status::server_internal_error, "Storage Failed"});
            } else if (key) {
                storage_.read(*key, request.now(), note);
            }
            if (!is_bound) return request.answer(status::not_found);
        }
        return request.not_mine();
    }

    [[no_unique_address]] policy_holder<Access> access_;
    [[no_unique_address]] std::conditional_t<has_prefetch<Storage>, guessed_keys, no_guess> guessed_;
    bool is_seeded_ = false;
};

template <typename Clock, typename Storage, typename... Others>
registration_handler(const settings&, Clock&, Storage&, Others&...)
    -> registration_handler<Clock, Storage, typename pick_policy<is_access, open_access, Others...>::type,
                            typename pick_policy<is_observer, null_observer, Others...>::type>;

} // namespace sipwhere
